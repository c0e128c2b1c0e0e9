import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { DeliveryReason, WebhookDelivery } from '@kangbao/shared/contracts/webhooks.ts'
import type { OrgScope } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'
import { instant } from '../../db/instant.ts'

interface DeliveryRow extends Record<string, unknown> {
  readonly id: string
  readonly event_id: string
  readonly type: string
  readonly seq: string | null
  readonly state: WebhookDelivery['state']
  readonly attempts: number
  readonly status: number | null
  readonly reason: DeliveryReason | null
  readonly took_ms: number | null
  readonly tried_at: string | null
}

const asDelivery = (row: DeliveryRow): WebhookDelivery => ({
  id: row.id,
  eventId: row.event_id,
  type: row.type,
  sequence: row.seq === null ? null : Number(row.seq),
  state: row.state,
  attempts: row.attempts,
  status: row.status,
  reason: row.reason,
  tookMs: row.took_ms,
  triedAt: row.tried_at && new Date(row.tried_at).toISOString(),
})

const columns = sql.raw(`id, event_id, type, seq, state, attempts, status, reason, took_ms, tried_at`)

/** Newest first. */
export async function list(
  { tx, orgId }: OrgScope,
  endpointId: string,
  page: {
    readonly before: string | undefined
    readonly state: WebhookDelivery['state'] | undefined
    readonly limit: number
  },
): Promise<WebhookDelivery[]> {
  const { rows } = await tx.execute<DeliveryRow>(sql`
    select ${columns} from webhook_deliveries where org_id = ${orgId} and endpoint_id = ${endpointId}
      ${page.before === undefined ? sql`` : sql`and id < ${page.before}::uuid`}
      ${page.state === undefined ? sql`` : sql`and state = ${page.state}`}
    order by id desc limit ${page.limit}`)
  return rows.map(asDelivery)
}

/** One of an endpoint, locked. */
export async function byId(
  { tx, orgId }: OrgScope,
  endpointId: string,
  id: string,
): Promise<WebhookDelivery | null> {
  const { rows } = await tx.execute<DeliveryRow>(sql`
    select ${columns} from webhook_deliveries
    where org_id = ${orgId} and endpoint_id = ${endpointId} and id = ${id} for update`)
  return rows[0] ? asDelivery(rows[0]) : null
}

export interface Attempt {
  readonly endpointId: string
  readonly event: { readonly id: string; readonly type: string; readonly sequence: number | null }
  readonly state: WebhookDelivery['state']
  readonly status: number | null
  readonly reason: DeliveryReason | null
  readonly tookMs: number
  readonly now: EpochMs
}

/** What came of an attempt; an event that was sent before keeps its row, and a replay begins to count anew. */
export async function note({ tx, orgId }: OrgScope, attempt: Attempt): Promise<void> {
  const { endpointId, event, state, status, reason, tookMs, now } = attempt
  await tx.execute(sql`
    insert into webhook_deliveries as d (org_id, id, endpoint_id, event_id, type, seq, state, attempts, status, reason,
      took_ms, made_at, tried_at)
    values (${orgId}, ${newId()}, ${endpointId}, ${event.id}, ${event.type}, ${event.sequence}, ${state}, 1, ${status},
      ${reason}, ${tookMs}, ${instant(now)}, ${instant(now)})
    on conflict (org_id, endpoint_id, event_id) do update set state = excluded.state, status = excluded.status,
      attempts = case when d.state = 'waiting' then d.attempts + 1 else 1 end, reason = excluded.reason,
      took_ms = excluded.took_ms, tried_at = excluded.tried_at`)
}

/** A test that waits to be sent. */
export async function insertTest(
  { tx, orgId }: OrgScope,
  given: { readonly id: string; readonly endpointId: string; readonly type: string; readonly now: EpochMs },
): Promise<void> {
  await tx.execute(sql`
    insert into webhook_deliveries (org_id, id, endpoint_id, event_id, type, state, attempts, made_at)
    values (${orgId}, ${given.id}, ${given.endpointId}, ${newId()}, ${given.type}, 'waiting', 0, ${instant(given.now)})`)
}

/** Waits to be sent once more. */
export async function waitAgain({ tx, orgId }: OrgScope, id: string): Promise<void> {
  await tx.execute(sql`
    update webhook_deliveries set state = 'waiting', attempts = 0 where org_id = ${orgId} and id = ${id}`)
}

export async function deleteBefore({ tx, orgId }: OrgScope, before: EpochMs): Promise<void> {
  await tx.execute(sql`
    delete from webhook_deliveries where org_id = ${orgId} and made_at < ${instant(before)}`)
}
