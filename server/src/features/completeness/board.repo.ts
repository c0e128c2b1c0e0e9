import { sql, type SQL } from 'drizzle-orm'
import type { AbsenceKind } from '@kangbao/shared/contracts/absences.ts'
import type { PersonState } from '@kangbao/shared/contracts/completeness.ts'
import type { FiledAs } from '@kangbao/shared/contracts/submissions.ts'
import type { OrgScope } from '../../db/database.ts'
import type { PhoneHashes } from '../../keys/phone-hashes.ts'
import { dueOf, isVisible, matches, type BoardRange } from './board-conditions.repo.ts'
import { placesOf } from './board-places.repo.ts'
import { mayBeRare, rareKeys } from './board-rare.repo.ts'
import type { FormPeriod } from './expectations.repo.ts'

export interface BoardFilter extends BoardRange {
  readonly state: PersonState
  readonly facet?: number | undefined
  readonly search?: { readonly text: string; readonly phones: PhoneHashes | null } | undefined
  readonly after?: string | undefined
  readonly limit: number
}

export interface BoardPerson {
  readonly memberId: string
  readonly userId: string
  readonly name: string
  readonly department: string
  readonly filedAt: string | null
  readonly revision: number
  readonly isAbnormal: boolean
  readonly isLate: boolean
  readonly absence: { id: string; kind: AbsenceKind; from: string; to: string } | null
  readonly facets: readonly number[]
  readonly remindedAt: string | null
  readonly way: FiledAs['way'] | null
}

interface PersonRow extends Record<string, unknown> {
  readonly member_id: string
  readonly user_id: string
  readonly name: string
  readonly department: string | null
  readonly filed_at: string | Date | null
  readonly revision: number | null
  readonly is_abnormal: boolean | null
  readonly is_late: boolean | null
  readonly absence: BoardPerson['absence']
  readonly facets: number[] | null
  readonly reminded_at: string | Date | null
  readonly way: FiledAs['way'] | null
}

const text = (at: string | Date | null) => (at === null ? null : new Date(at).toISOString())

/**
 * One page of the people behind a number, by member id: the cost is that of the page, however many came before.
 * Guests and others who filed without being asked are among those collected, not among those expected.
 */
export async function listPeople(
  scope: OrgScope,
  period: FormPeriod,
  filter: BoardFilter,
): Promise<BoardPerson[]> {
  const { tx, orgId } = scope
  const isByFiling = filter.state === 'collected' || filter.state === 'abnormal'
  const { departmentIds, state } = filter
  const places =
    departmentIds === 'all' || state === 'excused' ? null : await placesOf(scope, period, departmentIds)
  const key = sql.raw(isByFiling ? 's.member_id' : 'e.member_id')
  const rare = places === null && mayBeRare(filter) ? await rareKeys(scope, period, filter) : null
  if (rare?.length === 0) return []
  const { rows } = await tx.execute<PersonRow>(sql`
    ${places ? withPlaced(orgId, period, places) : sql``}
    select ${key} as member_id, m.user_id, m.name, d.name as department, s.filed_at, s.revision, s.is_abnormal, s.facets,
      s.way, e.reminded_at, e.filed_at > ${dueOf(orgId, period)} as is_late,
      ${filter.state === 'excused' ? absenceOf(orgId, period) : sql`null::json`} as absence
    from ${isByFiling ? fromSubmissions(orgId, period, places !== null) : fromExpectations(orgId, period, state, places !== null)}
    join members m on m.org_id = ${orgId} and m.id = ${key}
    left join departments d on d.org_id = ${orgId} and d.department_id = e.department_id
    where ${conditionsOf(orgId, period, filter, isByFiling)}
      ${filter.after === undefined ? sql`` : sql`and ${key} > ${filter.after}`}
      ${rare === null ? sql`` : sql`and ${key} = any(${sql.param(rare)}::uuid[])`}
    order by ${key} limit ${filter.limit}`)
  return rows.map((row) => ({
    memberId: row.member_id,
    userId: row.user_id,
    name: row.name,
    department: row.department ?? '',
    filedAt: text(row.filed_at),
    revision: row.revision ?? 0,
    isAbnormal: row.is_abnormal ?? false,
    isLate: row.is_late ?? false,
    absence: row.absence,
    facets: row.facets ?? [],
    remindedAt: text(row.reminded_at),
    way: row.way,
  }))
}

/** Those expected in some departments as `placed`, read at once. */
function withPlaced(orgId: string, { formId, periodStart }: FormPeriod, places: readonly number[]): SQL {
  return sql`with placed as materialized (
    select * from expectations
    where org_id = ${orgId} and form_id = ${formId} and period_start = ${periodStart}
      and department_id = any(${sql.param([...places])}::bigint[]))`
}

const tableOf = (isPlaced: boolean) => sql.raw(isPlaced ? 'placed' : 'expectations')

function fromSubmissions(orgId: string, { formId, periodStart }: FormPeriod, isPlaced = false): SQL {
  return sql`submissions s ${sql.raw(isPlaced ? '' : 'left ')}join ${tableOf(isPlaced)} e on e.org_id = ${orgId} and e.form_id = ${formId}
    and e.period_start = ${periodStart} and e.member_id = s.member_id`
}

/** Those excused are read like those expected: they have been reminded of nothing and have filed nothing. */
function fromExpectations(
  orgId: string,
  { formId, periodStart }: FormPeriod,
  state: PersonState,
  isPlaced: boolean,
): SQL {
  const table =
    state === 'excused'
      ? sql`(select *, null::timestamptz as filed_at, null::timestamptz as reminded_at from excusals)`
      : tableOf(isPlaced)
  return sql`${table} e left join submissions s on s.org_id = ${orgId} and s.form_id = ${formId}
    and s.period_start = ${periodStart} and s.member_id = e.member_id`
}

/** The absence that excuses `e` on the day of the period; of several the one that lasts longest. */
function absenceOf(orgId: string, { periodStart }: FormPeriod): SQL {
  return sql`(select json_build_object('id', a.id, 'kind', a.kind, 'from', a.from_day, 'to', a.to_day) from absences a
    where a.org_id = ${orgId} and a.member_id = e.member_id and a.struck_at is null
      and ${periodStart}::date between a.from_day and a.to_day
    order by a.to_day desc, a.id limit 1)`
}

function conditionsOf(
  orgId: string,
  { formId, periodStart }: FormPeriod,
  filter: BoardFilter,
  isByFiling: boolean,
) {
  const table = sql.raw(isByFiling ? 's' : 'e')
  const conditions = [
    sql`${table}.org_id = ${orgId} and ${table}.form_id = ${formId} and ${table}.period_start = ${periodStart}`,
    isVisible(filter.departmentIds, isByFiling),
  ]
  if (filter.state === 'missing') conditions.push(sql`e.filed_at is null`)
  if (filter.state === 'abnormal') conditions.push(sql`s.is_abnormal`)
  if (filter.state === 'late') conditions.push(sql`e.filed_at > ${dueOf(orgId, { formId, periodStart })}`)
  if (filter.facet !== undefined) conditions.push(sql`s.facets @> array[${filter.facet}::int]`)
  if (filter.search) conditions.push(matches(filter.search))
  return sql.join(conditions, sql` and `)
}

/**
 * Submissions of a form as `s`, each with its own expectation as `e`, if it has one. Joined as tables, a page far down would
 * read all those before it again, and ten times as many would take a hundred times as long.
 */
export function submissionsExpected(orgId: string, formId: string): SQL {
  return sql`submissions s left join lateral (
      select x.member_id, x.department_id, x.department_path from expectations x
      where x.org_id = ${orgId} and x.form_id = ${formId} and x.period_start = s.period_start
        and x.member_id = s.member_id limit 1) e on true`
}

/** How often each facet occurs among the answers of a period: one scan, and of answers that are alike one count. */
export async function countFacets(
  { tx, orgId }: OrgScope,
  { formId, periodStart }: FormPeriod,
  { departmentIds }: BoardRange,
): Promise<{ collected: number; counts: Map<number, number> }> {
  const { rows } = await tx.execute<{ facet: number | null; count: number }>(sql`
    with filed as materialized (
      select s.facets, count(*) as people from ${fromSubmissions(orgId, { formId, periodStart })}
      where s.org_id = ${orgId} and s.form_id = ${formId} and s.period_start = ${periodStart}
        and ${isVisible(departmentIds, true)}
      group by s.facets
    )
    select null::int as facet, coalesce(sum(people), 0)::int as count from filed
    union all
    select facet, sum(people)::int from filed, unnest(facets) as facet group by facet`)
  const counts = new Map(
    rows.flatMap(({ facet, count }) => (facet === null ? [] : [[facet, count] as const])),
  )
  return { collected: rows.find(({ facet }) => facet === null)?.count ?? 0, counts }
}
