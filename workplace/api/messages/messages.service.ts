import { sql } from 'drizzle-orm'
import type { Conversation, Message, MessageContent } from '../../contracts/messages.ts'
import { listMemberships } from '../accounts/accounts.service.ts'
import type { OrgScope } from '../db/database.ts'
import { suiteById, type Deps } from '../deps.ts'
import { AppError, found } from '../errors.ts'
import { notifyMembers, notifyOrg, notifyPersons } from '../events/notify.ts'
import type { OrgCtx, SessionCtx } from '../http/context.ts'
import { readCursor, toPage } from '../http/page.ts'
import { ensureDirect } from './conversations.ts'
import { append } from './deliver.ts'
import { conversationsOf, unreadOf } from './unread.ts'

interface ConversationRow {
  id: string
  kind: Conversation['kind']
  agent_id: number | null
  dept_id: number | null
  userid: string | null
  other_userid: string | null
  suite_id: string | null
  org_name: string
  dept_name: string | null
  peer_name: string | null
  peer_avatar: string | null
  unread: number
  last_text: string
  last_at: Date | null
}

const rowsOf = (scope: OrgScope, userid: string, id?: string): Promise<ConversationRow[]> =>
  scope.rows<ConversationRow>(sql`
    select c.id, c.kind, c.agent_id, c.dept_id, c.userid, c.other_userid, c.last_text, c.last_at,
      a.suite_id, o.name as org_name, d.name as dept_name, peer.name as peer_name, person.avatar as peer_avatar,
      ${unreadOf(userid)}::int as unread
    from (${conversationsOf(scope.orgId, userid)}) c
    join orgs o on o.id = c.org_id
    left join installed_apps a on a.org_id = c.org_id and a.agent_id = c.agent_id
    left join departments d on d.org_id = c.org_id and d.dept_id = c.dept_id
    left join members peer on c.kind = 'direct' and peer.org_id = c.org_id
      and peer.userid = case when c.userid = ${userid} then c.other_userid else c.userid end
    left join persons person on person.id = peer.person_id
    where ${id ? sql`c.id = ${id}` : sql`(c.kind <> 'direct' or c.last_at is not null)`}
    order by c.last_at desc nulls last, c.id desc limit 200`)

function view(deps: Deps, orgId: string, row: ConversationRow): Conversation {
  const suite = row.suite_id ? suiteById(deps, row.suite_id) : undefined
  const names = {
    work: suite?.name ?? '工作通知',
    org: `${row.org_name} 全员群`,
    department: row.dept_name ?? '',
    direct: row.peer_name ?? '',
  }
  return {
    id: row.id,
    orgId,
    orgName: row.org_name,
    kind: row.kind,
    name: names[row.kind],
    icon: suite?.icon || row.peer_avatar,
    agentId: row.agent_id,
    canWrite: row.kind !== 'work',
    unread: row.unread,
    lastText: row.last_text,
    lastAt: row.last_at?.toISOString() ?? null,
  }
}

export async function listConversations(ctx: SessionCtx, orgId?: string): Promise<{ items: Conversation[] }> {
  const memberships = await listMemberships(ctx.deps.db, ctx.personId)
  const lists = await Promise.all(
    memberships
      .filter((membership) => !orgId || membership.orgId === orgId)
      .map((membership) =>
        ctx.deps.db.withOrg(membership.orgId, async (scope) =>
          (await rowsOf(scope, membership.userid)).map((row) => view(ctx.deps, membership.orgId, row)),
        ),
      ),
  )
  return { items: lists.flat().sort((a, b) => (b.lastAt ?? '').localeCompare(a.lastAt ?? '')) }
}

async function mine({ scope, self }: OrgCtx, id: string): Promise<ConversationRow> {
  return found((await rowsOf(scope, self.userid, id))[0])
}

export async function getConversation(ctx: OrgCtx, id: string): Promise<Conversation> {
  return view(ctx.deps, ctx.orgId, await mine(ctx, id))
}

export async function openDirect(ctx: OrgCtx, userid: string): Promise<Conversation> {
  found(await ctx.scope.one(sql`select 1 from members where org_id = ${ctx.orgId} and userid = ${userid}`))
  const id = await ensureDirect(ctx.scope, ctx.self.userid, userid)
  return view(ctx.deps, ctx.orgId, await mine(ctx, id))
}

interface MessageRow {
  id: string
  sender_userid: string | null
  sender_name: string | null
  content: MessageContent
  is_recalled: boolean
  sent_at: Date
}

export async function listMessages(
  ctx: OrgCtx,
  conversationId: string,
  query: { cursor?: string; limit?: number },
) {
  const conversation = await mine(ctx, conversationId)
  const limit = query.limit ?? 50
  const before = readCursor(query.cursor, 1)
  const rows = await ctx.scope.rows<MessageRow>(sql`
    select m.id, m.sender_userid, s.name as sender_name, m.content, m.is_recalled, m.sent_at
    from messages m left join members s on s.org_id = m.org_id and s.userid = m.sender_userid
    where m.org_id = ${ctx.orgId} and m.conversation_id = ${conversationId} ${before ? sql`and m.id < ${before[0]}` : sql``}
    order by m.id desc limit ${limit + 1}`)
  const appName = view(ctx.deps, ctx.orgId, conversation).name
  return toPage(rows, limit, {
    item: (row) =>
      messageView(ctx, conversationId, {
        ...row,
        sender_name: row.sender_name ?? (row.sender_userid ? '' : appName),
      }),
    key: (row) => [row.id],
  })
}

const messageView = ({ self }: OrgCtx, conversationId: string, row: MessageRow): Message => ({
  id: row.id,
  conversationId,
  senderUserid: row.sender_userid,
  senderName: row.sender_name ?? '',
  isMine: row.sender_userid === self.userid,
  content: row.is_recalled ? { msgtype: 'text', text: { content: '' } } : row.content,
  isRecalled: row.is_recalled,
  sentAt: row.sent_at.toISOString(),
})

const writable: readonly MessageContent['msgtype'][] = ['text', 'image', 'link']

export async function send(ctx: OrgCtx, conversationId: string, content: MessageContent): Promise<Message> {
  const conversation = await mine(ctx, conversationId)
  if (conversation.kind === 'work' || !writable.includes(content.msgtype))
    throw new AppError('message.not-allowed')
  const { msgtype } = content
  const kept: MessageContent = {
    msgtype,
    ...(msgtype === 'text' && content.text ? { text: { content: content.text.content.slice(0, 5000) } } : {}),
    ...(msgtype === 'image' && content.image ? { image: content.image } : {}),
    ...(msgtype === 'link' && content.link ? { link: content.link } : {}),
  }
  if (Object.keys(kept).length !== 2) throw new AppError('request.invalid', { part: 'content' })
  const id = await append(ctx.scope, { conversationId, sender: ctx.self.userid, content: kept, now: ctx.now })
  await markReadUpTo(ctx, conversationId, id)
  await tellConversation(ctx, conversation)
  return messageView(ctx, conversationId, {
    id,
    sender_userid: ctx.self.userid,
    sender_name: ctx.self.name,
    content: kept,
    is_recalled: false,
    sent_at: ctx.now,
  })
}

/** Everyone in the conversation hears of it. */
async function tellConversation({ scope, orgId }: OrgCtx, row: ConversationRow): Promise<void> {
  const event = {
    type: 'message',
    orgId,
    conversationId: row.id,
    kind: row.kind,
    agentId: row.agent_id,
  } as const
  if (row.kind === 'org') return notifyOrg(scope, event)
  if (row.kind === 'direct') return notifyMembers(scope, [row.userid ?? '', row.other_userid ?? ''], event)
  const people = await scope.rows<{ userid: string }>(
    sql`select userid from member_departments where org_id = ${orgId} and dept_id = ${row.dept_id}`,
  )
  return notifyMembers(
    scope,
    people.map((person) => person.userid),
    event,
  )
}

export async function markRead(
  ctx: OrgCtx,
  conversationId: string,
  upTo: string,
): Promise<{ unread: number }> {
  await mine(ctx, conversationId)
  await markReadUpTo(ctx, conversationId, upTo)
  await notifyPersons(ctx.scope, [ctx.personId], { type: 'read', orgId: ctx.orgId, conversationId })
  return { unread: (await mine(ctx, conversationId)).unread }
}

async function markReadUpTo({ scope, self }: OrgCtx, conversationId: string, upTo: string): Promise<void> {
  await scope.run(sql`
    insert into conversation_reads (org_id, conversation_id, userid, read_up_to)
    values (${scope.orgId}, ${conversationId}, ${self.userid}, ${upTo})
    on conflict (org_id, conversation_id, userid)
    do update set read_up_to = greatest(conversation_reads.read_up_to, excluded.read_up_to)`)
}
