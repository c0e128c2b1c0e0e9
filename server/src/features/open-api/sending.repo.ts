import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { OrgEvent } from '@kangbao/shared/contracts/events.ts'
import type { WebhookEndpoint } from '@kangbao/shared/contracts/webhooks.ts'
import type { OrgScope } from '../../db/database.ts'
import { instant } from '../../db/instant.ts'
import { eventById } from './events.repo.ts'

/** Longer than one attempt and its rows take; a worker that is killed holds an endpoint up no longer. */
const holdSeconds = 60

/** An endpoint as it is called. */
export interface Receiver {
  readonly id: string
  readonly url: string
  readonly secret: Buffer
  readonly oldSecret: Buffer | null
  readonly position: number
  readonly failingSince: EpochMs | null
}

interface ReceiverRow extends Record<string, unknown> {
  readonly id: string
  readonly url: string
  readonly secret: Buffer
  readonly old_secret: Buffer | null
  readonly position: string
  readonly failing_since: string | null
}

const asReceiver = (row: ReceiverRow): Receiver => ({
  id: row.id,
  url: row.url,
  secret: row.secret,
  oldSecret: row.old_secret,
  position: Number(row.position),
  failingSince: row.failing_since === null ? null : Date.parse(row.failing_since),
})

const receiverColumns = (now: EpochMs) => sql`w.id, w.url, w.secret, w.position, w.failing_since,
  case when w.old_secret_until > ${instant(now)} then w.old_secret end as old_secret`

export async function receiverOf(
  { tx, orgId }: OrgScope,
  id: string,
  now: EpochMs,
): Promise<Receiver | null> {
  const { rows } = await tx.execute<ReceiverRow>(sql`
    select ${receiverColumns(now)} from webhook_endpoints w where w.org_id = ${orgId} and w.id = ${id}`)
  return rows[0] ? asReceiver(rows[0]) : null
}

/**
 * Takes an endpoint for one run, so that its events go one after the other; by the database's time.
 * @returns `busy` when another run has it, `waits` until when it is not to be tried, `off` when nothing is sent there.
 */
export async function hold(
  { tx, orgId }: OrgScope,
  id: string,
  now: EpochMs,
): Promise<'held' | 'busy' | 'off' | { readonly waits: EpochMs }> {
  const { rows } = await tx.execute<{
    state: WebhookEndpoint['state']
    retry_at: string | null
    is_held: boolean
  }>(sql`
    select state, retry_at, coalesce(held_until > clock_timestamp(), false) as is_held
    from webhook_endpoints where org_id = ${orgId} and id = ${id} for update`)
  const row = rows[0]
  if (row?.state !== 'active') return 'off'
  if (row.is_held) return 'busy'
  const retryAt = row.retry_at === null ? now : Date.parse(row.retry_at)
  if (retryAt > now) return { waits: retryAt }
  await renewHold({ tx, orgId }, id)
  return 'held'
}

async function renewHold({ tx, orgId }: Pick<OrgScope, 'tx' | 'orgId'>, id: string): Promise<void> {
  await tx.execute(sql`
    update webhook_endpoints set held_until = clock_timestamp() + make_interval(secs => ${holdSeconds})
    where org_id = ${orgId} and id = ${id}`)
}

export async function letGo({ tx, orgId }: OrgScope, id: string): Promise<void> {
  await tx.execute(sql`
    update webhook_endpoints set held_until = null where org_id = ${orgId} and id = ${id}`)
}

/** What is sent next, with how often it was tried. */
export interface Turn {
  readonly receiver: Receiver
  readonly event: OrgEvent
  readonly attempts: number
}

/** The event whose turn it is at an endpoint; where there is none it has gone through the feed, and is let go. */
export async function nextTurn(scope: OrgScope, id: string, now: EpochMs): Promise<Turn | null> {
  const { tx, orgId } = scope
  const { rows } = await tx.execute<
    ReceiverRow & { event_id: string | null; last_seq: string; attempts: number | null }
  >(sql`
    select ${receiverColumns(now)}, f.last_seq, e.id as event_id, d.attempts
    from webhook_endpoints w
    join event_feeds f on f.org_id = ${orgId}
    left join lateral (
      select n.id from org_events n
      where n.org_id = ${orgId} and n.seq > w.position and n.seq <= f.last_seq
        and (w.types is null or n.type = any(w.types))
      order by n.seq limit 1) e on true
    left join webhook_deliveries d
      on d.org_id = ${orgId} and d.endpoint_id = w.id and d.event_id = e.id and d.state = 'waiting'
    where w.org_id = ${orgId} and w.id = ${id} and w.state = 'active' for update of w`)
  const row = rows[0]
  const event = row?.event_id ? await eventById(scope, row.event_id) : null
  if (!row || !event) {
    await tx.execute(sql`
      update webhook_endpoints set held_until = null, position = greatest(position, ${row?.last_seq ?? 0}::bigint)
      where org_id = ${orgId} and id = ${id}`)
    return null
  }
  await renewHold(scope, id)
  return { receiver: asReceiver(row), event, attempts: row.attempts ?? 0 }
}

/** Goes on after an event, if nobody has moved the endpoint meanwhile. */
export async function advance(
  { tx, orgId }: OrgScope,
  { receiver, event }: Pick<Turn, 'receiver' | 'event'>,
  { hasArrived }: { readonly hasArrived: boolean },
): Promise<void> {
  await tx.execute(sql`
    update webhook_endpoints set position = ${event.sequence}, retry_at = null,
      failing_since = case when ${hasArrived} then null else failing_since end
    where org_id = ${orgId} and id = ${receiver.id} and position = ${receiver.position}`)
}

/** Nothing arrived: it is tried again then. */
export async function retryAt({ tx, orgId }: OrgScope, id: string, at: EpochMs): Promise<void> {
  await tx.execute(sql`
    update webhook_endpoints set retry_at = ${instant(at)}, held_until = null
    where org_id = ${orgId} and id = ${id} and state = 'active'`)
}

/** Notes since when nothing arrives. */
export async function noteFailing({ tx, orgId }: OrgScope, id: string, now: EpochMs): Promise<void> {
  await tx.execute(sql`
    update webhook_endpoints set failing_since = coalesce(failing_since, ${instant(now)})
    where org_id = ${orgId} and id = ${id}`)
}

/** False when it is not active any more. */
export async function disable(
  { tx, orgId }: OrgScope,
  id: string,
  reason: NonNullable<WebhookEndpoint['disabledFor']>,
): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    update webhook_endpoints set state = 'disabled', disabled_for = ${reason}, retry_at = null, held_until = null
    where org_id = ${orgId} and id = ${id} and state = 'active'`)
  return rowCount === 1
}

/** Who is told of an endpoint that was disabled. */
export async function mainAdmins({ tx, orgId }: OrgScope, limit: number): Promise<string[]> {
  const { rows } = await tx.execute<{ user_id: string }>(sql`
    select user_id from members where org_id = ${orgId} and role = 'main-admin' and left_at is null and not is_guest
    order by id limit ${limit}`)
  return rows.map(({ user_id: userId }) => userId)
}
