import { sql } from 'drizzle-orm'
import { civilDate, type CivilDate, type EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { FiledAs } from '@kangbao/shared/contracts/submissions.ts'
import type { Database, OrgScope } from '../../db/database.ts'
import type { Vault } from '../../ports/vault.ts'
import type { Filing, Outcome } from './filing.ts'
import { filingsJson, outcomesOf, type Attempt } from './filing-statement.ts'

export interface Sheet {
  readonly formId: string
  readonly periodStart: CivilDate
  readonly memberId: string
}

/** The newest revision of one person's answers for one period, still sealed. */
export interface SubmissionRow extends Sheet {
  readonly id: string
  readonly number: string
  readonly revision: number
  readonly formVersion: number
  readonly departmentId: number
  readonly answers: Buffer
  readonly carried: readonly string[]
  readonly facets: readonly number[]
  readonly isAbnormal: boolean
  readonly filedBy: string
  readonly filedAs: FiledAs | null
  readonly reason: string | null
  readonly filedAt: EpochMs
  readonly revisedAt: EpochMs
}

/** A row as `submissionColumns` select it. */
export interface SubmissionColumns extends Record<string, unknown> {
  readonly form_id: string
  readonly day: string
  readonly member_id: string
  readonly id: string
  readonly number: string
  readonly revision: number
  readonly form_version: number
  readonly department_id: string
  readonly answers: Buffer
  readonly carried: string[]
  readonly facets: number[]
  readonly is_abnormal: boolean
  readonly filed_by: string
  readonly way: FiledAs['way'] | null
  readonly filer: string | null
  readonly reason: string | null
  readonly filed_at: string | Date
  readonly revised_at: string | Date
}

export const submissionColumns =
  sql.raw(`s.form_id, s.period_start::text as day, s.member_id, s.id, s.number, s.revision,
  s.form_version, s.department_id, s.answers, s.carried, s.facets, s.is_abnormal, s.filed_by, s.way, s.reason, s.filed_at,
  s.revised_at,
  case when s.way is not null then (select f.name from members f where f.org_id = s.org_id and f.id = s.filed_by) end
    as filer`)

const ms = (at: string | Date) => new Date(at).getTime()

export function asSubmission(row: SubmissionColumns): SubmissionRow {
  return {
    formId: row.form_id,
    periodStart: civilDate(row.day),
    memberId: row.member_id,
    id: row.id,
    number: row.number,
    revision: row.revision,
    formVersion: row.form_version,
    departmentId: Number(row.department_id),
    answers: row.answers,
    carried: row.carried,
    facets: row.facets,
    isAbnormal: row.is_abnormal,
    filedBy: row.filed_by,
    filedAs: row.way && { way: row.way, by: row.filer ?? '' },
    reason: row.reason,
    filedAt: ms(row.filed_at),
    revisedAt: ms(row.revised_at),
  }
}

export async function bySheet(
  { tx, orgId }: OrgScope,
  { formId, periodStart, memberId }: Sheet,
): Promise<SubmissionRow | null> {
  const { rows } = await tx.execute<SubmissionColumns>(sql`
    select ${submissionColumns} from submissions s
    where s.org_id = ${orgId} and s.form_id = ${formId} and s.period_start = ${periodStart}
      and s.member_id = ${memberId}`)
  return rows[0] ? asSubmission(rows[0]) : null
}

/** The last answers a member gave to a form before a period, not older than `since`. */
export async function lastBefore(
  { tx, orgId }: OrgScope,
  { formId, periodStart, memberId }: Sheet,
  since: CivilDate,
): Promise<SubmissionRow | null> {
  const { rows } = await tx.execute<SubmissionColumns>(sql`
    select ${submissionColumns} from submissions s
    where s.org_id = ${orgId} and s.form_id = ${formId} and s.member_id = ${memberId}
      and s.period_start >= ${since} and s.period_start < ${periodStart}
    order by s.period_start desc limit 1`)
  return rows[0] ? asSubmission(rows[0]) : null
}

/** A member's own submissions, newest first. */
export async function listOwn(
  { tx, orgId }: OrgScope,
  memberId: string,
  page: { readonly before: { readonly at: string; readonly id: string } | null; readonly limit: number },
): Promise<SubmissionRow[]> {
  const { rows } = await tx.execute<SubmissionColumns>(sql`
    select ${submissionColumns} from submissions s
    where s.org_id = ${orgId} and s.member_id = ${memberId}
      ${page.before === null ? sql`` : sql`and (s.filed_at, s.id) < (${page.before.at}::timestamptz, ${page.before.id}::uuid)`}
    order by s.filed_at desc, s.id desc limit ${page.limit}`)
  return rows.map(asSubmission)
}

/** When a member filed each of these forms in its period; forms not expected of the member are absent. */
export async function expectedOf(
  { tx, orgId }: OrgScope,
  memberId: string,
  periods: readonly { readonly formId: string; readonly periodStart: CivilDate }[],
): Promise<Map<string, EpochMs | null>> {
  const { rows } = await tx.execute<{ form_id: string; filed_at: string | Date | null }>(sql`
    select e.form_id, e.filed_at from expectations e
    join unnest(${sql.param(periods.map(({ formId }) => formId))}::uuid[],
      ${sql.param(periods.map(({ periodStart }) => periodStart))}::date[]) as p (form_id, period_start)
      on e.form_id = p.form_id and e.period_start = p.period_start
    where e.org_id = ${orgId} and e.member_id = ${memberId}`)
  return new Map(rows.map(({ form_id, filed_at }) => [form_id, filed_at === null ? null : ms(filed_at)]))
}

export interface RevisionRow {
  readonly revision: number
  readonly filedAt: EpochMs
  readonly by: string
  readonly way: FiledAs['way'] | null
  readonly isByOneself: boolean
  readonly reason: string | null
}

/** Every revision of a sheet, the newest included, with who made it. */
export async function listRevisions(
  { tx, orgId }: OrgScope,
  { formId, periodStart, memberId }: Sheet,
): Promise<RevisionRow[]> {
  const sheet = sql`org_id = ${orgId} and form_id = ${formId} and period_start = ${periodStart} and member_id = ${memberId}`
  const { rows } = await tx.execute<{
    revision: number
    at: string | Date
    by: string
    way: FiledAs['way'] | null
    is_own: boolean
    reason: string | null
  }>(sql`
    select r.revision, r.at, coalesce(m.name, '') as by, r.way, r.filed_by = ${memberId} as is_own, r.reason
    from (
      select revision, filed_at as at, filed_by, way, reason from submission_revisions where ${sheet}
      union all
      select revision, revised_at, filed_by, way, reason from submissions where ${sheet}) r
    left join members m on m.org_id = ${orgId} and m.id = r.filed_by
    order by r.revision`)
  return rows.map(({ at, is_own: isByOneself, ...row }) => ({ ...row, isByOneself, filedAt: ms(at) }))
}

export interface Profile {
  readonly name: string
  readonly department: string
  readonly phone: Buffer | null
}

export async function profileOf({ tx, orgId }: OrgScope, memberId: string): Promise<Profile | null> {
  const { rows } = await tx.execute<{ name: string; department: string | null; phone: Buffer | null }>(sql`
    select m.name, m.phone, d.name as department from members m
    left join departments d on d.org_id = m.org_id and d.department_id = m.department_id and not m.is_guest
    where m.org_id = ${orgId} and m.id = ${memberId}`)
  const row = rows[0]
  return row ? { name: row.name, department: row.department ?? '', phone: row.phone } : null
}

/** Departments a submission counted in, from the root down; empty when it was not expected. */
export async function pathOf(
  { tx, orgId }: OrgScope,
  { formId, periodStart, memberId }: Sheet,
): Promise<number[]> {
  const { rows } = await tx.execute<{ path: string[] }>(sql`
    select department_path as path from expectations
    where org_id = ${orgId} and form_id = ${formId} and period_start = ${periodStart} and member_id = ${memberId}`)
  return (rows[0]?.path ?? []).map(Number)
}

/** The newest revision of a sheet, 0 when there is none. */
export async function readRevision(
  database: Database,
  { orgId, formId, periodStart, memberId }: Pick<Filing, 'orgId' | 'formId' | 'periodStart' | 'memberId'>,
): Promise<number> {
  return database.inOrg(orgId, { kind: 'system', name: 'submission-writer' }, async ({ tx }) => {
    const { rows } = await tx.execute<{ revision: number }>(sql`
      select revision from submissions
      where org_id = ${orgId} and form_id = ${formId} and period_start = ${periodStart} and member_id = ${memberId}`)
    return rows[0]?.revision ?? 0
  })
}

/** Stores one filing in a transaction that does more than that. */
export async function fileInScope({ tx }: OrgScope, vault: Vault, attempt: Attempt): Promise<Outcome> {
  const sealer = await vault.sealer([attempt.filing.orgId])
  const { rows } = await tx.execute<Record<string, unknown>>(
    sql`select * from file_submissions(${filingsJson(sealer, [attempt])}, 0::smallint)`,
  )
  return outcomesOf(rows, 1)[0] ?? { outcome: 'again' }
}

/** How many masked answers an admin has opened since; counted one at a time, so that no two slip in together. */
export async function revealsSince(
  { tx, orgId }: OrgScope,
  memberId: string,
  since: EpochMs,
): Promise<number> {
  const lock = `reveal ${memberId}`
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${lock}, 0))`)
  const { rows } = await tx.execute<{ n: number }>(sql`
    select count(*)::int as n from audit_log
    where org_id = ${orgId} and actor = ${`member:${memberId}`} and action = 'submission.revealed'
      and at > ${new Date(since).toISOString()}`)
  return rows[0]?.n ?? 0
}
