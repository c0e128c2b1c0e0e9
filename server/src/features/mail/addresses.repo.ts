import { sql, type SQL } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { Locale } from '@kangbao/shared/locale.ts'
import type { OrgScope } from '../../db/database.ts'
import { instant } from '../../db/instant.ts'

export interface AddressRow {
  readonly sealed: Buffer
  readonly confirmedAt: EpochMs
  readonly refusedAt: EpochMs | null
}

export async function addressOf({ tx, orgId }: OrgScope, memberId: string): Promise<AddressRow | null> {
  const { rows } = await tx.execute<{
    address: Buffer
    confirmed_at: string | Date
    refused_at: string | Date | null
  }>(sql`
    select address, confirmed_at, refused_at from mail_addresses
    where org_id = ${orgId} and member_id = ${memberId}`)
  const row = rows[0]
  if (!row) return null
  return {
    sealed: row.address,
    confirmedAt: new Date(row.confirmed_at).getTime(),
    refusedAt: row.refused_at === null ? null : new Date(row.refused_at).getTime(),
  }
}

/** The sealed address of a member; null when he has confirmed none. */
export async function sealedAddress(scope: OrgScope, memberId: string): Promise<Buffer | null> {
  return (await addressOf(scope, memberId))?.sealed ?? null
}

/** Keeps a confirmed address in the place of the one before. */
export async function saveAddress(
  { tx, orgId }: OrgScope,
  given: {
    readonly memberId: string
    readonly sealed: Buffer
    readonly hash: Buffer
    readonly locale: Locale
    readonly now: EpochMs
  },
): Promise<void> {
  await tx.execute(sql`
    insert into mail_addresses (org_id, member_id, address, address_hash, locale, confirmed_at)
    values (${orgId}, ${given.memberId}, ${given.sealed}, ${given.hash}, ${given.locale}, ${instant(given.now)})
    on conflict (org_id, member_id) do update set address = excluded.address, address_hash = excluded.address_hash,
      locale = excluded.locale, confirmed_at = excluded.confirmed_at, refused_at = null`)
}

/** Takes away the addresses of people. */
export async function removeAddresses({ tx, orgId }: OrgScope, memberIds: readonly string[]): Promise<void> {
  await tx.execute(sql`
    delete from mail_addresses
    where org_id = ${orgId} and member_id = any(${sql.param([...memberIds])}::uuid[])`)
}

/** SQL: whether a member has confirmed an address whose mailbox is there, as far as anybody has said. */
export function takesMail(orgId: string, memberId: SQL): SQL {
  return sql`exists (select from mail_addresses a
    where a.org_id = ${orgId} and a.member_id = ${memberId} and a.refused_at is null)`
}

/** An address letters may go to. */
export interface SealedMail {
  readonly sealed: Buffer
  readonly locale: Locale
}

/** Addresses of people who are here and whose mailbox is there, as far as anybody has said. */
export async function addressesOf(
  { tx, orgId }: OrgScope,
  memberIds: readonly string[],
): Promise<Map<string, SealedMail>> {
  const { rows } = await tx.execute<{ member_id: string; address: Buffer; locale: Locale }>(sql`
    select a.member_id, a.address, a.locale from mail_addresses a
    join members m on m.org_id = a.org_id and m.id = a.member_id and m.left_at is null
    where a.org_id = ${orgId} and a.refused_at is null and a.member_id = any(${sql.param([...memberIds])}::uuid[])`)
  return new Map(rows.map(({ member_id, address, locale }) => [member_id, { sealed: address, locale }]))
}

/** Notes that there is no such mailbox, for everybody of the org who gave it; returns whom it is told of. */
export async function markRefused({ tx, orgId }: OrgScope, hash: Buffer, now: EpochMs): Promise<string[]> {
  const { rows } = await tx.execute<{ member_id: string }>(sql`
    update mail_addresses set refused_at = ${instant(now)}
    where org_id = ${orgId} and address_hash = ${hash} and refused_at is null returning member_id`)
  return rows.map((row) => row.member_id)
}
