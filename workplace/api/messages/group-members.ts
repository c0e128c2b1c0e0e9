import { sql, type SQL } from 'drizzle-orm'
import type { GroupMember } from '../../contracts/groups.ts'
import type { OrgScope } from '../db/database.ts'
import { AppError, found } from '../errors.ts'
import type { OrgCtx } from '../http/context.ts'
import { readCursor, toPage } from '../http/page.ts'
import { mine, type ConversationRow } from './conversations.service.ts'

/** The owner: marked so, or the longest in the group when that one has left. */
export const ownerOf = (orgId: string, conversationId: string): SQL => sql`(
  select userid from conversation_members where org_id = ${orgId} and conversation_id = ${conversationId}
  order by is_owner desc, joined_at, userid limit 1)`

interface MemberRow {
  userid: string
  name: string
  avatar: string | null
  title: string
  is_owner: boolean
}

/** Who is in a conversation of many, by the list it has or by the directory. */
function peopleOf(orgId: string, group: ConversationRow): SQL {
  if (group.kind === 'org') return sql`true`
  if (group.kind === 'department')
    return sql`exists (select 1 from member_departments md
      where md.org_id = m.org_id and md.userid = m.userid and md.dept_id = ${group.dept_id})`
  return sql`exists (select 1 from conversation_members cm
    where cm.org_id = ${orgId} and cm.conversation_id = ${group.id} and cm.userid = m.userid)`
}

export async function list(ctx: OrgCtx, id: string, query: { cursor?: string; limit?: number }) {
  const { scope, orgId, self } = ctx
  const group = await mine(ctx, id)
  if (group.kind === 'work' || group.kind === 'direct') throw new AppError('resource.missing')
  const limit = query.limit ?? 50
  const after = readCursor(query.cursor, 3)
  const owner = ownerOf(orgId, id)
  const place = sql`(m.userid is distinct from ${owner}, m.name, m.userid)`
  const people = sql`m.org_id = ${orgId} and ${peopleOf(orgId, group)}`
  const rows = await scope.rows<MemberRow>(sql`
    select m.userid, m.name, p.avatar, m.title, m.userid is not distinct from ${owner} as is_owner
    from members m join persons p on p.id = m.person_id
    where ${people} ${after ? sql`and ${place} > (${after[0]}::boolean, ${after[1]}, ${after[2]})` : sql``}
    order by ${place} limit ${limit + 1}`)
  const count = await scope.one<{ people: number }>(
    sql`select count(*) as people from members m where ${people}`,
  )
  const isChosen = group.kind === 'group'
  return {
    ...toPage(rows, limit, {
      item: (row) => memberView(row),
      key: (row) => [String(!row.is_owner), row.name, row.userid],
    }),
    total: found(count).people,
    isMine: isChosen && (await isOwner(scope, id, self.userid)),
    isChosen,
  }
}

const memberView = ({ userid, name, avatar, title, is_owner }: MemberRow): GroupMember => ({
  userid,
  name,
  avatar,
  title,
  isOwner: is_owner,
})

export async function isOwner(scope: OrgScope, id: string, userid: string): Promise<boolean> {
  const row = await scope.one<{ yes: boolean }>(sql`select ${ownerOf(scope.orgId, id)} = ${userid} as yes`)
  return row?.yes === true
}
