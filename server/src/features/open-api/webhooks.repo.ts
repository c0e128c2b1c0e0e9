import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { WebhookEndpoint } from '@kangbao/shared/contracts/webhooks.ts'
import type { OrgScope } from '../../db/database.ts'
import { instant } from '../../db/instant.ts'

interface EndpointRow extends Record<string, unknown> {
  readonly id: string
  readonly url: string
  readonly types: string[] | null
  readonly state: WebhookEndpoint['state']
  readonly disabled_for: WebhookEndpoint['disabledFor']
  readonly position: string
  readonly behind: string
  readonly failing_since: string | null
  readonly retry_at: string | null
  readonly dead: number
  readonly old_secret_until: string | null
  readonly made_by: string
  readonly made_at: string
}

const iso = (at: string) => new Date(at).toISOString()

function asEndpoint(row: EndpointRow): WebhookEndpoint {
  return {
    id: row.id,
    url: row.url,
    types: row.types,
    state: row.state,
    disabledFor: row.disabled_for,
    position: Number(row.position),
    behind: Number(row.behind),
    failingSince: row.failing_since && iso(row.failing_since),
    retryAt: row.retry_at && iso(row.retry_at),
    dead: row.dead,
    oldSecretUntil: row.old_secret_until && iso(row.old_secret_until),
    madeBy: row.made_by,
    madeAt: iso(row.made_at),
  }
}

/** In the order they were made; one of them when an id is given. */
export async function list({ tx, orgId }: OrgScope, now: EpochMs, id?: string): Promise<WebhookEndpoint[]> {
  const { rows } = await tx.execute<EndpointRow>(sql`
    select w.id, w.url, w.types, w.state, w.disabled_for, w.position, w.failing_since, w.retry_at,
      greatest(0, coalesce(f.last_seq, 0) - w.position) as behind,
      (select count(*)::int from webhook_deliveries d
       where d.org_id = ${orgId} and d.endpoint_id = w.id and d.state = 'dead') as dead,
      case when w.old_secret_until > ${instant(now)} then w.old_secret_until end as old_secret_until,
      coalesce(m.name, '') as made_by, w.made_at
    from webhook_endpoints w
    left join event_feeds f on f.org_id = ${orgId}
    left join members m on m.org_id = ${orgId} and m.id = w.made_by
    where w.org_id = ${orgId} ${id === undefined ? sql`` : sql`and w.id = ${id}`} order by w.id`)
  return rows.map(asEndpoint)
}

export interface NewEndpoint {
  readonly id: string
  readonly url: string
  readonly types: readonly string[] | null
  readonly secret: Buffer
  readonly madeBy: string
  readonly now: EpochMs
}

const typesOf = (types: readonly string[] | null) =>
  sql`${types === null ? null : sql.param([...types])}::text[]`

/** Begins after the last event there is; false when there are as many as there may be. */
export async function insert({ tx, orgId }: OrgScope, given: NewEndpoint, most: number): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    insert into webhook_endpoints (org_id, id, url, types, secret, position, made_by, made_at)
    select f.org_id, ${given.id}, ${given.url}, ${typesOf(given.types)}, ${given.secret}, f.last_seq, ${given.madeBy},
      ${instant(given.now)}
    from event_feeds f where f.org_id = ${orgId}
      and (select count(*) from webhook_endpoints w where w.org_id = ${orgId}) < ${most}`)
  return rowCount === 1
}

export interface Change {
  readonly url: string
  readonly types: readonly string[] | null
  readonly state: 'active' | 'paused' | 'disabled'
}

/** What an admin says of an endpoint; one that goes on is tried at once. */
export async function change(
  { tx, orgId }: OrgScope,
  id: string,
  { url, types, state }: Change,
): Promise<void> {
  await tx.execute(sql`
    update webhook_endpoints set url = ${url}, types = ${typesOf(types)}, state = ${state},
      disabled_for = case when ${state} = 'disabled' then disabled_for end,
      failing_since = case when ${state} = state then failing_since end, retry_at = null
    where org_id = ${orgId} and id = ${id}`)
}

export async function remove({ tx, orgId }: OrgScope, id: string): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    delete from webhook_endpoints where org_id = ${orgId} and id = ${id}`)
  return rowCount === 1
}

/** The sealed secret, locked. */
export async function secretOf({ tx, orgId }: OrgScope, id: string): Promise<Buffer | null> {
  const { rows } = await tx.execute<{ secret: Buffer }>(sql`
    select secret from webhook_endpoints where org_id = ${orgId} and id = ${id} for update`)
  return rows[0]?.secret ?? null
}

export async function setSecret(
  { tx, orgId }: OrgScope,
  id: string,
  given: { readonly secret: Buffer; readonly oldSecret: Buffer; readonly oldUntil: EpochMs },
): Promise<void> {
  await tx.execute(sql`
    update webhook_endpoints set secret = ${given.secret}, old_secret = ${given.oldSecret},
      old_secret_until = ${instant(given.oldUntil)}
    where org_id = ${orgId} and id = ${id}`)
}

export async function setPosition({ tx, orgId }: OrgScope, id: string, position: number): Promise<void> {
  await tx.execute(sql`
    update webhook_endpoints set position = ${position}, retry_at = null where org_id = ${orgId} and id = ${id}`)
}

/** Endpoints something may be sent to now: those that wait before they are tried again are left in peace. */
export async function readyIds({ tx, orgId }: OrgScope, now: EpochMs): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select id from webhook_endpoints
    where org_id = ${orgId} and state = 'active' and (retry_at is null or retry_at <= ${instant(now)})`)
  return rows.map(({ id }) => id)
}
