import { sql } from 'drizzle-orm'
import type { MessageContent } from '../../contracts/messages.ts'
import { addSeconds } from '../clock.ts'
import { json } from '../db/database.ts'
import { PlatformError, refusals } from './errors.ts'
import { readInteger, requireText } from './fields.ts'
import { textOf, type Call } from './gateway.ts'
import { tellWork } from './sending.ts'
import type { Caller } from './tokens.ts'

interface TaskRow {
  task_id: number
  invalid_users: string[]
  invalid_depts: number[]
  state: 'waiting' | 'sending' | 'done'
  content: MessageContent | null
}

/** A task of this app, for as many days as the platform speaks of it. */
async function requireTask(
  { scope, app }: Caller,
  { deps, body }: Call,
  { name, days }: { name: string; days: number },
): Promise<TaskRow> {
  if (readInteger(body, 'agent_id', 0) !== app.agentId) throw refusals.badAgent()
  const task = await scope.one<TaskRow>(sql`
    select task_id, invalid_users, invalid_depts, state, content from message_tasks
    where org_id = ${scope.orgId} and task_id = ${readInteger(body, name, 0)} and agent_id = ${app.agentId}
      and created_at > ${addSeconds(deps.clock.now(), -days * 86_400)}`)
  if (!task) throw new PlatformError(400002, '任务不存在或已过期')
  return task
}

const progressStatus = { waiting: 0, sending: 1, done: 2 } as const

export async function progress(caller: Caller, given: Call): Promise<Record<string, unknown>> {
  const task = await requireTask(caller, given, { name: 'task_id', days: 7 })
  const row = await caller.scope.one<{ people: number; sent: number }>(sql`
    select count(*)::int as people, count(message_id)::int as sent from message_receipts
    where org_id = ${caller.orgId} and task_id = ${task.task_id} and forbidden_code is null`)
  const share = row && row.people > 0 ? row.sent / row.people : 1
  const progress_in_percent = task.state === 'done' ? 100 : Math.floor(share * 100)
  return { progress: { progress_in_percent, status: progressStatus[task.state] } }
}

export async function result(caller: Caller, given: Call): Promise<Record<string, unknown>> {
  const { scope } = caller
  const task = await requireTask(caller, given, { name: 'task_id', days: 1 })
  const rows = await scope.rows<{
    userid: string
    code: number | null
    is_sent: boolean
    is_read: boolean
  }>(sql`
    select r.userid, r.forbidden_code as code, (r.message_id is not null) as is_sent,
      coalesce(x.read_up_to >= r.message_id, false) as is_read
    from message_receipts r
    left join conversation_reads x on x.org_id = r.org_id and x.conversation_id = r.conversation_id and x.userid = r.userid
    where r.org_id = ${scope.orgId} and r.task_id = ${task.task_id} order by r.userid`)
  const delivered = rows.filter((row) => row.is_sent)
  const held = rows.filter((row) => row.code !== null)
  return {
    send_result: {
      invalid_user_id_list: task.invalid_users,
      invalid_dept_id_list: task.invalid_depts,
      forbidden_user_id_list: held.map((row) => row.userid),
      failed_user_id_list: [],
      read_user_id_list: delivered.filter((row) => row.is_read).map((row) => row.userid),
      unread_user_id_list: delivered.filter((row) => !row.is_read).map((row) => row.userid),
      forbidden_list: held.map(({ userid, code }) => ({ code, count: 1, userid })),
    },
  }
}

export async function recall(caller: Caller, given: Call): Promise<Record<string, unknown>> {
  const task = await requireTask(caller, given, { name: 'msg_task_id', days: 1 })
  await recallTask(caller, task.task_id)
  return {}
}

export async function recallTask(caller: Caller, taskId: number): Promise<void> {
  const { scope } = caller
  // The task first, so that the sender stops: whoever has not got it yet never will.
  for (const table of [sql`message_tasks`, sql`messages`])
    await scope.run(
      sql`update ${table} set is_recalled = true where org_id = ${scope.orgId} and task_id = ${taskId}`,
    )
  const rows = await scope.rows<{ userid: string }>(sql`
    update conversations c set last_text = '', last_kind = 'recalled'
    from message_receipts r where r.org_id = ${scope.orgId} and r.task_id = ${taskId}
      and c.org_id = r.org_id and c.id = r.conversation_id and c.last_message_id = r.message_id
    returning r.userid`)
  await tell(caller, rows)
}

/** The word in the corner of an OA card: 待审批 becomes 已同意, wherever the card is shown. */
export async function updateStatusBar(caller: Caller, given: Call): Promise<Record<string, unknown>> {
  const { scope } = caller
  const task = await requireTask(caller, given, { name: 'task_id', days: 7 })
  if (task.content?.msgtype !== 'oa') throw refusals.badValue('task_id', '不是OA消息')
  const status_value = requireText(given.body, 'status_value')
  const status_bg = textOf(given.body['status_bg'])
  if (status_value.length > 60) throw refusals.badValue('status_value', '过长')
  if (status_bg !== '' && !/^(0x)?[0-9a-f]{8}$/i.test(status_bg))
    throw refusals.badValue('status_bg', 'AARRGGBB')
  const bar = json({ status_value, ...(status_bg ? { status_bg } : {}) })
  // The task's own wording first: what is delivered from now on has it, what was delivered gets it.
  for (const table of [sql`message_tasks`, sql`messages`])
    await scope.run(sql`
      update ${table} set content = jsonb_set(content, '{oa,status_bar}', ${bar})
      where org_id = ${scope.orgId} and task_id = ${task.task_id}`)
  await tell(
    caller,
    await scope.rows<{ userid: string }>(sql`
      select userid from message_receipts
      where org_id = ${scope.orgId} and task_id = ${task.task_id} and message_id is not null`),
  )
  return {}
}

const tell = ({ scope, app }: Caller, rows: readonly { userid: string }[]): Promise<void> =>
  tellWork(
    scope,
    rows.map((row) => row.userid),
    app.agentId,
  )
