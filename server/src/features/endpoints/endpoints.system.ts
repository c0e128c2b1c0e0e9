import { sql, type SQL } from 'drizzle-orm'
import type { EndpointMode, EndpointOutcome } from '@kangbao/shared/contracts/endpoints.ts'
import type { SignatureSuite } from '@kangbao/shared/contracts/government.ts'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { SystemScope } from '../../db/database.ts'
import { instant } from '../../db/instant.ts'

/** What the operator says of an endpoint; its secret stands sealed beside it. */
export interface EndpointFacts {
  readonly name: string
  readonly address: string
  readonly keyId: string
  readonly signature: SignatureSuite
  readonly receiverKey: string | null
  readonly callsPerSecond: number
  readonly mode: EndpointMode
  readonly region: string
}

/** An endpoint with how it is doing; what the environment says of the default one is null. */
export interface EndpointRow {
  readonly id: string
  readonly name: string
  readonly address: string | null
  readonly keyId: string | null
  readonly secret: Buffer | null
  readonly receiverKey: string | null
  readonly signature: SignatureSuite
  readonly callsPerSecond: number
  readonly mode: EndpointMode
  readonly region: string | null
  readonly state: 'active' | 'retired'
  readonly revision: number
  readonly pause: { readonly since: EpochMs; readonly reason: string } | null
  readonly failures: number
  readonly failure: string | null
  readonly failedAt: EpochMs | null
  readonly answeredAt: EpochMs | null
  readonly nextTryAt: EpochMs | null
  readonly overdueSince: EpochMs | null
  readonly test: { readonly at: EpochMs; readonly outcome: EndpointOutcome } | null
}

type Row = {
  id: string
  name: string
  address: string | null
  key_id: string | null
  secret: Buffer | null
  receiver_key: string | null
  signature: SignatureSuite
  calls_per_second: number
  mode: EndpointMode
  region: string | null
  state: EndpointRow['state']
  revision: number
  paused_at: string | null
  pause_reason: string | null
  failures: number
  failure: string | null
  failed_at: string | null
  answered_at: string | null
  next_try_at: string | null
  overdue_since: string | null
  tested_at: string | null
  test_outcome: EndpointOutcome | null
}

const at = (text: string | null): EpochMs | null => (text === null ? null : Date.parse(text))

function asEndpoint(row: Row): EndpointRow {
  const pausedAt = at(row.paused_at)
  const testedAt = at(row.tested_at)
  return {
    id: row.id,
    name: row.name,
    address: row.address,
    keyId: row.key_id,
    secret: row.secret,
    receiverKey: row.receiver_key,
    signature: row.signature,
    callsPerSecond: row.calls_per_second,
    mode: row.mode,
    region: row.region,
    state: row.state,
    revision: row.revision,
    pause: pausedAt === null ? null : { since: pausedAt, reason: row.pause_reason ?? '' },
    failures: row.failures,
    failure: row.failure,
    failedAt: at(row.failed_at),
    answeredAt: at(row.answered_at),
    nextTryAt: at(row.next_try_at),
    overdueSince: at(row.overdue_since),
    test: testedAt === null || row.test_outcome === null ? null : { at: testedAt, outcome: row.test_outcome },
  }
}

async function select({ tx }: SystemScope, where: SQL): Promise<EndpointRow[]> {
  const { rows } = await tx.execute<Row>(sql`
    select id, name, address, key_id, secret, receiver_key, signature, calls_per_second, mode, region, state, revision,
      paused_at, pause_reason, failures, failure, failed_at, answered_at, next_try_at, overdue_since, tested_at,
      test_outcome
    from government_endpoints where ${where}`)
  return rows.map(asEndpoint)
}

export async function byId(system: SystemScope, id: string): Promise<EndpointRow | null> {
  return (await select(system, sql`id = ${id}`))[0] ?? null
}

/** Every one there ever was; there are dozens. */
export function all(system: SystemScope): Promise<EndpointRow[]> {
  return select(system, sql`true order by id`)
}

export async function isEndpoint(system: SystemScope, id: string): Promise<boolean> {
  return (await byId(system, id)) !== null
}

/** Those that reports are made for. */
export async function listedEndpoints({ tx }: SystemScope): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select id from government_endpoints where state = 'active' order by id`)
  return rows.map(({ id }) => id)
}

/** By id, so the default one first and the others as they were added. */
export function list(
  system: SystemScope,
  { after, limit }: { after: string | null; limit: number },
): Promise<EndpointRow[]> {
  return select(system, sql`${after === null ? sql`true` : sql`id > ${after}`} order by id limit ${limit}`)
}

/** False when another answers for the region. */
export async function add(
  { tx }: SystemScope,
  id: string,
  facts: EndpointFacts,
  secret: Buffer,
): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    insert into government_endpoints
      (id, name, address, key_id, secret, receiver_key, signature, calls_per_second, mode, region)
    values (${id}, ${facts.name}, ${facts.address}, ${facts.keyId}, ${secret}, ${facts.receiverKey}, ${facts.signature},
      ${facts.callsPerSecond}, ${facts.mode}, ${facts.region})
    on conflict (region) where state = 'active' do nothing`)
  return rowCount === 1
}

/** Whether another than this answers for a region; held off until this transaction is over. */
export async function isRegionTaken({ tx }: SystemScope, region: string, id: string): Promise<boolean> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('endpoint of ' || ${region}::text, 0))`)
  const { rows } = await tx.execute(sql`
    select from government_endpoints where region = ${region} and state = 'active' and id <> ${id}`)
  return rows.length > 0
}

/** What was noted of its calls belongs to the settings of then, and is forgotten. */
export async function change(
  { tx }: SystemScope,
  id: string,
  facts: EndpointFacts,
  secret: Buffer | null,
): Promise<void> {
  await tx.execute(sql`
    update government_endpoints set name = ${facts.name}, address = ${facts.address}, key_id = ${facts.keyId},
      secret = coalesce(${secret}, secret), receiver_key = ${facts.receiverKey}, signature = ${facts.signature},
      calls_per_second = ${facts.callsPerSecond}, mode = ${facts.mode}, region = ${facts.region},
      revision = revision + 1, failures = 0, failed_org = null, failure = null, failed_at = null, next_try_at = null,
      tested_at = null, test_outcome = null
    where id = ${id}`)
}

export async function retire({ tx }: SystemScope, id: string): Promise<void> {
  await tx.execute(sql`update government_endpoints set state = 'retired' where id = ${id}`)
}

export async function keepTest(
  { tx }: SystemScope,
  id: string,
  outcome: EndpointOutcome,
  now: EpochMs,
): Promise<void> {
  await tx.execute(sql`
    update government_endpoints set tested_at = ${instant(now)}, test_outcome = ${outcome} where id = ${id}`)
}

/** Stops deliveries to one, or says anew why they are stopped. */
export async function pause({ tx }: SystemScope, id: string, reason: string, now: EpochMs): Promise<void> {
  await tx.execute(sql`
    update government_endpoints set paused_at = coalesce(paused_at, ${instant(now)}), pause_reason = ${reason}
    where id = ${id}`)
}

/** False when they were not stopped. */
export async function resume({ tx }: SystemScope, id: string): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    update government_endpoints set paused_at = null, pause_reason = null where id = ${id} and paused_at is not null`)
  return rowCount === 1
}
