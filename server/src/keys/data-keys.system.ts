import { sql } from 'drizzle-orm'
import type { SystemScope } from '../db/database.ts'

export type KeyPurpose = 'seal' | 'look-up'

/** A data key as it lies in the database. */
export interface WrappedKey {
  readonly orgId: string
  readonly purpose: KeyPurpose
  readonly no: number
  readonly wrapped: Buffer
  readonly wrappedBy: string
  readonly isRetired: boolean
  readonly seals: number
}

interface Row extends Record<string, unknown> {
  readonly org_id: string
  readonly purpose: KeyPurpose
  readonly no: number
  readonly wrapped: Buffer
  readonly wrapped_by: string
  readonly is_retired: boolean
  readonly seals: string
}

const columns = sql.raw(
  'org_id, purpose, no, wrapped, wrapped_by, retired_at is not null as is_retired, seals',
)

const asKey = (row: Row): WrappedKey => ({
  orgId: row.org_id,
  purpose: row.purpose,
  no: row.no,
  wrapped: row.wrapped,
  wrappedBy: row.wrapped_by,
  isRetired: row.is_retired,
  seals: Number(row.seals),
})

/** The keys of these orgs, in order of their numbers. */
export async function readKeys({ tx }: SystemScope, orgIds: readonly string[]): Promise<WrappedKey[]> {
  const { rows } = await tx.execute<Row>(sql`
    select ${columns} from data_keys
    where org_id = any(${sql.param([...orgIds])}::uuid[]) and purpose <> 'former' order by no`)
  return rows.map(asKey)
}

export type NewKey = Omit<WrappedKey, 'isRetired' | 'seals'>

/** Keeps a new key, unless another process was first with one of its number. */
export async function addKey({ tx }: SystemScope, key: NewKey): Promise<void> {
  await tx.execute(sql`
    insert into data_keys (org_id, purpose, no, wrapped, wrapped_by)
    values (${key.orgId}, ${key.purpose}, ${key.no}, ${key.wrapped}, ${key.wrappedBy})
    on conflict do nothing`)
}

/** The keys that seal before this one do so no more. */
export async function retireBefore({ tx }: SystemScope, orgId: string, no: number): Promise<void> {
  await tx.execute(sql`
    update data_keys set retired_at = clock_timestamp()
    where org_id = ${orgId} and purpose = 'seal' and no < ${no} and retired_at is null`)
}

export async function countSeals(
  { tx }: SystemScope,
  orgId: string,
  no: number,
  count: number,
): Promise<void> {
  await tx.execute(sql`
    update data_keys set seals = seals + ${count} where org_id = ${orgId} and purpose = 'seal' and no = ${no}`)
}

/** Whether values of the scheme before data keys may be left. */
export async function hasFormerValues({ tx }: SystemScope): Promise<boolean> {
  const { rows } = await tx.execute(sql`select 1 from data_keys where purpose = 'former' limit 1`)
  return rows.length > 0
}

export async function deleteKeysOf({ tx }: SystemScope, orgId: string): Promise<void> {
  await tx.execute(sql`delete from data_keys where org_id = ${orgId}`)
}

/** Keys wrapped by another master key than this one, a batch at a time, locked. */
export async function wrappedByOthers({ tx }: SystemScope, id: string, limit: number): Promise<WrappedKey[]> {
  const { rows } = await tx.execute<Row>(sql`
    select ${columns} from data_keys where wrapped_by <> ${id} and purpose <> 'former'
    order by org_id, purpose, no limit ${limit} for update`)
  return rows.map(asKey)
}

export async function replaceWrapping({ tx }: SystemScope, keys: readonly NewKey[]): Promise<void> {
  for (const { orgId, purpose, no, wrapped, wrappedBy } of keys)
    await tx.execute(sql`
      update data_keys set wrapped = ${wrapped}, wrapped_by = ${wrappedBy}
      where org_id = ${orgId} and purpose = ${purpose} and no = ${no}`)
}
