import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { Value } from 'typebox/value'
import { MessageContent } from '../../contracts/messages.ts'
import { seesDepartment, seesMember } from '../apps/apps.repo.ts'
import { civilDay } from '../clock.ts'
import { array } from '../db/database.ts'
import type { Deps } from '../deps.ts'
import { notifyMembers } from '../events/notify.ts'
import { deliverWork } from '../messages/deliver.ts'
import { PlatformError, refusals } from './errors.ts'
import { readInteger, readList, readObject, requireText } from './fields.ts'
import { textOf, type Fields } from './gateway.ts'
import { judge } from './limits.ts'
import type { Caller } from './tokens.ts'

const maxMessageBytes = 2048
const maxRecipients = 1000

interface Receivers {
  userids: string[]
  invalidUsers: string[]
  invalidDepts: number[]
}

/** asyncsend_v2: a free message to people and departments in the app's scope. */
export async function sendFree(deps: Deps, caller: Caller, body: Fields): Promise<Record<string, unknown>> {
  if (caller.suite.templatesOnly) throw new PlatformError(885001, '请使用模板发送工作通知')
  const message = readMessage(body['msg'])
  return send(deps, caller, { body, message, caps: { users: 100, depts: 20 } })
}

/** sendbytemplate: an approved template of the suite with its variables filled in. */
export async function sendTemplate(
  deps: Deps,
  caller: Caller,
  body: Fields,
): Promise<Record<string, unknown>> {
  const template = caller.suite.templates.find(
    ({ templateId }) => templateId === requireText(body, 'template_id'),
  )
  if (!template) throw new PlatformError(885001, '模板不存在')
  if (template.approved === false) throw new PlatformError(885006, '模板未审核通过')
  const message = readMessage(fill(template.msg, readObject(body['data']) ?? {}))
  return send(deps, caller, { body, message, caps: { users: 5000, depts: 500 } })
}

function readMessage(value: unknown): MessageContent {
  const message = readObject(value)
  if (!message) throw refusals.missing('msg')
  if (Buffer.byteLength(JSON.stringify(message)) > maxMessageBytes) throw new PlatformError(40035, 'msg过长')
  if (!Value.Check(MessageContent, message) || message.msgtype === 'ding' || !(message.msgtype in message))
    throw new PlatformError(40035, '不合法的msg')
  return message
}

/** `${name}` in any text of the template. */
function fill(value: unknown, data: Fields): unknown {
  if (typeof value === 'string')
    return value.replace(/\$\{(\w+)\}/g, (_match, name: string) => textOf(data[name]))
  if (Array.isArray(value)) return value.map((item) => fill(item, data))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, data)]))
  return value
}

async function send(
  deps: Deps,
  caller: Caller,
  given: { body: Fields; message: MessageContent; caps: { users: number; depts: number } },
): Promise<Record<string, unknown>> {
  const { scope, app } = caller
  const { body, message } = given
  if (readInteger(body, 'agent_id', 0) !== app.agentId) throw refusals.badAgent()
  if (textOf(body['to_all_user']) === 'true') throw new PlatformError(41028, 'ISV应用不允许to_all_user')
  const [users, depts] = [readList(body['userid_list']), readList(body['dept_id_list']).map(Number)]
  if (users.length + depts.length === 0) throw refusals.missing('userid_list')
  if (users.length > given.caps.users || depts.length > given.caps.depts)
    throw new PlatformError(41029, '接收者过多')
  const receivers = await resolveReceivers(caller, users, depts)
  if (receivers.userids.length > Math.max(maxRecipients, given.caps.users))
    throw new PlatformError(41029, '接收者过多')

  const now = deps.clock.now()
  const contentHash = createHash('sha256').update(JSON.stringify(message)).digest('hex')
  const row = await scope.one<{ task_id: number }>(sql`
    insert into message_tasks (org_id, task_id, agent_id, invalid_users, invalid_depts, created_at)
    values (${scope.orgId}, nextval('task_ids'), ${app.agentId}, ${array(receivers.invalidUsers)}::text[],
      ${array(receivers.invalidDepts)}::int[], ${now})
    returning task_id`)
  const taskId = row?.task_id ?? 0
  const { limits } = deps.config
  const judged = await judge(scope, {
    agentId: app.agentId,
    userids: receivers.userids,
    contentHash,
    now,
    limits,
  })
  await scope.run(sql`
    insert into message_receipts (org_id, task_id, agent_id, userid, content_hash, civil_day, forbidden_code, created_at)
    select ${scope.orgId}::uuid, ${taskId}::bigint, ${app.agentId}::bigint, t.userid, ${contentHash}, ${civilDay(now)}::date, t.code,
      ${now}::timestamptz
    from unnest(${array(judged.map((j) => j.userid))}::text[], ${array(judged.map((j) => j.code))}::int[]) as t (userid, code)`)
  const reached = judged.filter((j) => j.code === null).map((j) => j.userid)
  if (reached.length > 0) {
    await deliverWork(scope, { agentId: app.agentId, taskId, userids: reached, content: message, now })
    await notifyMembers(scope, reached, {
      type: 'message',
      orgId: scope.orgId,
      conversationId: null,
      kind: 'work',
      agentId: app.agentId,
    })
  }
  return { task_id: taskId }
}

/** Departments are opened with everything below them; what lies outside the scope is told as invalid. */
async function resolveReceivers(
  { scope, app }: Caller,
  users: string[],
  depts: number[],
): Promise<Receivers> {
  const seenDepts = await scope.rows<{ dept_id: number }>(sql`
    select d.dept_id from departments d
    where d.org_id = ${scope.orgId} and d.dept_id = any(${array(depts)}::int[]) and ${seesDepartment(app)}`)
  const deptIds = seenDepts.map((row) => row.dept_id)
  const people = await scope.rows<{ userid: string }>(sql`
    select m.userid from members m
    where m.org_id = ${scope.orgId} and ${seesMember(app)} and (m.userid = any(${array(users)}::text[]) or exists (
      select 1 from member_departments x join departments d on d.org_id = x.org_id and d.dept_id = x.dept_id
      where x.org_id = m.org_id and x.userid = m.userid and d.path && ${array(deptIds)}::int[]))`)
  const userids = people.map((row) => row.userid)
  const known = new Set(userids)
  return {
    userids,
    invalidUsers: users.filter((userid) => !known.has(userid)),
    invalidDepts: depts.filter((deptId) => !deptIds.includes(deptId)),
  }
}
