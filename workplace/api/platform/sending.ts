import { sql } from 'drizzle-orm'
import type { MessageContent } from '../../contracts/messages.ts'
import type { OrgScope } from '../db/database.ts'
import type { Deps } from '../deps.ts'
import { notifyMembers } from '../events/notify.ts'
import { deliverWork } from '../messages/deliver.ts'

export const notificationChannel = 'notification_work'

/** So many people are served within the call; more of them in the background. */
const atOnce = 100
const chunkSize = 500
const maxAttempts = 20

/** Sends a task whose receipts are written: now, or in the background once the call's transaction commits. */
export async function send(
  scope: OrgScope,
  taskId: number,
  given: { people: number; now: Date },
): Promise<void> {
  if (given.people <= atOnce) {
    await deliverNext(scope, taskId)
    return
  }
  await scope.run(
    sql`update message_tasks set state = 'waiting' where org_id = ${scope.orgId} and task_id = ${taskId}`,
  )
  await scope.run(sql`
    insert into notification_queue (org_id, task_id, queued_at) values (${scope.orgId}, ${taskId}, ${given.now})`)
  await scope.run(sql`select pg_notify(${notificationChannel}, '')`)
}

/** The next so many who wait for it. What was delivered has a message, so nobody gets one twice. @returns whether it is done. */
async function deliverNext(scope: OrgScope, taskId: number): Promise<boolean> {
  const task = await scope.one<{
    agent_id: number
    content: MessageContent
    is_recalled: boolean
    created_at: Date
  }>(sql`
    select agent_id, content, is_recalled, created_at from message_tasks
    where org_id = ${scope.orgId} and task_id = ${taskId} for update`)
  if (!task) return true
  const waiting = task.is_recalled
    ? []
    : await scope.rows<{ userid: string }>(sql`
        select userid from message_receipts
        where org_id = ${scope.orgId} and task_id = ${taskId} and message_id is null and forbidden_code is null
        order by userid limit ${chunkSize}`)
  const userids = waiting.map((row) => row.userid)
  const isDone = userids.length < chunkSize
  await scope.run(sql`
    update message_tasks set state = ${isDone ? 'done' : 'sending'} where org_id = ${scope.orgId} and task_id = ${taskId}`)
  if (userids.length === 0) return true
  const { agent_id: agentId, content, created_at: now } = task
  await deliverWork(scope, { agentId, taskId, userids, content, now })
  await tellWork(scope, userids, agentId)
  return isDone
}

export const tellWork = (scope: OrgScope, userids: readonly string[], agentId: number): Promise<void> =>
  notifyMembers(scope, userids, {
    type: 'message',
    orgId: scope.orgId,
    conversationId: null,
    kind: 'work',
    agentId,
  })

/** One task of the queue, whichever org's. A process that dies leaves it to the next after a minute. */
export async function sendQueued({ db }: Deps): Promise<number> {
  const row = await db.one<{ org_id: string; task_id: number; attempts: number }>(sql`
    update notification_queue set attempts = attempts + 1, claimed_until = now() + interval '60 seconds'
    where (org_id, task_id) in (
      select org_id, task_id from notification_queue where claimed_until is null or claimed_until < now()
      order by queued_at, task_id limit 1 for update skip locked)
    returning org_id, task_id, attempts`)
  if (!row) return 0
  const one = sql`org_id = ${row.org_id} and task_id = ${row.task_id}`
  if (row.attempts <= maxAttempts)
    while (!(await db.withOrg(row.org_id, (scope) => deliverNext(scope, row.task_id))))
      await db.run(
        sql`update notification_queue set claimed_until = now() + interval '60 seconds' where ${one}`,
      )
  await db.run(sql`delete from notification_queue where ${one}`)
  return 1
}
