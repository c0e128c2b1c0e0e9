import { sql } from 'drizzle-orm'
import type { MessageContent } from '../../contracts/messages.ts'
import { array, json, type OrgScope } from '../db/database.ts'
import { uuidv7 } from '../db/uuid.ts'
import { previewOf } from './preview.ts'

/** Adds one message to one conversation and moves it to the top of the list. */
export async function append(
  scope: OrgScope,
  given: { conversationId: string; sender: string | null; content: MessageContent; now: Date },
): Promise<string> {
  const id = uuidv7()
  await scope.run(sql`
    insert into messages (org_id, conversation_id, id, sender_userid, content, sent_at)
    values (${scope.orgId}, ${given.conversationId}, ${id}, ${given.sender}, ${json(given.content)}, ${given.now})`)
  await scope.run(sql`
    update conversations set last_message_id = ${id}, last_at = ${given.now}, last_text = ${previewOf(given.content)}
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
    on conflict (org_id, kind, agent_id, dept_id, userid, other_userid) do nothing`)
  const ids = given.userids.map(() => uuidv7())
  await scope.run(sql`
    with sent as (
      insert into messages (org_id, conversation_id, id, content, task_id, sent_at)
      select c.org_id, c.id, t.id, ${json(given.content)}, ${given.taskId}::bigint, ${given.now}::timestamptz
      from unnest(${array(ids)}::uuid[], ${userids}::text[]) as t (id, userid)
      join conversations c on c.org_id = ${scope.orgId} and c.kind = 'work' and c.agent_id = ${given.agentId} and c.userid = t.userid
      returning conversation_id, id)
    update conversations c set last_message_id = sent.id, last_at = ${given.now}::timestamptz, last_text = ${previewOf(given.content)}
    from sent where c.org_id = ${scope.orgId} and c.id = sent.conversation_id`)
  await scope.run(sql`
    update message_receipts r set conversation_id = m.conversation_id, message_id = m.id
    from messages m join conversations c on c.org_id = m.org_id and c.id = m.conversation_id
    where m.org_id = ${scope.orgId} and m.task_id = ${given.taskId}
      and r.org_id = m.org_id and r.task_id = m.task_id and r.userid = c.userid`)
}
