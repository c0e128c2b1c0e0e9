import { sql, type SQL } from 'drizzle-orm'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { ExportSpan, ExportTiming } from '@kangbao/shared/calendar/export-timing.ts'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type {
  ExportSchedule,
  ScheduleCandidate,
  ScheduleOutcome,
  SchedulePerson,
} from '@kangbao/shared/contracts/export-schedules.ts'
import { ExportFormat, ExportShape } from '@kangbao/shared/contracts/exports.ts'
import { rolesThatMay, type Permission } from '@kangbao/shared/contracts/permissions.ts'
import type { OrgScope } from '../../db/database.ts'
import { instant } from '../../db/instant.ts'
import { takesMail } from '../mail/index.ts'
import { hasStopped } from '../notifications/index.ts'

export const ScheduleContent = Type.Object({
  shape: ExportShape,
  format: ExportFormat,
  locale: Type.Union([Type.Literal('zh-CN'), Type.Literal('en')]),
  span: Type.Optional(ExportSpan),
  by: Type.Optional(Type.Array(Type.Union([Type.Literal('chat'), Type.Literal('mail')]))),
})
export type ScheduleContent = Static<typeof ScheduleContent>

export interface ScheduleRow {
  readonly id: string
  readonly formId: string
  readonly ownerId: string
  readonly content: ScheduleContent
  readonly timing: ExportTiming
  readonly recipients: readonly string[]
  readonly state: ExportSchedule['state']
  readonly stoppedFor: ExportSchedule['stoppedFor']
  readonly nextAt: EpochMs | null
}

interface Row extends Record<string, unknown> {
  readonly id: string
  readonly form_id: string
  readonly owner_id: string
  readonly content: unknown
  readonly timing: unknown
  readonly recipients: string[]
  readonly state: ScheduleRow['state']
  readonly stopped_for: ScheduleRow['stoppedFor']
  readonly next_at: string | Date | null
}

const columns = sql.raw('id, form_id, owner_id, content, timing, recipients, state, stopped_for, next_at')

const asSchedule = (row: Row): ScheduleRow => ({
  id: row.id,
  formId: row.form_id,
  ownerId: row.owner_id,
  content: Value.Parse(ScheduleContent, row.content),
  timing: Value.Parse(ExportTiming, row.timing),
  recipients: row.recipients,
  state: row.state,
  stoppedFor: row.stopped_for,
  nextAt: row.next_at === null ? null : new Date(row.next_at).getTime(),
})

/** Stores one, unless the form has `most` already; asked for at once, they come one after the other. */
export async function insert(
  { tx, orgId }: OrgScope,
  given: Omit<ScheduleRow, 'state' | 'stoppedFor'> & { readonly now: EpochMs; readonly most: number },
): Promise<boolean> {
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`export schedules ${given.formId}`}, 0))`,
  )
  const { rowCount } = await tx.execute(sql`
    insert into export_schedules (org_id, id, form_id, owner_id, content, timing, recipients, next_at, created_at)
    select ${orgId}, ${given.id}, ${given.formId}, ${given.ownerId}, ${JSON.stringify(given.content)}::jsonb,
      ${JSON.stringify(given.timing)}::jsonb, ${sql.param([...given.recipients])}::uuid[],
      ${given.nextAt === null ? null : instant(given.nextAt)}, ${instant(given.now)}
    where (select count(*) from export_schedules where org_id = ${orgId} and form_id = ${given.formId}) < ${given.most}`)
  return rowCount === 1
}

export async function listOf({ tx, orgId }: OrgScope, formId: string): Promise<ScheduleRow[]> {
  const { rows } = await tx.execute<Row>(sql`
    select ${columns} from export_schedules where org_id = ${orgId} and form_id = ${formId} order by id`)
  return rows.map(asSchedule)
}

/** Nobody else runs or changes it until the transaction is over. */
export async function locked({ tx, orgId }: OrgScope, id: string): Promise<ScheduleRow | null> {
  const { rows } = await tx.execute<Row>(sql`
    select ${columns} from export_schedules where org_id = ${orgId} and id = ${id} for update`)
  return rows[0] ? asSchedule(rows[0]) : null
}

export async function update(
  { tx, orgId }: OrgScope,
  { id, ownerId, state, stoppedFor, nextAt }: ScheduleRow,
): Promise<void> {
  await tx.execute(sql`
    update export_schedules set owner_id = ${ownerId}, state = ${state}, stopped_for = ${stoppedFor},
      next_at = ${nextAt === null ? null : instant(nextAt)}
    where org_id = ${orgId} and id = ${id}`)
}

export async function remove({ tx, orgId }: OrgScope, formId: string, id: string): Promise<boolean> {
  const { rowCount } = await tx.execute(
    sql`delete from export_schedules where org_id = ${orgId} and form_id = ${formId} and id = ${id}`,
  )
  return rowCount === 1
}

/** One recipient's part of a run. */
export interface RunKey {
  readonly scheduleId: string
  readonly dueAt: EpochMs
  readonly memberId: string
}

const isRun = (orgId: string, { scheduleId, dueAt, memberId }: RunKey): SQL =>
  sql`org_id = ${orgId} and schedule_id = ${scheduleId} and due_at = ${instant(dueAt)} and member_id = ${memberId}`

/** Notes what is owed to a recipient; false when it is noted already. */
export async function insertRun({ tx, orgId }: OrgScope, run: RunKey): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    insert into export_schedule_runs (org_id, schedule_id, due_at, member_id)
    values (${orgId}, ${run.scheduleId}, ${instant(run.dueAt)}, ${run.memberId}) on conflict do nothing`)
  return rowCount === 1
}

/** Whether it still waits to be begun; nobody else begins it until the transaction is over. */
export async function holdOpenRun({ tx, orgId }: OrgScope, run: RunKey): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    select from export_schedule_runs
    where ${isRun(orgId, run)} and outcome = 'waiting' and export_id is null for update`)
  return rows.length > 0
}

export async function beginRun({ tx, orgId }: OrgScope, run: RunKey, exportId: string): Promise<void> {
  await tx.execute(sql`update export_schedule_runs set export_id = ${exportId} where ${isRun(orgId, run)}`)
}

export async function endRun({ tx, orgId }: OrgScope, run: RunKey, outcome: ScheduleOutcome): Promise<void> {
  await tx.execute(sql`update export_schedule_runs set outcome = ${outcome} where ${isRun(orgId, run)}`)
}

/** Notes how an export ended; null when it was none of a schedule, or that was noted before. */
export async function noteOutcome(
  { tx, orgId }: OrgScope,
  exportId: string,
  outcome: ScheduleOutcome,
  before: ScheduleOutcome = 'waiting',
): Promise<RunKey | null> {
  const { rows } = await tx.execute<{ schedule_id: string; due_at: string | Date; member_id: string }>(sql`
    update export_schedule_runs set outcome = ${outcome}
    where org_id = ${orgId} and export_id = ${exportId} and outcome = ${before}
    returning schedule_id, due_at, member_id`)
  const row = rows[0]
  if (!row) return null
  return { scheduleId: row.schedule_id, dueAt: new Date(row.due_at).getTime(), memberId: row.member_id }
}

/** Whether something of a run came to nothing for another of its recipients. */
export async function hasOtherFailure({ tx, orgId }: OrgScope, run: RunKey): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    select from export_schedule_runs
    where org_id = ${orgId} and schedule_id = ${run.scheduleId} and due_at = ${instant(run.dueAt)}
      and member_id <> ${run.memberId} and outcome in ('unmailed', 'no-right', 'failed') limit 1`)
  return rows.length > 0
}

/** How the run before ended for the same recipient; null when there was none. */
export async function outcomeBefore({ tx, orgId }: OrgScope, run: RunKey): Promise<ScheduleOutcome | null> {
  const { rows } = await tx.execute<{ outcome: ScheduleOutcome }>(sql`
    select outcome from export_schedule_runs
    where org_id = ${orgId} and schedule_id = ${run.scheduleId} and member_id = ${run.memberId}
      and due_at < ${instant(run.dueAt)}
    order by due_at desc limit 1`)
  return rows[0]?.outcome ?? null
}

/** Forgets runs before a moment. */
export async function removeRuns(
  { tx, orgId }: OrgScope,
  scheduleId: string,
  before: EpochMs,
): Promise<void> {
  await tx.execute(sql`
    delete from export_schedule_runs
    where org_id = ${orgId} and schedule_id = ${scheduleId} and due_at < ${instant(before)}`)
}

export interface RunRow extends SchedulePerson {
  readonly scheduleId: string
  readonly dueAt: string
  readonly outcome: ScheduleOutcome
}

/** The newest runs of the schedules of a form, newest first. */
export async function newestRuns(
  { tx, orgId }: OrgScope,
  formId: string,
  perSchedule: number,
): Promise<RunRow[]> {
  const { rows } = await tx.execute<{
    schedule_id: string
    due_at: string | Date
    member_id: string
    name: string
    outcome: ScheduleOutcome
  }>(sql`
    select schedule_id, due_at, member_id, m.name, outcome from (
      select r.*, dense_rank() over (partition by r.schedule_id order by r.due_at desc) as no
      from export_schedule_runs r join export_schedules s on s.org_id = ${orgId} and s.id = r.schedule_id
      where r.org_id = ${orgId} and s.form_id = ${formId}) r
    join members m on m.org_id = ${orgId} and m.id = r.member_id
    where no <= ${perSchedule} order by due_at desc, m.name, member_id`)
  return rows.map((row) => ({
    scheduleId: row.schedule_id,
    dueAt: new Date(row.due_at).toISOString(),
    memberId: row.member_id,
    name: row.name,
    outcome: row.outcome,
  }))
}

/** Admins here now who may do something, by name. */
export async function adminsWhoMay(
  { tx, orgId }: OrgScope,
  permission: Permission,
  limit: number,
): Promise<ScheduleCandidate[]> {
  const { rows } = await tx.execute<{ id: string; name: string; has_mail: boolean }>(sql`
    select id, name, ${takesMail(orgId, sql`m.id`)} and not ${hasStopped(orgId, sql`m.id`, 'mail:exports')} as has_mail
    from members m
    where org_id = ${orgId} and role <> 'member' and role = any(${sql.param(rolesThatMay(permission))}::text[])
      and left_at is null and not is_guest
    order by name, id limit ${limit}`)
  return rows.map(({ id, name, has_mail }) => ({ memberId: id, name, hasMail: has_mail }))
}

/** Names of members, those who left too. */
export async function namesOf(
  { tx, orgId }: OrgScope,
  memberIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await tx.execute<{ id: string; name: string }>(sql`
    select id, name from members where org_id = ${orgId} and id = any(${sql.param([...memberIds])}::uuid[])`)
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** Takes somebody who is being erased out of what was planned for him and what he got. */
export async function removeRecipient({ tx, orgId }: OrgScope, memberId: string): Promise<void> {
  await tx.execute(sql`delete from export_schedule_runs where org_id = ${orgId} and member_id = ${memberId}`)
  await tx.execute(sql`
    update export_schedules set recipients = array_remove(recipients, ${memberId}::uuid)
    where org_id = ${orgId} and ${memberId}::uuid = any (recipients)`)
}
