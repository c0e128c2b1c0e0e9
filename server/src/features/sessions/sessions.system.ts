import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { SystemScope } from '../../db/database.ts'

export async function activeOrgByCorpId({ tx }: SystemScope, corpId: string): Promise<string | null> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select id from orgs where corp_id = ${corpId} and state = 'active'`)
  return rows[0]?.id ?? null
}

/** Where a phone is bound, in active orgs. */
export async function bindingsOf(
  { tx }: SystemScope,
  phoneHash: Buffer,
): Promise<{ orgId: string; memberId: string }[]> {
  const { rows } = await tx.execute<{ org_id: string; member_id: string }>(sql`
    select b.org_id, b.member_id from phone_bindings b join orgs o on o.id = b.org_id and o.state = 'active'
    where b.phone_hash = ${phoneHash} order by b.bound_at, b.org_id`)
  return rows.map((row) => ({ orgId: row.org_id, memberId: row.member_id }))
}

/** Moves a phone to a member of an org: whoever proved it last has it, and a member has one. */
export async function bind(
  { tx }: SystemScope,
  { phoneHash, orgId, memberId, now }: { phoneHash: Buffer; orgId: string; memberId: string; now: EpochMs },
): Promise<void> {
  const at = new Date(now).toISOString()
  await tx.execute(sql`
    delete from phone_bindings where org_id = ${orgId} and member_id = ${memberId} and phone_hash <> ${phoneHash}`)
  await tx.execute(sql`
    insert into phone_bindings (phone_hash, org_id, member_id, bound_at)
    values (${phoneHash}, ${orgId}, ${memberId}, ${at})
    on conflict (phone_hash, org_id) do update set member_id = excluded.member_id, bound_at = excluded.bound_at`)
}

/** The form behind an open link. */
export async function formOfLink(
  { tx }: SystemScope,
  link: string,
): Promise<{ orgId: string; formId: string } | null> {
  const { rows } = await tx.execute<{ org_id: string; form_id: string }>(sql`
    select l.org_id, l.form_id from form_links l join orgs o on o.id = l.org_id and o.state = 'active'
    where l.link_token = ${link}`)
  return rows[0] ? { orgId: rows[0].org_id, formId: rows[0].form_id } : null
}

/** Uses the set-up link up; false when it was used before. */
export async function useSetupToken({ tx }: SystemScope, hash: Buffer, now: EpochMs): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    insert into setup_tokens (token_hash, used_at) values (${hash}, ${new Date(now).toISOString()})
    on conflict (token_hash) do nothing returning token_hash`)
  return rows.length > 0
}
