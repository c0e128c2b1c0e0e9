import { sql } from 'drizzle-orm'
import type { SystemScope } from '../db/database.ts'
import { newId } from '../db/ids.ts'

/** A change of keys, under way or done. */
export interface KeyRotation {
  readonly id: string
  readonly masterKey: string
  readonly startedAt: number
  readonly touchedAt: number
  readonly finishedAt: number | null
  readonly orgs: number
  readonly orgsDone: number
  readonly valuesDone: number
}

interface Row extends Record<string, unknown> {
  readonly id: string
  readonly master_key: string
  readonly started_at: string
  readonly touched_at: string
  readonly finished_at: string | null
  readonly orgs: number
  readonly orgs_done: number
  readonly values_done: string
}

const asRotation = (row: Row): KeyRotation => ({
  id: row.id,
  masterKey: row.master_key,
  startedAt: Date.parse(row.started_at),
  touchedAt: Date.parse(row.touched_at),
  finishedAt: row.finished_at === null ? null : Date.parse(row.finished_at),
  orgs: row.orgs,
  orgsDone: row.orgs_done,
  valuesDone: Number(row.values_done),
})

/** The last change of keys; null when there was none. */
export async function lastRotation({ tx }: SystemScope): Promise<KeyRotation | null> {
  const { rows } = await tx.execute<Row>(sql`select * from key_rotations order by started_at desc limit 1`)
  return rows[0] ? asRotation(rows[0]) : null
}

/** The one that is under way, or a new one. */
export async function openRotation(system: SystemScope, masterKey: string): Promise<KeyRotation> {
  const { tx } = system
  await tx.execute(sql`
    insert into key_rotations (id, master_key) select ${newId()}, ${masterKey}
    where not exists (select from key_rotations where finished_at is null)`)
  const { rows } = await tx.execute<Row>(sql`
    update key_rotations set master_key = ${masterKey}, touched_at = clock_timestamp(), orgs_done = 0
    where finished_at is null returning *`)
  if (!rows[0]) throw new Error('no rotation could be opened')
  return asRotation(rows[0])
}

/** How many there are to do, the installation among them. */
export async function countOrgs({ tx }: SystemScope, id: string): Promise<number> {
  const { rows } = await tx.execute<{ orgs: number }>(sql`
    update key_rotations set orgs = (select count(distinct org_id) from data_keys) where id = ${id} returning orgs`)
  return rows[0]?.orgs ?? 0
}

export async function noteProgress(
  { tx }: SystemScope,
  id: string,
  done: { readonly orgs?: number; readonly values?: number },
): Promise<void> {
  await tx.execute(sql`
    update key_rotations set touched_at = clock_timestamp(), orgs_done = orgs_done + ${done.orgs ?? 0},
      values_done = values_done + ${done.values ?? 0} where id = ${id}`)
}

export async function closeRotation({ tx }: SystemScope, id: string): Promise<void> {
  await tx.execute(sql`update key_rotations set finished_at = clock_timestamp() where id = ${id}`)
}

/** Orgs that have keys, the installation among them, after this one. */
export async function orgsWithKeys({ tx }: SystemScope, after: string, limit: number): Promise<string[]> {
  const { rows } = await tx.execute<{ org_id: string }>(sql`
    select distinct org_id from data_keys where org_id > ${after} order by org_id limit ${limit}`)
  return rows.map(({ org_id }) => org_id)
}

/** Orgs whose values were sealed before they had a key of their own. */
export async function orgsWithoutKeys({ tx }: SystemScope): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select id from orgs where exists (select from data_keys f where f.purpose = 'former') and not exists (select from data_keys k where k.org_id = orgs.id and k.purpose = 'seal')`)
  return rows.map(({ id }) => id)
}

/** Whether an org got a key to seal with since a moment of the database's time. */
export async function hasKeySince({ tx }: SystemScope, orgId: string, since: number): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    select 1 from data_keys where org_id = ${orgId} and purpose = 'seal' and retired_at is null
      and made_at >= ${new Date(since).toISOString()}::timestamptz`)
  return rows.length > 0
}

/** Keys of an org that seal no more go; whoever calls has seen that no value is left under them. */
export async function dropRetired({ tx }: SystemScope, orgId: string): Promise<void> {
  await tx.execute(sql`
    delete from data_keys where org_id = ${orgId} and purpose = 'seal' and retired_at is not null`)
}

/** Codes sealed on their way through the outbox: they are used within minutes, and no list of columns has them. */
export async function hasSealedOutbox({ tx }: SystemScope): Promise<boolean> {
  const { rows } = await tx.execute(sql`select 1 from outbox where payload ? 'sealedCode' limit 1`)
  return rows.length > 0
}

export async function forgetFormer({ tx }: SystemScope): Promise<void> {
  await tx.execute(sql`delete from data_keys where purpose = 'former'`)
}

/** How many data keys each master key wraps. */
export async function wrappedCounts({
  tx,
}: SystemScope): Promise<{ readonly id: string; readonly keys: number }[]> {
  const { rows } = await tx.execute<{ id: string; keys: number }>(sql`
    select wrapped_by as id, count(*)::int as keys from data_keys group by 1 order by 1`)
  return rows
}
