import { sql } from 'drizzle-orm'
import type { CivilDate, EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { PeriodKind } from '@kangbao/shared/calendar/period.ts'
import type { SweepCounts } from '@kangbao/shared/contracts/retention.ts'
import type { FormSettings } from '@kangbao/shared/contracts/forms.ts'
import type { OrgScope } from '../../db/database.ts'

export interface FormToSweep {
  readonly id: string
  readonly templateId: string | null
  readonly periodKind: PeriodKind
  readonly state: 'published' | 'ended'
  readonly settings: FormSettings
  readonly version: number
}

/** Every form of the org, ended ones too: their answers age as well. */
export async function formsToSweep({ tx, orgId }: OrgScope): Promise<FormToSweep[]> {
  const { rows } = await tx.execute<{
    id: string
    template_id: string | null
    period_kind: PeriodKind
    state: FormToSweep['state']
    settings: FormSettings
    version: number
  }>(sql`
    select id, template_id, period_kind, state, settings, version from forms where org_id = ${orgId} order by id`)
  return rows.map(({ template_id, period_kind, ...row }) => ({
    ...row,
    templateId: template_id,
    periodKind: period_kind,
  }))
}

/** What of a form is too old: answers of periods that began by `lastDay`, or of once-only forms filed before `before`. */
export interface Overdue {
  readonly formId: string
  readonly isOnce: boolean
  readonly lastDay: CivilDate
  readonly before: EpochMs
}

function isOverdue({ formId, isOnce, lastDay, before }: Overdue, orgId: string) {
  const age = isOnce
    ? sql`s.revised_at < ${new Date(before).toISOString()}::timestamptz`
    : sql`s.period_start <= ${lastDay}::date`
  return sql`s.org_id = ${orgId} and s.form_id = ${formId} and ${age}`
}

/** The month an answer counts in: of its period, or of its filing when there is but one period. */
function monthOf(isOnce: boolean) {
  return isOnce ? sql`to_char(s.filed_at, 'YYYY-MM')` : sql`to_char(s.period_start, 'YYYY-MM')`
}

export async function countOverdue(
  { tx, orgId }: OrgScope,
  overdue: Overdue,
): Promise<{ month: string; answers: number }[]> {
  const { rows } = await tx.execute<{ month: string; answers: number }>(sql`
    select ${monthOf(overdue.isOnce)} as month, count(*)::int as answers from submissions s
    where ${isOverdue(overdue, orgId)} group by 1 order by 1`)
  return rows
}

/** From now on the totals of these periods stand for rows that are gone. */
export async function freeze(
  { tx, orgId }: OrgScope,
  { formId, isOnce, lastDay }: Overdue,
  now: EpochMs,
): Promise<void> {
  await tx.execute(sql`
    update form_periods set frozen_at = ${new Date(now).toISOString()}
    where org_id = ${orgId} and form_id = ${formId} and frozen_at is null
      and ${isOnce ? sql`true` : sql`period_start <= ${lastDay}::date`}`)
}

export interface SweptAnswers {
  readonly submissionIds: readonly string[]
  readonly byMonth: readonly {
    readonly month: string
    readonly answers: number
    readonly revisions: number
  }[]
}

/** Deletes some of the overdue answers with their revisions and what was noted about them, oldest first. */
export async function deleteAnswers(
  { tx, orgId }: OrgScope,
  overdue: Overdue,
  limit: number,
): Promise<SweptAnswers> {
  const { rows } = await tx.execute<{ month: string; ids: string[]; revisions: number }>(sql`
    with doomed as materialized (
      select s.form_id, s.period_start, s.member_id, s.id, ${monthOf(overdue.isOnce)} as month from submissions s
      where ${isOverdue(overdue, orgId)} order by s.period_start, s.member_id limit ${limit} for update
    ),
    gone as (
      delete from submissions s using doomed d
      where s.org_id = ${orgId} and s.form_id = d.form_id and s.period_start = d.period_start
        and s.member_id = d.member_id returning s.id, d.month
    ),
    revisions as (
      delete from submission_revisions r using doomed d
      where r.org_id = ${orgId} and r.form_id = d.form_id and r.period_start = d.period_start
        and r.member_id = d.member_id returning d.month
    ),
    cases as (
      delete from abnormal_cases c using doomed d
      where c.org_id = ${orgId} and c.form_id = d.form_id and c.period_start = d.period_start
        and c.member_id = d.member_id
    )
    select g.month, array_agg(g.id) as ids,
      (select count(*)::int from revisions r where r.month = g.month) as revisions
    from gone g group by g.month order by g.month`)
  return {
    submissionIds: rows.flatMap(({ ids }) => ids),
    byMonth: rows.map(({ month, ids, revisions }) => ({ month, answers: ids.length, revisions })),
  }
}

/** Deletes who was expected in periods that are too old; those of a form that goes on for ever stay as long as it does. */
export async function deleteExpectations(
  { tx, orgId }: OrgScope,
  { formId, lastDay }: Overdue,
  limit: number,
): Promise<{ month: string; expectations: number }[]> {
  const { rows } = await tx.execute<{ month: string; expectations: number }>(sql`
    with doomed as materialized (
      select form_id, period_start, member_id from expectations
      where org_id = ${orgId} and form_id = ${formId} and period_start <= ${lastDay}::date
      order by period_start, member_id limit ${limit} for update
    ),
    gone as (
      delete from expectations e using doomed d
      where e.org_id = ${orgId} and e.form_id = d.form_id and e.period_start = d.period_start
        and e.member_id = d.member_id returning e.period_start
    ),
    excused as (
      delete from excusals where org_id = ${orgId} and form_id = ${formId} and period_start <= ${lastDay}::date
    )
    select to_char(period_start, 'YYYY-MM') as month, count(*)::int as expectations from gone group by 1 order by 1`)
  return rows
}

/** Who was away, when it was too long ago to be asked about. */
export async function deleteAbsences({ tx, orgId }: OrgScope, before: CivilDate): Promise<void> {
  await tx.execute(sql`delete from absences where org_id = ${orgId} and to_day < ${before}::date`)
}

/** Cards that are good for nothing any more. */
export async function deleteRevokedCards({ tx, orgId }: OrgScope, before: CivilDate): Promise<void> {
  await tx.execute(sql`delete from member_cards where org_id = ${orgId} and revoked_at < ${before}::date`)
}

/** What was sent to whom about periods that are too old. */
export async function deletePushes(
  { tx, orgId }: OrgScope,
  { formId, isOnce, lastDay, before }: Overdue,
): Promise<void> {
  const age = isOnce
    ? sql`p.made_at < ${new Date(before).toISOString()}::timestamptz`
    : sql`p.period_start <= ${lastDay}::date`
  const old = sql`select id from pushes p where p.org_id = ${orgId} and p.form_id = ${formId} and ${age}
    and p.state in ('sent', 'failed') limit 1000`
  for (const table of ['push_failures', 'push_batches'])
    await tx.execute(sql`delete from ${sql.raw(table)} where org_id = ${orgId} and push_id in (${old})`)
  await tx.execute(sql`delete from pushes where org_id = ${orgId} and id in (${old})`)
}

export interface SweepRow {
  readonly id: string
  readonly day: CivilDate
  readonly startedAt: string
  readonly finishedAt: string | null
  readonly deleted: readonly SweepCounts[]
  readonly signature: Buffer | null
}

interface StoredSweep extends Record<string, unknown> {
  readonly id: string
  readonly day: string
  readonly started_at: string | Date
  readonly finished_at: string | Date | null
  readonly deleted: SweepCounts[]
  readonly signature: Buffer | null
}

const columns = sql.raw('id, day::text as day, started_at, finished_at, deleted, signature')

function asSweep(row: StoredSweep): SweepRow {
  return {
    id: row.id,
    day: row.day as CivilDate, // a date column
    startedAt: new Date(row.started_at).toISOString(),
    finishedAt: row.finished_at === null ? null : new Date(row.finished_at).toISOString(),
    deleted: row.deleted,
    signature: row.signature,
  }
}

/** The sweep of a day, begun now or by a run that was cut off. */
export async function beginSweep(
  { tx, orgId }: OrgScope,
  { id, day, now }: { readonly id: string; readonly day: CivilDate; readonly now: EpochMs },
): Promise<SweepRow> {
  await tx.execute(sql`
    insert into retention_sweeps (org_id, id, day, started_at)
    values (${orgId}, ${id}, ${day}, ${new Date(now).toISOString()}) on conflict (org_id, day) do nothing`)
  const { rows } = await tx.execute<StoredSweep>(
    sql`select ${columns} from retention_sweeps where org_id = ${orgId} and day = ${day}`,
  )
  if (!rows[0]) throw new Error('a sweep vanished')
  return asSweep(rows[0])
}

/** The running sweep, locked: what a batch deletes is added in the batch's own transaction. */
export async function sweepForUpdate({ tx, orgId }: OrgScope, id: string): Promise<SweepRow | null> {
  const { rows } = await tx.execute<StoredSweep>(sql`
    select ${columns} from retention_sweeps where org_id = ${orgId} and id = ${id} for update`)
  return rows[0] ? asSweep(rows[0]) : null
}

export async function saveDeleted(
  { tx, orgId }: OrgScope,
  id: string,
  deleted: readonly SweepCounts[],
): Promise<void> {
  await tx.execute(sql`
    update retention_sweeps set deleted = ${JSON.stringify(deleted)}::jsonb where org_id = ${orgId} and id = ${id}`)
}

export async function finishSweep(
  { tx, orgId }: OrgScope,
  given: { readonly id: string; readonly finishedAt: string; readonly signature: Buffer },
): Promise<void> {
  await tx.execute(sql`
    update retention_sweeps set finished_at = ${given.finishedAt}, signature = ${given.signature}
    where org_id = ${orgId} and id = ${given.id} and finished_at is null`)
}

/** Sweeps that deleted something, newest first; a day on which nothing was due is no news. */
export async function listSweeps(
  { tx, orgId }: OrgScope,
  { before, limit }: { readonly before: string | undefined; readonly limit: number },
): Promise<SweepRow[]> {
  const { rows } = await tx.execute<StoredSweep>(sql`
    select ${columns} from retention_sweeps where org_id = ${orgId} and deleted <> '[]'::jsonb
      ${before === undefined ? sql`` : sql`and id < ${before}`} order by id desc limit ${limit}`)
  return rows.map(asSweep)
}
