import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { Role } from '@kangbao/shared/contracts/permissions.ts'
import type { OrgScope } from '../../db/database.ts'
import type { PhoneHashes } from '../../keys/phone-hashes.ts'

export interface MemberRow {
  readonly id: string
  readonly userId: string
  readonly name: string
  readonly role: Role
  readonly isGuest: boolean
  readonly phone: Buffer | null
  readonly org: {
    readonly id: string
    readonly corpId: string
    readonly name: string
    readonly timeZone: string
  }
}

type Key = { readonly id: string } | { readonly userId: string } | { readonly guestPhone: PhoneHashes }

/** A present member of an active org. */
export async function presentMember({ tx, orgId }: OrgScope, key: Key): Promise<MemberRow | null> {
  const isKey =
    'id' in key
      ? sql`m.id = ${key.id}`
      : 'userId' in key
        ? sql`m.user_id = ${key.userId} and not m.is_guest`
        : sql`m.phone_hash in (${key.guestPhone.own}, ${key.guestPhone.former})`
  const { rows } = await tx.execute<{
    id: string
    user_id: string
    name: string
    role: Role
    is_guest: boolean
    phone: Buffer | null
    corp_id: string
    org_name: string
    time_zone: string
  }>(sql`
    select m.id, m.user_id, m.name, m.role, m.is_guest, m.phone, o.corp_id, o.name as org_name, o.time_zone
    from members m join orgs o on o.id = m.org_id and o.state = 'active'
    where m.org_id = ${orgId} and m.left_at is null and ${isKey}
    order by m.is_guest limit 1`)
  const row = rows[0]
  return row
    ? {
        id: row.id,
        userId: row.user_id,
        name: row.name,
        role: row.role,
        isGuest: row.is_guest,
        phone: row.phone,
        org: { id: orgId, corpId: row.corp_id, name: row.org_name, timeZone: row.time_zone },
      }
    : null
}

export async function departmentsOf(
  { tx, orgId }: OrgScope,
  memberId: string,
): Promise<{ id: number; name: string }[]> {
  const { rows } = await tx.execute<{ id: string; name: string }>(sql`
    select d.department_id as id, d.name from member_departments md
    join departments d on d.org_id = md.org_id and d.department_id = md.department_id and d.removed_at is null
    join members m on m.org_id = md.org_id and m.id = md.member_id
    where md.org_id = ${orgId} and md.member_id = ${memberId} and md.valid_to is null
    order by d.department_id <> m.department_id, d.department_id`)
  return rows.map((row) => ({ id: Number(row.id), name: row.name }))
}

/** Keeps a proven phone, and takes it from whoever had it in this org before. */
export async function savePhone(
  { tx, orgId }: OrgScope,
  { memberId, sealed, hashes }: { memberId: string; sealed: Buffer; hashes: PhoneHashes },
): Promise<void> {
  await tx.execute(sql`
    update members set phone = null, phone_hash = null
    where org_id = ${orgId} and phone_hash in (${hashes.own}, ${hashes.former}) and id <> ${memberId}`)
  await tx.execute(sql`
    update members set phone = ${sealed}, phone_hash = ${hashes.own} where org_id = ${orgId} and id = ${memberId}`)
}

export interface Guest {
  readonly id: string
  readonly name: string
  readonly pinyin: string
  readonly initials: string
  readonly now: EpochMs
}

export async function insertGuest({ tx, orgId }: OrgScope, guest: Guest): Promise<void> {
  await tx.execute(sql`
    insert into members (org_id, id, user_id, name, pinyin, initials, is_guest, joined_at)
    values (${orgId}, ${guest.id}, ${`guest:${guest.id}`}, ${guest.name}, ${guest.pinyin}, ${guest.initials}, true,
      ${new Date(guest.now).toISOString()})`)
}

export async function renameGuest({ tx, orgId }: OrgScope, guest: Omit<Guest, 'now'>): Promise<void> {
  await tx.execute(sql`
    update members set name = ${guest.name}, pinyin = ${guest.pinyin}, initials = ${guest.initials}
    where org_id = ${orgId} and id = ${guest.id} and is_guest`)
}

/** Requests of one phone for one org wait for each other, so that nobody becomes two guests. */
export async function lockPhone({ tx, orgId }: OrgScope, hash: Buffer): Promise<void> {
  await tx.execute(sql`
    select pg_advisory_xact_lock(hashtextextended(${orgId}::text || encode(${hash}::bytea, 'hex'), 1))`)
}

/** How a form stands towards people outside the org. */
export async function openForm(
  { tx, orgId }: OrgScope,
  formId: string,
): Promise<{ isOpenToAnyone: boolean; isEnded: boolean } | null> {
  const { rows } = await tx.execute<{ who: string; state: string }>(sql`
    select settings ->> 'whoMayFill' as who, state from forms where org_id = ${orgId} and id = ${formId}`)
  const row = rows[0]
  return row ? { isOpenToAnyone: row.who === 'anyone', isEnded: row.state === 'ended' } : null
}
