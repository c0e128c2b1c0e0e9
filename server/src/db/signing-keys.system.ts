import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { systemOrgId } from '../jobs/outbox.repo.ts'
import type { SealedPlace, Vault } from '../ports/vault.ts'
import type { SystemScope } from './database.ts'

export interface KeyRow {
  readonly kid: string
  /** Null for the one of the environment. */
  readonly secret: string | null
  readonly createdAt: EpochMs
  /** Its time to sign has come. */
  readonly hasBegun: boolean
  readonly retiresAt: EpochMs | null
  readonly isWithdrawn: boolean
}

/** Which key signs now: the newest that has begun, and a retired one only while its successor has not. */
export function signingOf(rows: readonly KeyRow[]): KeyRow | null {
  const able = rows.filter(({ hasBegun, isWithdrawn }) => hasBegun && !isWithdrawn)
  return able.findLast(({ retiresAt }) => retiresAt === null) ?? able.at(-1) ?? null
}

/** Every key, oldest first. */
export async function readKeys({ tx }: SystemScope, vault: Vault): Promise<readonly KeyRow[]> {
  const { rows } = await tx.execute<{
    kid: string
    secret: Buffer | null
    created_at: string
    has_begun: boolean
    retires_at: string | null
    is_withdrawn: boolean
  }>(sql`
    select kid, secret, created_at, signs_from <= clock_timestamp() as has_begun, retires_at,
      withdrawn_at is not null as is_withdrawn
    from signing_keys order by signs_from, kid`)
  const secretOf = async ({ kid, secret }: (typeof rows)[number]) =>
    secret && vault.open(placeOf(kid), secret)
  const secrets = await Promise.all(rows.map(secretOf))
  return rows.map((row, i) => ({
    kid: row.kid,
    secret: secrets[i] ?? null,
    createdAt: Date.parse(row.created_at),
    hasBegun: row.has_begun,
    retiresAt: row.retires_at === null ? null : Date.parse(row.retires_at),
    isWithdrawn: row.is_withdrawn,
  }))
}

/** Enters the key of the environment, once. A new `JWT_SECRET` so becomes the key that signs. */
export async function enterKey({ tx }: SystemScope, kid: string, now: EpochMs): Promise<void> {
  await tx.execute(sql`
    insert into signing_keys (kid, created_at, signs_from)
    values (${kid}, ${new Date(now).toISOString()}, clock_timestamp()) on conflict (kid) do nothing`)
}

/** Adds a key made here; it begins to sign `afterS` seconds of the database's time later. */
export async function addKey(
  { tx }: SystemScope,
  vault: Vault,
  key: { readonly kid: string; readonly secret: string; readonly now: EpochMs; readonly afterS: number },
): Promise<void> {
  await tx.execute(sql`
    insert into signing_keys (kid, secret, created_at, signs_from)
    values (${key.kid}, ${await vault.seal(placeOf(key.kid), key.secret)}, ${new Date(key.now).toISOString()},
      clock_timestamp() + make_interval(secs => ${key.afterS}))`)
}

/** All keys but one sign no more, and verify until `until`. */
export async function retireOthers({ tx }: SystemScope, kid: string, until: EpochMs): Promise<void> {
  await tx.execute(sql`
    update signing_keys set retires_at = ${new Date(until).toISOString()}
    where kid <> ${kid} and retires_at is null and withdrawn_at is null`)
}

/** False when there is no such key. */
export async function withdrawKey({ tx }: SystemScope, kid: string, now: EpochMs): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    update signing_keys set withdrawn_at = coalesce(withdrawn_at, ${new Date(now).toISOString()})
    where kid = ${kid} returning kid`)
  return rows.length > 0
}

function placeOf(kid: string): SealedPlace {
  return { orgId: systemOrgId, table: 'signing_keys', column: 'secret', row: kid }
}
