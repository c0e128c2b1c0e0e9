import { randomBytes } from 'node:crypto'
import type { SigningKey } from '@kangbao/shared/contracts/sessions.ts'
import type { SystemScope } from '../../db/database.ts'
import * as keys from '../../db/signing-keys.system.ts'
import type { Deps } from '../../deps.ts'
import { AppError, found } from '../../errors.ts'
import { tokenSeconds } from '../../http/sign-in-guard.ts'
import { noteSystem } from '../authorisation/index.ts'

const secretBytes = 48
/** Time for every process to read the new key before it meets a token signed with it. */
const leadS = 5
/** An old key verifies as long as a token it signed may live, lead and a little included. */
const retireAfterMs = (tokenSeconds + leadS + 55) * 1000

/** Every key there is or was, newest first. */
export async function list(
  { deps }: { readonly deps: Deps },
  { cursor, limit = 50 }: { cursor?: string | undefined; limit?: number | undefined },
): Promise<{ items: SigningKey[]; nextCursor: string | null }> {
  const all = (await read(deps)).toReversed()
  const from = cursor === undefined ? 0 : all.findIndex(({ kid }) => kid === cursor) + 1
  const items = all.slice(from, from + limit)
  return { items, nextCursor: from + limit < all.length ? (items.at(-1)?.kid ?? null) : null }
}

/** Oldest first. */
async function read(deps: Deps): Promise<SigningKey[]> {
  const rows = await deps.database.inSystem((system) => keys.readKeys(system, deps.vault))
  const signing = keys.signingOf(rows)?.kid
  const now = deps.clock.now()
  const stateOf = ({ kid, hasBegun, isWithdrawn, retiresAt }: keys.KeyRow): SigningKey['state'] => {
    if (isWithdrawn) return 'withdrawn'
    if (kid === signing) return 'signing'
    if (!hasBegun) return 'coming'
    return retiresAt !== null && retiresAt <= now ? 'retired' : 'retiring'
  }
  return rows.map((row) => ({
    kid: row.kid,
    state: stateOf(row),
    isFromEnvironment: row.secret === null,
    createdAt: new Date(row.createdAt).toISOString(),
    retiresAt: row.retiresAt === null ? null : new Date(row.retiresAt).toISOString(),
  }))
}

/** A new key, known to every process before it signs; the others verify until their tokens have run out (S-14). */
export async function rotate(deps: Deps): Promise<SigningKey> {
  const { database, guard } = deps
  const kid = await database.inSystem((system) => add(system, deps, leadS))
  await guard.catchUp()
  return keyOf(deps, kid)
}

async function add(system: SystemScope, { clock, vault }: Deps, afterS: number): Promise<string> {
  const now = clock.now()
  const kid = `k-${randomBytes(6).toString('hex')}`
  const secret = randomBytes(secretBytes).toString('base64url')
  await keys.addKey(system, vault, { kid, secret, now, afterS })
  await keys.retireOthers(system, kid, now + retireAfterMs)
  await noteSystem(system, {
    action: 'signing-key.rotated',
    at: now,
    actor: 'operator',
    object: `signing-key:${kid}`,
    detail: {},
  })
  return kid
}

/**
 * Refuses everything signed with a key, everywhere within a second. Where no other could sign, one is made in the same
 * transaction, so that people renew their sessions instead of losing them.
 * @throws AppError `resource.missing`.
 */
export async function withdraw(deps: Deps, kid: string): Promise<SigningKey> {
  const { clock, database, guard, vault } = deps
  const now = clock.now()
  await database.inSystem(async (system) => {
    if (!(await keys.withdrawKey(system, kid, now))) throw new AppError('resource.missing')
    await noteSystem(system, {
      action: 'signing-key.withdrawn',
      at: now,
      actor: 'operator',
      object: `signing-key:${kid}`,
      detail: {},
    })
    const signing = keys.signingOf(await keys.readKeys(system, vault))
    if (signing === null || signing.retiresAt !== null) await add(system, deps, 0)
  })
  await guard.catchUp()
  return keyOf(deps, kid)
}

async function keyOf(deps: Deps, kid: string): Promise<SigningKey> {
  return found((await read(deps)).find((key) => key.kid === kid))
}
