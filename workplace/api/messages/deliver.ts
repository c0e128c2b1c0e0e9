import { sql } from 'drizzle-orm'
import type { MessageContent } from '../../contracts/messages.ts'
import { array, json, type OrgScope } from '../db/database.ts'
import { uuidv7 } from '../db/uuid.ts'
import { previewOf } from './preview.ts'

export interface NewMessage {
  conversationId: string
  sender: string | null
  content: MessageContent
  /** The sender's own name for it. */
  clientId?: string | undefined
  now: Date
}

/** Adds one message to one conversation and moves it to the top of the list. Null: this sender has sent it already. */
export async function append(scope: OrgScope, given: NewMessage): Promise<string | null> {
  const id = uuidv7()
  const added = await scope.run(sql`
    insert into messages (org_id, conversation_id, id, sender_userid, content, client_id, sent_at)
    values (${scope.orgId}, ${given.conversationId}, ${id}, ${given.sender}, ${json(given.content)},
      ${given.clientId ?? null}, ${given.now})
    on conflict (org_id, conversation_id, sender_userid, client_id) where client_id is not null do nothing`)
  if (added === 0) return null
  await scope.run(sql`
    update conversations set last_message_id = ${id}, last_at = ${given.now}, last_text = ${previewOf(given.content)},
      last_kind = ${given.content.msgtype}, last_sender = ${given.sender}
    where org_id = ${scope.orgId} and id = ${given.conversationId}`)
  return id
}

export interface WorkDelivery {
  agentId: number
  taskId: number
  userids: readonly string[]
  content: MessageContent
  now: Date
}

/** One work notification to many people, in a fixed number of statements. */
export async function deliverWork(scope: OrgScope, given: WorkDelivery): Promise<void> {
  const userids = array(given.userids)
  await scope.run(sql`
    insert into conversations (org_id, id, kind, agent_id, userid)
    select ${scope.orgId}::uuid, t.id, 'work', ${given.agentId}::bigint, t.userid
    from unnest(${array(given.userids.map(() => uuidv7()))}::uuid[], ${userids}::text[]) as t (id, userid)
    on conflict (org_id, kind, agent_id, dept_id, userid, other_userid) where kind <> 'group' do nothing`)
  // One set of rows leads all three writes, each by its key: a plan of joins grows with the square of the receivers
  // where the tables are new to the planner.
  await scope.run(sql`
    with target as materialized (
      select t.id as message_id, t.userid, c.id as conversation_id
      from unnest(${array(given.userids.map(() => uuidv7()))}::uuid[], ${userids}::text[]) as t (id, userid)
      cross join lateral (
        select c.id from conversations c
        where c.org_id = ${scope.orgId} and c.userid = t.userid and c.kind = 'work' and c.agent_id = ${given.agentId}
        limit 1) c),
    sent as (
      insert into messages (org_id, conversation_id, id, content, task_id, sent_at)
      select ${scope.orgId}::uuid, conversation_id, message_id, ${json(given.content)}, ${given.taskId}::bigint,
        ${given.now}::timestamptz
      from target),
    moved as (
      update conversations c set last_message_id = target.message_id, last_at = ${given.now}::timestamptz,
        last_text = ${previewOf(given.content)}, last_kind = ${given.content.msgtype}
      from target where c.org_id = ${scope.orgId} and c.id = target.conversation_id)
    update message_receipts r set conversation_id = target.conversation_id, message_id = target.message_id
    from target where r.org_id = ${scope.orgId} and r.task_id = ${given.taskId} and r.userid = target.userid`)
}
