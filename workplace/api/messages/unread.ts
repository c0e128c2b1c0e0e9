import { sql, type SQL } from 'drizzle-orm'
import type { OrgScope } from '../db/database.ts'

/** Conversations a member is in. Group chats follow the directory: nobody is added by hand. */
export const conversationsOf = (orgId: string, userid: string): SQL => sql`
  select c.* from conversations c
  where c.org_id = ${orgId} and (
    (c.kind = 'work' and c.userid = ${userid})
    or (c.kind = 'direct' and (c.userid = ${userid} or c.other_userid = ${userid}))
    or c.kind = 'org'
    or (c.kind = 'department' and exists (
      select 1 from member_departments md
      where md.org_id = c.org_id and md.userid = ${userid} and md.dept_id = c.dept_id)))`

/** Unread messages of one conversation, counted up to 100: the badge says 99+. */
export const unreadOf = (userid: string): SQL => sql`(
  select count(*) from (
    select 1 from messages m
    where m.org_id = c.org_id and m.conversation_id = c.id and not m.is_recalled
      and m.sender_userid is distinct from ${userid}
      and m.id > coalesce((
        select r.read_up_to from conversation_reads r
        where r.org_id = c.org_id and r.conversation_id = c.id and r.userid = ${userid}),
        '00000000-0000-0000-0000-000000000000'::uuid)
    limit 100) unread)`

export async function countUnread(scope: OrgScope, userid: string): Promise<number> {
  const row = await scope.one<{ unread: number }>(sql`
    select coalesce(sum(${unreadOf(userid)}), 0)::int as unread
    from (${conversationsOf(scope.orgId, userid)}) c`)
  return row?.unread ?? 0
}
