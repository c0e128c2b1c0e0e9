import { sql, type SQL } from 'drizzle-orm'
import type { OrgScope } from '../../db/database.ts'
import { matches } from './board-conditions.repo.ts'
import type { FormPeriod } from './expectations.repo.ts'

/** Whom somebody may file for: people with a place in one of these departments or below, himself left out. */
export interface ColleagueRange {
  readonly filerId: string
  readonly departmentIds: readonly number[] | 'all'
}

/** Where a page of colleagues ended. */
export interface ColleaguePosition {
  readonly isFiled: boolean
  readonly pinyin: string
  readonly memberId: string
}

export interface ColleagueRow extends ColleaguePosition {
  readonly name: string
  readonly department: string
  readonly filedAt: string | null
}

function inRange(orgId: string, { filerId, departmentIds }: ColleagueRange): SQL {
  const isPlaced =
    departmentIds === 'all'
      ? sql`true`
      : sql`exists (select from member_departments p
          join departments pd on pd.org_id = p.org_id and pd.department_id = p.department_id
          where p.org_id = ${orgId} and p.member_id = e.member_id and p.valid_to is null
            and pd.path && ${sql.param([...departmentIds])}::bigint[])`
  return sql`e.member_id <> ${filerId} and ${isPlaced}`
}

/** One page of colleagues a period expects: those who have not filed first, then by spelling. */
export async function listColleagues(
  { tx, orgId }: OrgScope,
  { formId, periodStart }: FormPeriod,
  range: ColleagueRange,
  page: {
    readonly search: string | undefined
    readonly after: ColleaguePosition | null
    readonly limit: number
  },
): Promise<ColleagueRow[]> {
  const { search, after, limit } = page
  const position = sql`(e.filed_at is not null, m.pinyin, m.id)`
  const { rows } = await tx.execute<{
    member_id: string
    name: string
    pinyin: string
    department: string | null
    filed_at: string | Date | null
  }>(sql`
    select e.member_id, m.name, m.pinyin, d.name as department, e.filed_at
    from expectations e
    join members m on m.org_id = ${orgId} and m.id = e.member_id
    left join departments d on d.org_id = ${orgId} and d.department_id = e.department_id
    where e.org_id = ${orgId} and e.form_id = ${formId} and e.period_start = ${periodStart}
      and ${inRange(orgId, range)}
      ${search === undefined ? sql`` : sql`and ${matches({ text: search, phones: null })}`}
      ${after === null ? sql`` : sql`and ${position} > (${after.isFiled}, ${after.pinyin}, ${after.memberId}::uuid)`}
    order by e.filed_at is not null, m.pinyin, m.id limit ${limit}`)
  return rows.map((row) => ({
    memberId: row.member_id,
    name: row.name,
    pinyin: row.pinyin,
    department: row.department ?? '',
    isFiled: row.filed_at !== null,
    filedAt: row.filed_at === null ? null : new Date(row.filed_at).toISOString(),
  }))
}

/** How many colleagues have not filed, by form; a form none of them is asked to fill is absent. */
export async function missingColleagues(
  { tx, orgId }: OrgScope,
  periods: readonly FormPeriod[],
  range: ColleagueRange,
): Promise<Map<string, number>> {
  const { rows } = await tx.execute<{ form_id: string; missing: number }>(sql`
    select e.form_id, count(*) filter (where e.filed_at is null)::int as missing from expectations e
    join unnest(${sql.param(periods.map(({ formId }) => formId))}::uuid[],
      ${sql.param(periods.map(({ periodStart }) => periodStart))}::date[]) as p (form_id, period_start)
      on e.form_id = p.form_id and e.period_start = p.period_start
    where e.org_id = ${orgId} and ${inRange(orgId, range)}
    group by e.form_id`)
  return new Map(rows.map(({ form_id, missing }) => [form_id, missing]))
}
