import type pg from 'pg'
import { unwrap, type KeyName, type KeyRing } from './key-ring.ts'

export interface NeededKeys {
  /** Master keys without which some value of the database stays shut. */
  readonly needed: readonly string[]
  /** Those of them that are not in the ring, or are another key there under the same name. */
  readonly missing: readonly string[]
}

/** Tells which master keys a database needs, and which of them a ring lacks. Reads no value. */
export async function neededKeys(client: Pick<pg.Pool, 'query'>, ring: KeyRing): Promise<NeededKeys> {
  const { rows } = await client.query<Sample>(`
    select distinct on (wrapped_by) wrapped_by as id, org_id as "orgId", purpose, no, wrapped
    from data_keys order by wrapped_by, purpose desc`)
  const missing = rows.filter((sample) => !isThere(ring, sample))
  return { needed: rows.map(({ id }) => id), missing: missing.map(({ id }) => id) }
}

interface Sample extends KeyName {
  readonly id: string
  readonly wrapped: Buffer
}

function isThere(ring: KeyRing, { id, wrapped, ...name }: Sample): boolean {
  if (ring.find(id) === null) return false
  if (name.purpose === 'former') return true
  try {
    unwrap(ring, name, wrapped, id)
    return true
  } catch {
    return false
  }
}

/** @throws Error naming the master keys that are missing: with them away, people would meet errors later. */
export async function requireKeys(client: Pick<pg.Pool, 'query'>, ring: KeyRing): Promise<void> {
  const { missing } = await neededKeys(client, ring)
  if (missing.length > 0)
    throw new Error(`the key ring lacks master keys this database needs: ${missing.join(', ')}`)
}
