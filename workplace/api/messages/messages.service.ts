import { sql } from 'drizzle-orm'
import { recallSeconds, type Message, type MessageContent } from '../../contracts/messages.ts'
import { addSeconds } from '../clock.ts'
import { AppError, found } from '../errors.ts'
import { notifyPersons } from '../events/notify.ts'
import type { OrgCtx } from '../http/context.ts'
import { readCursor, toPage } from '../http/page.ts'
import { isWritable, kept } from './content.ts'
import { mine, view } from './conversations.service.ts'
import { append } from './deliver.ts'
import { tellMessage } from './tell.ts'

interface MessageRow {
  id: string
  sender_userid: string | null
  sender_name: string | null
  content: MessageContent
  is_recalled: boolean
  sent_at: Date
}

const columns = sql`m.id, m.sender_userid, s.name as sender_name, m.content, m.is_recalled, m.sent_at
  from messages m left join members s on s.org_id = m.org_id and s.userid = m.sender_userid`

export async function list(
  ctx: OrgCtx,
  conversationId: string,
  query: { after?: string; cursor?: string; limit?: number },
) {
  const conversation = await mine(ctx, conversationId)
  const limit = query.limit ?? 50
  const from = readCursor(query.cursor, 1)?.[0] ?? query.after
  const isForward = query.after !== undefined
  const edge = from === undefined ? sql`` : isForward ? sql`and m.id > ${from}` : sql`and m.id < ${from}`
  const rows = await ctx.scope.rows<MessageRow>(sql`
    select ${columns} where m.org_id = ${ctx.orgId} and m.conversation_id = ${conversationId} ${edge}
    order by m.id ${isForward ? sql`asc` : sql`desc`} limit ${limit + 1}`)
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

/** Nobody is told any more what a recalled message said. */
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

export interface Sending {
  content: MessageContent
  clientId?: string | undefined
}

export async function send(ctx: OrgCtx, conversationId: string, given: Sending): Promise<Message> {
  const { scope, self, now } = ctx
  const conversation = await mine(ctx, conversationId)
  if (conversation.kind === 'work' || !isWritable(given.content)) throw new AppError('message.not-allowed')
  const content = await kept(scope, given.content)
  const { clientId } = given
  const id = await append(scope, { conversationId, sender: self.userid, content, clientId, now })
  if (id === null) return sentBefore(ctx, conversationId, clientId ?? '')
  await markReadUpTo(ctx, conversationId, id)
  await tellMessage(scope, conversation)
  return one(ctx, conversationId, id)
}

/** Tapped twice, or the answer was lost on its way: the first is the message. */
async function sentBefore(ctx: OrgCtx, conversationId: string, clientId: string): Promise<Message> {
  const row = await ctx.scope.one<MessageRow>(sql`
    select ${columns} where m.org_id = ${ctx.orgId} and m.conversation_id = ${conversationId}
      and m.sender_userid = ${ctx.self.userid} and m.client_id = ${clientId}`)
  return messageView(ctx, conversationId, found(row))
}

async function one(ctx: OrgCtx, conversationId: string, id: string): Promise<Message> {
  const row = await ctx.scope.one<MessageRow>(sql`
    select ${columns} where m.org_id = ${ctx.orgId} and m.conversation_id = ${conversationId} and m.id = ${id}`)
  return messageView(ctx, conversationId, found(row))
}

/** One's own, within two minutes; a second tap finds it done. */
export async function recall(ctx: OrgCtx, conversationId: string, id: string): Promise<Message> {
  const { scope, orgId, self, now } = ctx
  const conversation = await mine(ctx, conversationId)
  const row = found(
    await scope.one<{ sent_at: Date; is_recalled: boolean }>(sql`
      select sent_at, is_recalled from messages where org_id = ${orgId} and conversation_id = ${conversationId}
        and id = ${id} and sender_userid = ${self.userid} for update`),
  )
  if (row.is_recalled) return one(ctx, conversationId, id)
  if (addSeconds(row.sent_at, recallSeconds) < now) throw new AppError('message.recall-late')
  await scope.run(sql`
    update messages set is_recalled = true, content = '{"msgtype": "text", "text": {"content": ""}}'
    where org_id = ${orgId} and conversation_id = ${conversationId} and id = ${id}`)
  await scope.run(sql`
    update conversations set last_kind = 'recalled', last_text = ''
    where org_id = ${orgId} and id = ${conversationId} and last_message_id = ${id}`)
  await tellMessage(scope, conversation)
  return one(ctx, conversationId, id)
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
