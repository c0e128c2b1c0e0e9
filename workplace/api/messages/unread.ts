import { sql, type SQL } from 'drizzle-orm'
import type { OrgScope } from '../db/database.ts'

/** Conversations a member is in, by one index each. Chosen groups have lists; the others follow the directory. */
export const conversationsOf = (orgId: string, userid: string): SQL => sql`
  select c.* from conversations c
  where c.org_id = ${orgId} and c.userid = ${userid} and c.kind in ('work', 'direct')
  union all
  select c.* from conversations c
  where c.org_id = ${orgId} and c.other_userid = ${userid} and c.userid <> ${userid} and c.kind = 'direct'
  union all
  select c.* from conversations c where c.org_id = ${orgId} and c.kind = 'org'
  union all
  select c.* from member_departments md
  join conversations c on c.org_id = md.org_id and c.kind = 'department' and c.dept_id = md.dept_id
  where md.org_id = ${orgId} and md.userid = ${userid}
  union all
  select c.* from conversation_members cm
  join conversations c on c.org_id = cm.org_id and c.id = cm.conversation_id
  where cm.org_id = ${orgId} and cm.userid = ${userid}`

/**
 * Unread messages of one conversation, counted up to 100: the badge says 99+. What was written before one came is history,
 * and what happened to a group is no message to answer.
 */
export const unreadOf = (userid: string): SQL => sql`(
  select count(*) from (
    select 1 from messages m
    where m.org_id = c.org_id and m.conversation_id = c.id and not m.is_recalled
      and m.sender_userid is distinct from ${userid} and m.content ->> 'msgtype' <> 'notice'
      and m.sent_at >= (select s.created_at from members s where s.org_id = c.org_id and s.userid = ${userid})
      and m.id > coalesce((
        select r.read_up_to from conversation_reads r
        where r.org_id = c.org_id and r.conversation_id = c.id and r.userid = ${userid}),
        '00000000-0000-0000-0000-000000000000'::uuid)
    limit 100) unread)`

export async function countUnread(scope: OrgScope, userid: string): Promise<number> {
  const row = await scope.one<{ unread: number }>(sql`
    select coalesce(sum(${unreadOf(userid)}), 0)::int as unread
    from (${conversationsOf(scope.orgId, userid)}) c
    where not exists (
      select 1 from conversation_settings s
      where s.org_id = c.org_id and s.conversation_id = c.id and s.userid = ${userid} and s.is_muted)`)
  return row?.unread ?? 0
}
