import { sql, type SQL } from 'drizzle-orm'
import { civilDate, type CivilDate, type EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { FiledAs } from '@kangbao/shared/contracts/submissions.ts'
import type { OrgScope } from '../../db/database.ts'
import { isVisible, submissionsExpected, type View } from '../completeness/index.ts'
import type { ExportedPerson } from './shapes.ts'

/** What of a form an export reads. */
export interface Range {
  readonly formId: string
  /** First and last period, both included. */
  readonly from: CivilDate
  readonly to: CivilDate
  readonly view: View
  readonly abnormalOnly: boolean
}

/** Answers as they are stored. */
export interface SealedAnswers {
  readonly memberId: string
  readonly periodStart: CivilDate
  readonly revision: number
  readonly formVersion: number
  readonly answers: Buffer
}

export interface SubmissionRow extends SealedAnswers, ExportedPerson {
  readonly number: string
  readonly filedAt: EpochMs
  readonly revisedAt: EpochMs
  readonly isAbnormal: boolean
  readonly facets: readonly number[]
  readonly filedAs: FiledAs | null
}

export interface Place {
  readonly periodStart: CivilDate
  readonly memberId: string
}

export interface PersonColumns extends Record<string, unknown> {
  readonly member_id: string
  readonly name: string
  readonly job_number: string
  readonly department: string | null
}
interface Row extends PersonColumns {
  readonly day: string
  readonly number: string
  readonly revision: number
  readonly form_version: number
  readonly answers: Buffer
  readonly filed_at: string | Date
  readonly revised_at: string | Date
  readonly is_abnormal: boolean
  readonly facets: number[]
  readonly way: FiledAs['way'] | null
  readonly filer: string | null
}

export const asPerson = (row: PersonColumns): ExportedPerson => ({
  memberId: row.member_id,
  name: row.name,
  jobNumber: row.job_number,
  department: row.department ?? '',
})

function submissionsIn(orgId: string, { formId, from, to, view, abnormalOnly }: Range): SQL {
  return sql`${submissionsExpected(orgId, formId)}
    where s.org_id = ${orgId} and s.form_id = ${formId} and s.period_start between ${from} and ${to}
      and ${isVisible(view, true)} ${abnormalOnly ? sql`and s.is_abnormal` : sql``}`
}

export async function countSubmissions({ tx, orgId }: OrgScope, range: Range): Promise<number> {
  const { rows } = await tx.execute<{ n: number }>(
    sql`select count(*)::int as n from ${submissionsIn(orgId, range)}`,
  )
  return rows[0]?.n ?? 0
}

/** One page by day and member: it costs what it holds, however many came before. */
export async function listSubmissions(
  { tx, orgId }: OrgScope,
  range: Range,
  page: { readonly after: Place | null; readonly limit: number },
): Promise<SubmissionRow[]> {
  const { after, limit } = page
  const { rows } = await tx.execute<Row>(sql`
    select p.*, m.name, m.job_number, d.name as department, f.name as filer
    from (
      select s.way, s.filed_by, s.member_id, s.period_start, s.period_start::text as day, s.number, s.revision, s.form_version, s.answers,
        s.filed_at, s.revised_at, s.is_abnormal, s.facets, coalesce(e.department_id, s.department_id) as place
      from ${submissionsIn(orgId, range)}
        ${after === null ? sql`` : sql`and (s.period_start, s.member_id) > (${after.periodStart}::date, ${after.memberId}::uuid)`}
      order by s.period_start, s.member_id limit ${limit}) p
    join members m on m.org_id = ${orgId} and m.id = p.member_id
    left join departments d on d.org_id = ${orgId} and d.department_id = p.place
    left join members f on p.way is not null and f.org_id = ${orgId} and f.id = p.filed_by
    order by p.period_start, p.member_id`)
  return rows.map((row) => ({
    ...asPerson(row),
    periodStart: civilDate(row.day),
    number: row.number,
    revision: row.revision,
    formVersion: row.form_version,
    answers: row.answers,
    filedAt: new Date(row.filed_at).getTime(),
    revisedAt: new Date(row.revised_at).getTime(),
    isAbnormal: row.is_abnormal,
    facets: row.facets,
    filedAs: row.way && { way: row.way, by: row.filer ?? '' },
  }))
}

/** The periods of a range that were ever opened, the first first. */
export async function periodsIn({ tx, orgId }: OrgScope, { formId, from, to }: Range): Promise<CivilDate[]> {
  const { rows } = await tx.execute<{ day: string }>(sql`
    select period_start::text as day from form_periods
    where org_id = ${orgId} and form_id = ${formId} and period_start between ${from} and ${to} order by period_start`)
  return rows.map(({ day }) => civilDate(day))
}

/** What stands of somebody in a period. */
export interface CellRow {
  readonly memberId: string
  readonly periodStart: CivilDate
  readonly isAbnormal: boolean
  /** Null when he has not filed, and null answers when they were not asked for. */
  readonly filed: { readonly sealed: SealedAnswers | null } | null
}

/** The cells of some people, with the answers only where they are wanted. */
export async function listCells(
  { tx, orgId }: OrgScope,
  { formId, view }: Range,
  periods: readonly CivilDate[],
  { memberIds, withAnswers }: { readonly memberIds: readonly string[]; readonly withAnswers: boolean },
): Promise<CellRow[]> {
  const wanted = sql`form_id = ${formId} and period_start = any(${sql.param([...periods])}::date[])
    and member_id = any(${sql.param([...memberIds])}::uuid[])`
  const { rows } = await tx.execute<{
    member_id: string
    day: string
    revision: number | null
    form_version: number | null
    answers: Buffer | null
    is_abnormal: boolean | null
  }>(sql`
    select member_id, period_start::text as day, s.revision, s.form_version, s.answers, s.is_abnormal
    from (select * from expectations where org_id = ${orgId} and ${wanted}) e
    full join (select member_id, period_start, revision, form_version, is_abnormal, department_id,
        ${withAnswers ? sql`answers` : sql`null::bytea as answers`}
      from submissions where org_id = ${orgId} and ${wanted}) s
      using (member_id, period_start)
    where ${isVisible(view, true)}`)
  return rows.map(
    ({ member_id: memberId, day, revision, form_version: formVersion, answers, is_abnormal }) => {
      const periodStart = civilDate(day)
      const isFiled = revision !== null && formVersion !== null
      const sealed = isFiled && answers ? { memberId, periodStart, revision, formVersion, answers } : null
      return { memberId, periodStart, isAbnormal: is_abnormal ?? false, filed: isFiled ? { sealed } : null }
    },
  )
}
