import { sql } from 'drizzle-orm'
import type { FastifyInstance } from 'fastify'
import { addSeconds } from '../clock.ts'
import { notifyMembers } from '../events/notify.ts'
import { readUpload } from '../http/upload.ts'
import { maxMediaBytes, store } from '../media/media.ts'
import { PlatformError, refusals } from './errors.ts'
import { readInteger } from './fields.ts'
import { oapi, type Call } from './gateway.ts'
import { sendFree, sendTemplate } from './notifications.ts'
import { withCaller, type Caller } from './tokens.ts'

/** Work notifications, their results, and media. */
export function platformMessageRoutes(app: FastifyInstance): void {
  const call = (path: string, handler: (caller: Caller, given: Call) => Promise<Record<string, unknown>>) =>
    oapi(app, 'POST', `/topapi/message/corpconversation/${path}`, (given) =>
      withCaller(given.deps, given.token, (caller) => handler(caller, given)),
    )
  call('asyncsend_v2', (caller, { deps, body }) => sendFree(deps, caller, body))
  call('sendbytemplate', (caller, { deps, body }) => sendTemplate(deps, caller, body))
  call('getsendprogress', async (caller, given) => {
    await requireTask(caller, given, 'task_id')
    return { progress: { progress_in_percent: 100, status: 2 } }
  })
  call('getsendresult', sendResult)
  call('recall', recall)

  oapi(app, 'POST', '/media/upload', (given) =>
    withCaller(given.deps, given.token, async ({ scope, orgId }) => {
      const file = await readUpload(given.request, {
        maxBytes: maxMediaBytes,
        tooLarge: 'media.too-large',
      }).catch(() => {
        throw new PlatformError(40004, '不合法的媒体文件类型')
      })
      const now = given.deps.clock.now()
      const media_id = await store(scope, orgId, file, now)
      return { media_id, type: given.query['type'] ?? 'file', created_at: now.getTime() }
    }),
  )
  oapi(app, 'GET', '/call_back/get_call_back_failed_result', ({ deps, token }) =>
    withCaller(deps, token, failedPushes),
  )
}

async function requireTask({ scope, app }: Caller, { deps, body }: Call, name: string): Promise<TaskRow> {
  if (readInteger(body, 'agent_id', 0) !== app.agentId) throw refusals.badAgent()
  const task = await scope.one<TaskRow>(sql`
    select task_id, invalid_users, invalid_depts from message_tasks
    where org_id = ${scope.orgId} and task_id = ${readInteger(body, name, 0)} and agent_id = ${app.agentId}
      and created_at > ${addSeconds(deps.clock.now(), -86_400)}`)
  if (!task) throw new PlatformError(400002, '任务不存在或已过期')
  return task
}

interface TaskRow {
  task_id: number
  invalid_users: string[]
  invalid_depts: number[]
}

async function sendResult(caller: Caller, given: Call): Promise<Record<string, unknown>> {
  const { scope } = caller
  const task = await requireTask(caller, given, 'task_id')
  const rows = await scope.rows<{ userid: string; code: number | null; is_read: boolean }>(sql`
    select r.userid, r.forbidden_code as code, coalesce(x.read_up_to >= r.message_id, false) as is_read
    from message_receipts r
    left join conversation_reads x on x.org_id = r.org_id and x.conversation_id = r.conversation_id and x.userid = r.userid
    where r.org_id = ${scope.orgId} and r.task_id = ${task.task_id} order by r.userid`)
  const delivered = rows.filter((row) => row.code === null)
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

async function recall(caller: Caller, given: Call): Promise<Record<string, unknown>> {
  const { scope, app } = caller
  const task = await requireTask(caller, given, 'msg_task_id')
  await scope.run(
    sql`update messages set is_recalled = true where org_id = ${scope.orgId} and task_id = ${task.task_id}`,
  )
  const rows = await scope.rows<{ userid: string }>(sql`
    update conversations c set last_text = ''
    from message_receipts r where r.org_id = ${scope.orgId} and r.task_id = ${task.task_id}
      and c.org_id = r.org_id and c.id = r.conversation_id and c.last_message_id = r.message_id
    returning r.userid`)
  await notifyMembers(
    scope,
    rows.map((row) => row.userid),
    {
      type: 'message',
      orgId: scope.orgId,
      conversationId: null,
      kind: 'work',
      agentId: app.agentId,
    },
  )
  return {}
}

/** Legacy pushes that failed twice or more. A call clears what the one before it returned. */
async function failedPushes({ scope, suite, orgId }: Caller): Promise<Record<string, unknown>> {
  await scope.run(sql`
    delete from push_deliveries
    where suite_id = ${suite.suiteId} and org_id = ${orgId} and was_fetched and state <> 'delivered'`)
  const rows = await scope.rows<{
    action: string
    biz_type: number
    biz_id: string
    created_at: Date
    corp_id: string
  }>(sql`
    update push_deliveries d set was_fetched = true
    from orgs o
    where o.id = d.org_id and d.id in (
      select id from push_deliveries where suite_id = ${suite.suiteId} and org_id = ${orgId} and style = 'legacy'
        and state <> 'delivered' and attempts >= 2 order by id limit 201)
    returning d.action, d.biz_type, d.biz_id, d.created_at, o.corp_id`)
  const failed_list = rows.slice(0, 200).map((row) => ({
    call_back_tag: row.action,
    event_time: row.created_at.getTime(),
    [row.action]: {
      corpid: row.corp_id,
      ...(row.biz_type === 13 ? { userid: [row.biz_id] } : {}),
      ...(row.biz_type === 14 ? { deptid: [Number(row.biz_id)] } : {}),
    },
  }))
  return { has_more: rows.length > 200, failed_list }
}
