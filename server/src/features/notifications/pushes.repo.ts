import { sql } from 'drizzle-orm'
import type { CivilDate, EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { civilDate } from '@kangbao/shared/calendar/civil-day.ts'
import type { OrgScope } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'
import { instant } from '../../db/instant.ts'

export type PushKind =
  | 'send'
  | 'remind-members'
  | 'remind-again'
  | 'remind-sms'
  | 'remind-mail'
  | 'remind-heads'
  | 'remind-admins'
  | 'remind-by-hand'
  | 'abnormal'
  | 'new-answers'
  | 'refusal'
  | 'export-ready'
  | 'export-mail'
  | 'export-stopped'
  | 'export-failed'

/** Why a step of the ladder sent nothing. */
export type DropReason = 'quiet-hours' | 'after-cut-off' | 'missed' | 'digest-window'

export interface Push {
  readonly id: string
  readonly formId: string
  readonly periodStart: CivilDate
  readonly kind: PushKind
  readonly plannedAt: EpochMs
  readonly subject: string
  readonly state: 'planned' | 'sending' | 'sent' | 'failed' | 'dropped' | 'joined'
  readonly madeAt: EpochMs
}

/** Kinds that are for people who have not filed, and for nobody who has meanwhile. */
export const kindsForMissing: readonly PushKind[] = [
  'send',
  'remind-members',
  'remind-again',
  'remind-sms',
  'remind-mail',
  'remind-by-hand',
]

/** Notes a push once per form, kind, moment and subject; false when it is noted already. */
export async function insert(
  { tx, orgId }: OrgScope,
  push: Omit<Push, 'state'> & { askedBy: string | null },
): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    insert into pushes (org_id, id, form_id, period_start, kind, planned_at, subject, asked_by, made_at)
    values (${orgId}, ${push.id}, ${push.formId}, ${push.periodStart}, ${push.kind}, ${instant(push.plannedAt)},
      ${push.subject}, ${push.askedBy}, ${instant(push.madeAt)})
    on conflict (org_id, form_id, kind, planned_at, subject) do nothing`)
  return rowCount === 1
}

/** Says in the ledger that a planned reminder sent nothing, and why; said once. */
export async function insertDropped(
  { tx, orgId }: OrgScope,
  push: Pick<Push, 'formId' | 'periodStart' | 'kind' | 'plannedAt' | 'madeAt'> & { reason: DropReason },
): Promise<void> {
  await tx.execute(sql`
    insert into pushes (org_id, id, form_id, period_start, kind, planned_at, state, reason, made_at, finished_at)
    values (${orgId}, ${newId()}, ${push.formId}, ${push.periodStart}, ${push.kind}, ${instant(push.plannedAt)},
      'dropped', ${push.reason}, ${instant(push.madeAt)}, ${instant(push.madeAt)})
    on conflict (org_id, form_id, kind, planned_at, subject) do nothing`)
}

export async function isPlanned(
  { tx, orgId }: OrgScope,
  formId: string,
  kind: PushKind,
  plannedAt?: EpochMs,
): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    select from pushes where org_id = ${orgId} and form_id = ${formId} and kind = ${kind}
      ${plannedAt === undefined ? sql`` : sql`and planned_at = ${instant(plannedAt)}`} limit 1`)
  return rows.length > 0
}

/** Batches of everyone expected who has not filed, made inside the database: no list of people travels. */
export async function insertBatchesOfMissing(
  { tx, orgId }: OrgScope,
  push: Pick<Push, 'id' | 'formId' | 'periodStart'>,
  batchSize: number,
): Promise<number> {
  const { rows } = await tx.execute<{ people: number }>(sql`
    with missing as (
      select member_id, (row_number() over (order by member_id) - 1) / ${batchSize}::int as batch from expectations
      where org_id = ${orgId} and form_id = ${push.formId} and period_start = ${push.periodStart} and filed_at is null),
    batches as (
      insert into push_batches (org_id, push_id, batch, member_ids)
      select ${orgId}, ${push.id}, batch, array_agg(member_id) from missing group by batch
      returning cardinality(member_ids) as people)
    select coalesce(sum(people), 0)::int as people from batches`)
  return rows[0]?.people ?? 0
}

/** Batches of named people; numbered on from those the push has. */
export async function insertBatches(
  { tx, orgId }: OrgScope,
  pushId: string,
  memberIds: readonly string[],
  batchSize: number,
): Promise<void> {
  await tx.execute(sql`
    insert into push_batches (org_id, push_id, batch, member_ids)
    select ${orgId}, ${pushId}, next.batch + chunk, array_agg(id order by place)
    from (select id, place, (place - 1) / ${batchSize}::int as chunk
      from unnest(${sql.param(memberIds)}::uuid[]) with ordinality as given (id, place)) as person,
      (select coalesce(max(batch) + 1, 0) as batch from push_batches
        where org_id = ${orgId} and push_id = ${pushId}) as next
    group by next.batch, chunk`)
}

export async function setRecipients({ tx, orgId }: OrgScope, pushId: string, people: number): Promise<void> {
  await tx.execute(sql`
    update pushes set recipients = ${people} where org_id = ${orgId} and id = ${pushId}`)
}

export async function byId({ tx, orgId }: OrgScope, pushId: string): Promise<Push | null> {
  const { rows } = await tx.execute<{
    id: string
    form_id: string
    period_start: string
    kind: PushKind
    planned_at: string
    subject: string
    state: Push['state']
    made_at: string
  }>(sql`
    select id, form_id, period_start::text, kind, planned_at, subject, state, made_at from pushes
    where org_id = ${orgId} and id = ${pushId}`)
  const row = rows[0]
  if (!row) return null
  return {
    id: row.id,
    formId: row.form_id,
    periodStart: civilDate(row.period_start),
    kind: row.kind,
    plannedAt: Date.parse(row.planned_at),
    subject: row.subject,
    state: row.state,
    madeAt: Date.parse(row.made_at),
  }
}

export interface OpenBatch {
  readonly batch: number
  /** Whom to name in the call, read just now: who left, or filed meanwhile, is not among them. */
  readonly memberIds: readonly string[]
  readonly userIds: readonly string[]
  /** The others of the batch. */
  readonly leftOut: readonly string[]
  /** Until when it was held back for people who were not to be woken; null when it was not. */
  readonly heldUntil: EpochMs | null
}

/** How much of a push one run takes. */
export interface DuePage {
  readonly now: EpochMs
  readonly limit: number
}

const isDue = (now: EpochMs) =>
  sql`state = 'planned' and (not_before is null or not_before <= ${instant(now)})`

/** Who is in the batches that are due. */
export async function dueMembers(
  { tx, orgId }: OrgScope,
  pushId: string,
  { now, limit }: DuePage,
): Promise<readonly { batch: number; memberIds: readonly string[]; heldUntil: EpochMs | null }[]> {
  const { rows } = await tx.execute<{
    batch: number
    member_ids: string[]
    not_before: string | Date | null
  }>(sql`
    select batch, member_ids::text[] as member_ids, not_before from push_batches
    where org_id = ${orgId} and push_id = ${pushId} and ${isDue(now)} order by batch limit ${limit}`)
  return rows.map(({ batch, member_ids, not_before }) => ({
    batch,
    memberIds: member_ids,
    heldUntil: not_before === null ? null : new Date(not_before).getTime(),
  }))
}

/**
 * In two or three plain look-ups rather than one join: their cost is the number of people whatever the planner knows
 * of the tables, and right after an import it knows nothing.
 */
export async function openBatches(scope: OrgScope, push: Push, page: DuePage): Promise<OpenBatch[]> {
  const { tx, orgId } = scope
  const batches = await dueMembers(scope, push.id, page)
  const everybody = sql.param(batches.flatMap(({ memberIds }) => memberIds))
  const { rows: present } = await tx.execute<{ id: string; user_id: string }>(sql`
    select id, user_id from members
    where org_id = ${orgId} and id = any(${everybody}::uuid[]) and left_at is null and not is_guest`)
  const userIdById = new Map(present.map(({ id, user_id }) => [id, user_id]))
  if (kindsForMissing.includes(push.kind)) {
    const { rows: missing } = await tx.execute<{ member_id: string }>(sql`
      select member_id from expectations
      where org_id = ${orgId} and form_id = ${push.formId} and period_start = ${push.periodStart}
        and filed_at is null and member_id = any(${everybody}::uuid[])`)
    const stillMissing = new Set(missing.map((row) => row.member_id))
    for (const id of userIdById.keys()) if (!stillMissing.has(id)) userIdById.delete(id)
  }
  return batches.map(({ batch, memberIds: planned, heldUntil }) => {
    const memberIds = planned.filter((id) => userIdById.has(id))
    return {
      batch,
      memberIds,
      userIds: memberIds.map((id) => userIdById.get(id) ?? ''),
      leftOut: planned.filter((id) => !userIdById.has(id)),
      heldUntil,
    }
  })
}

export interface BatchOutcome {
  readonly batch: number
  readonly state: 'sent' | 'settled' | 'failed'
  readonly task_id: string | null
  readonly reason: string | null
  readonly sent_to: number
  readonly left_out: readonly string[]
}

/** Writes what became of several batches at once; only those still planned change. */
export async function recordBatches(
  { tx, orgId }: OrgScope,
  pushId: string,
  outcomes: readonly BatchOutcome[],
  now: EpochMs,
): Promise<void> {
  await tx.execute(sql`
    update push_batches b set state = o.state, task_id = o.task_id, reason = o.reason, sent_to = o.sent_to, left_out = o.left_out,
      sent_at = ${instant(now)}, settled_at = case when o.state = 'sent' then null else ${instant(now)} end
    from jsonb_to_recordset(${JSON.stringify(outcomes)}::jsonb)
      as o (batch int, state text, task_id text, reason text, sent_to int, left_out uuid[])
    where b.org_id = ${orgId} and b.push_id = ${pushId} and b.batch = o.batch and b.state = 'planned'`)
}

/** Gives up what is planned of a push: all of it, or what is due. */
export async function failOpenBatches(
  { tx, orgId }: OrgScope,
  pushId: string,
  { which, reason, now }: { readonly which: 'all' | 'due'; readonly reason: string; readonly now: EpochMs },
): Promise<void> {
  await tx.execute(sql`
    update push_batches set state = 'failed', reason = ${reason}, settled_at = ${instant(now)}
    where org_id = ${orgId} and push_id = ${pushId} and ${which === 'all' ? sql`state = 'planned'` : isDue(now)}`)
}

export async function begin({ tx, orgId }: OrgScope, pushId: string): Promise<void> {
  await tx.execute(sql`
    update pushes set state = 'sending' where org_id = ${orgId} and id = ${pushId} and state = 'planned'`)
}

/** Closes a push none of whose batches is planned any more; true when something of it was sent. */
export async function finish({ tx, orgId }: OrgScope, pushId: string, now: EpochMs): Promise<boolean> {
  const { rows } = await tx.execute<{ state: string; was_sent: boolean }>(sql`
    update pushes p set finished_at = ${instant(now)},
      state = case when b.failed > 0 and b.failed = b.batches then 'failed' else 'sent' end
    from (select count(*) filter (where member_ids <> '{}') as batches, count(*) filter (where state = 'failed') as failed,
        count(*) filter (where state = 'sent') as sent
      from push_batches where org_id = ${orgId} and push_id = ${pushId}) as b
    where p.org_id = ${orgId} and p.id = ${pushId}
    returning p.state, b.sent > 0 as was_sent`)
  return rows[0]?.was_sent ?? false
}

export interface SentBatch {
  readonly batch: number
  readonly taskId: string
  readonly sentAt: EpochMs
  readonly sentTo: number
  readonly heldUntil: EpochMs | null
}

export async function sentBatches(
  { tx, orgId }: OrgScope,
  pushId: string,
  limit: number,
): Promise<SentBatch[]> {
  const { rows } = await tx.execute<{
    batch: number
    task_id: string
    sent_at: string
    sent_to: number
    not_before: string | null
  }>(sql`
    select batch, task_id, sent_at, sent_to, not_before from push_batches
    where org_id = ${orgId} and push_id = ${pushId} and state = 'sent' order by batch limit ${limit}`)
  return rows.map((row) => ({
    batch: row.batch,
    taskId: row.task_id,
    sentAt: Date.parse(row.sent_at),
    sentTo: row.sent_to,
    heldUntil: row.not_before === null ? null : Date.parse(row.not_before),
  }))
}

/** Closes a batch with the people the platform did not reach. */
export async function settleBatch(
  { tx, orgId }: OrgScope,
  pushId: string,
  settled: { batch: number; reason: string | null; failed: readonly { userId: string; reason: string }[] },
  now: EpochMs,
): Promise<void> {
  await tx.execute(sql`
    update push_batches set state = 'settled', settled_at = ${instant(now)}, reason = ${settled.reason}
    where org_id = ${orgId} and push_id = ${pushId} and batch = ${settled.batch} and state = 'sent'`)
  if (settled.failed.length === 0) return
  await tx.execute(sql`
    insert into push_failures (org_id, push_id, member_id, reason)
    select ${orgId}, ${pushId}, m.id, f.reason
    from jsonb_to_recordset(${JSON.stringify(settled.failed)}::jsonb) as f ("userId" text, reason text)
    join members m on m.org_id = ${orgId} and m.user_id = f."userId"
    on conflict (org_id, push_id, member_id) do update set reason = excluded.reason`)
}

/** Takes people off the list of failures and plans them again, in new batches of the same push. */
export async function planAgain(
  scope: OrgScope,
  pushId: string,
  userIds: readonly string[],
  batchSize: number,
): Promise<void> {
  const { tx, orgId } = scope
  const { rows } = await tx.execute<{ member_id: string }>(sql`
    delete from push_failures f using members m
    where f.org_id = ${orgId} and f.push_id = ${pushId} and m.org_id = ${orgId} and m.id = f.member_id
      and m.user_id = any(${sql.param(userIds)}::text[])
    returning f.member_id`)
  await insertBatches(
    scope,
    pushId,
    rows.map((row) => row.member_id),
    batchSize,
  )
  await tx.execute(sql`
    update pushes set state = 'planned' where org_id = ${orgId} and id = ${pushId}`)
}
