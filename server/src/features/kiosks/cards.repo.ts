import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { OrgScope } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'
import { instant } from '../../db/instant.ts'

export interface CardRow {
  readonly cardId: string
  readonly memberId: string
  readonly name: string
  readonly staffNumber: string
  readonly department: string
}

/** Of these, the members who are here. */
export async function present({ tx, orgId }: OrgScope, memberIds: readonly string[]): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select id from members where org_id = ${orgId} and id = any(${sql.param([...memberIds])}::uuid[])
      and left_at is null and not is_guest`)
  return rows.map(({ id }) => id)
}

/** From now on the cards of these people are good for nothing; a row that has long been revoked says nothing any more. */
export async function revoke(
  { tx, orgId }: OrgScope,
  memberIds: readonly string[],
  now: EpochMs,
): Promise<void> {
  await tx.execute(sql`
    update member_cards set revoked_at = ${instant(now)}
    where org_id = ${orgId} and member_id = any(${sql.param([...memberIds])}::uuid[]) and revoked_at is null`)
}

/** The valid card of each, one made for those who have none; in the order of department and name. */
export async function issue(
  { tx, orgId }: OrgScope,
  { memberIds, issuedBy, now }: { memberIds: readonly string[]; issuedBy: string; now: EpochMs },
): Promise<CardRow[]> {
  const people = sql.param([...memberIds])
  await tx.execute(sql`
    insert into member_cards (org_id, id, member_id, issued_by, issued_at)
    select ${orgId}::uuid, n.id, n.member_id, ${issuedBy}::uuid, ${instant(now)}
    from unnest(${sql.param(memberIds.map(() => newId()))}::uuid[], ${people}::uuid[]) as n (id, member_id)
    on conflict do nothing`)
  const { rows } = await tx.execute<{
    card_id: string
    member_id: string
    name: string
    job_number: string
    department: string
  }>(sql`
    select c.id as card_id, m.id as member_id, m.name, m.job_number, coalesce(d.name, '') as department
    from member_cards c
    join members m on m.org_id = ${orgId} and m.id = c.member_id
    left join departments d on d.org_id = ${orgId} and d.department_id = m.department_id
    where c.org_id = ${orgId} and c.member_id = any(${people}::uuid[]) and c.revoked_at is null
    order by m.department_id, m.pinyin, m.id`)
  return rows.map((row) => ({
    cardId: row.card_id,
    memberId: row.member_id,
    name: row.name,
    staffNumber: row.job_number,
    department: row.department,
  }))
}

/** Whose valid card this is; null for one revoked, one of somebody who left, and one that never was. */
export async function holderOf({ tx, orgId }: OrgScope, cardId: string): Promise<string | null> {
  const { rows } = await tx.execute<{ member_id: string }>(sql`
    select c.member_id from member_cards c
    join members m on m.org_id = ${orgId} and m.id = c.member_id and m.left_at is null and not m.is_guest
    where c.org_id = ${orgId} and c.id = ${cardId} and c.revoked_at is null`)
  return rows[0]?.member_id ?? null
}

/** Everybody here with a staff number, in whatever case it was written. @param number In lower case. */
export async function byStaffNumber(
  { tx, orgId }: OrgScope,
  number: string,
): Promise<{ id: string; name: string }[]> {
  const { rows } = await tx.execute<{ id: string; name: string }>(sql`
    select id, name from members
    where org_id = ${orgId} and lower(job_number) = ${number} and job_number <> '' and left_at is null
      and not is_guest
    limit 20`)
  return rows
}
