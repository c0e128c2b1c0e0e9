import { sql } from 'drizzle-orm'
import type { FastifyInstance } from 'fastify'
import { addSeconds } from '../clock.ts'
import { refusals } from './errors.ts'
import { readList, requireText } from './fields.ts'
import { openapi, type Call } from './gateway.ts'
import { recallTask } from './message-tasks.ts'
import { sendTo } from './notifications.ts'
import { countCall, readLimits } from './platform-limits.ts'
import { readRobotMessage } from './robot-fields.ts'
import { withCaller, type Caller } from './tokens.ts'

const mostUsers = 20
const daySeconds = 86_400

/** The robot of an app speaks to people in the chat of the app; its code is the key of the suite. */
export function robotRoutes(app: FastifyInstance): void {
  const route = (
    method: 'GET' | 'POST',
    path: string,
    handler: (caller: Caller, given: Call) => Promise<Record<string, unknown>>,
  ) =>
    openapi(app, method, `/v1.0/robot/${path}`, (given) =>
      withCaller(given, async (caller) => {
        await countCall(given.deps, caller.scope, await readLimits(given.deps, caller.scope))
        return handler(caller, given)
      }),
    )
  route('POST', 'oToMessages/batchSend', batchSend)
  route('POST', 'otoMessages/batchRecall', batchRecall)
  route('GET', 'oToMessages/readStatus', readStatus)
  // An ISV makes a DING in the client; from a server only apps of the org itself do.
  route('POST', 'ding/send', () => Promise.reject(refusals.internalOnly()))
  route('POST', 'ding/recall', () => Promise.reject(refusals.internalOnly()))
}

function requireRobot({ suite }: Caller, fields: Record<string, unknown>): void {
  if (requireText(fields, 'robotCode') !== suite.suiteKey)
    throw refusals.badValue('robotCode', '机器人不存在')
}

async function batchSend(caller: Caller, { deps, body }: Call): Promise<Record<string, unknown>> {
  requireRobot(caller, body)
  const users = readList(body['userIds'])
  if (users.length === 0) throw refusals.missing('userIds')
  if (users.length > mostUsers) throw refusals.badValue('userIds', `每次最多${mostUsers}个`)
  const sent = await sendTo(deps, caller, { users, depts: [], message: readRobotMessage(body) })
  return {
    processQueryKey: String(sent.taskId),
    invalidStaffIdList: sent.invalidUsers,
    flowControlledStaffIdList: sent.heldBack,
  }
}

/** The task behind a processQueryKey, for a day. */
async function findTask({ scope, app }: Caller, { deps }: Call, key: string): Promise<number | null> {
  if (!/^\d{1,15}$/.test(key)) return null
  const task = await scope.one<{ task_id: number }>(sql`
    select task_id from message_tasks
    where org_id = ${scope.orgId} and task_id = ${Number(key)} and agent_id = ${app.agentId}
      and created_at > ${addSeconds(deps.clock.now(), -daySeconds)}`)
  return task?.task_id ?? null
}

async function batchRecall(caller: Caller, given: Call): Promise<Record<string, unknown>> {
  requireRobot(caller, given.body)
  const keys = readList(given.body['processQueryKeys'])
  if (keys.length === 0) throw refusals.missing('processQueryKeys')
  if (keys.length > mostUsers) throw refusals.badValue('processQueryKeys', `每次最多${mostUsers}个`)
  const successResult: string[] = []
  const failedResult: Record<string, string> = {}
  for (const key of keys) {
    const taskId = await findTask(caller, given, key)
    if (taskId === null) failedResult[key] = '消息不存在或已超过24小时'
    else {
      await recallTask(caller, taskId)
      successResult.push(key)
    }
  }
  return { successResult, failedResult }
}

async function readStatus(caller: Caller, given: Call): Promise<Record<string, unknown>> {
  requireRobot(caller, given.query)
  const taskId = await findTask(caller, given, requireText(given.query, 'processQueryKey'))
  if (taskId === null) throw refusals.badValue('processQueryKey', '消息不存在或已超过24小时')
  const { scope } = caller
  const task = await scope.one<{ is_recalled: boolean }>(
    sql`select is_recalled from message_tasks where org_id = ${scope.orgId} and task_id = ${taskId}`,
  )
  const rows = await scope.rows<{ userid: string; name: string | null; is_read: boolean }>(sql`
    select r.userid, m.name, coalesce(x.read_up_to >= r.message_id, false) as is_read
    from message_receipts r
    left join members m on m.org_id = r.org_id and m.userid = r.userid
    left join conversation_reads x on x.org_id = r.org_id and x.conversation_id = r.conversation_id and x.userid = r.userid
    where r.org_id = ${scope.orgId} and r.task_id = ${taskId} and r.message_id is not null order by r.userid`)
  return {
    sendStatus: task?.is_recalled ? 'RECALLED' : 'SUCCESS',
    messageReadInfoList: rows.map(({ userid, name, is_read }) => ({
      userId: userid,
      name: name ?? '',
      readStatus: is_read ? 'READ' : 'UNREAD',
    })),
  }
}
