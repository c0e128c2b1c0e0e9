import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { SystemScope } from '../../db/database.ts'
import { systemOrgId } from '../../jobs/outbox.repo.ts'
import type { SealedPlace, Vault } from '../../ports/vault.ts'

/** There is one operator, so there is one authenticator. */
const id = 'operator'
const place: SealedPlace = { orgId: systemOrgId, table: 'authenticators', column: 'secret', row: id }

export interface Authenticator {
  /** Base32. */
  readonly secret: string
  readonly isConfirmed: boolean
  /** The last 30-second step whose code was used. */
  readonly lastStep: number
  readonly failures: number
  readonly failedAt: EpochMs | null
}

/** Locked until the transaction ends, so that a code is used once and tries are counted one by one. */
export async function lockAuthenticator({ tx }: SystemScope, vault: Vault): Promise<Authenticator | null> {
  const { rows } = await tx.execute<{
    secret: Buffer
    confirmed_at: string | null
    last_step: string
    failures: number
    failed_at: string | null
  }>(sql`select * from authenticators where id = ${id} for update`)
  const row = rows[0]
  return row
    ? {
        secret: await vault.open(place, row.secret),
        isConfirmed: row.confirmed_at !== null,
        lastStep: Number(row.last_step),
        failures: row.failures,
        failedAt: row.failed_at === null ? null : Date.parse(row.failed_at),
      }
    : null
}

export async function isConfirmed({ tx }: SystemScope): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    select 1 from authenticators where id = ${id} and confirmed_at is not null`)
  return rows.length > 0
}

/** Keeps a new secret until its first code comes; false when one is confirmed already. */
export async function saveSecret({ tx }: SystemScope, vault: Vault, secret: string): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    insert into authenticators (id, secret) values (${id}, ${await vault.seal(place, secret)})
    on conflict (id) do update set secret = excluded.secret, failures = 0
    where authenticators.confirmed_at is null returning id`)
  return rows.length > 0
}

export async function saveSuccess({ tx }: SystemScope, step: number, now: EpochMs): Promise<void> {
  await tx.execute(sql`
    update authenticators set last_step = ${step}, failures = 0,
      confirmed_at = coalesce(confirmed_at, ${new Date(now).toISOString()}) where id = ${id}`)
}

export async function saveFailure({ tx }: SystemScope, failures: number, now: EpochMs): Promise<void> {
  await tx.execute(sql`
    update authenticators set failures = ${failures}, failed_at = ${new Date(now).toISOString()} where id = ${id}`)
}

export async function deleteAuthenticator({ tx }: SystemScope): Promise<void> {
  await tx.execute(sql`delete from authenticators where id = ${id}`)
}
