import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { Value } from 'typebox/value'
import { MessageContent } from '../../contracts/messages.ts'
import { seesDepartment, seesMember } from '../apps/apps.repo.ts'
import { civilDay } from '../clock.ts'
import { array, json } from '../db/database.ts'
import type { Deps } from '../deps.ts'
import { withFileName } from '../messages/content.ts'
import { PlatformError, refusals } from './errors.ts'
import { readInteger, readList, readObject, requireText } from './fields.ts'
import { textOf, type Fields } from './gateway.ts'
import { judge } from './limits.ts'
import { readLimits } from './platform-limits.ts'
import { send as sendTask } from './sending.ts'
import { findTemplate } from './templates.ts'
import type { Caller } from './tokens.ts'

const maxMessageBytes = 2048
/** What only the workplace itself says. */
const ownKinds: ReadonlySet<MessageContent['msgtype']> = new Set(['ding', 'notice'])

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
  const template = await findTemplate(caller.scope, caller.suite, requireText(body, 'template_id'))
  if (!template) throw new PlatformError(885001, '模板不存在')
  if (!template.isApproved) throw new PlatformError(885006, '模板未审核通过')
  const message = readMessage(fill(template.msg, readObject(body['data']) ?? {}))
  return send(deps, caller, { body, message, caps: { users: 5000, depts: 500 } })
}

function readMessage(value: unknown): MessageContent {
  const message = readObject(value)
  if (!message) throw refusals.missing('msg')
  if (Buffer.byteLength(JSON.stringify(message)) > maxMessageBytes) throw new PlatformError(40035, 'msg过长')
  if (!Value.Check(MessageContent, message) || ownKinds.has(message.msgtype) || !(message.msgtype in message))
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
  const { app } = caller
  const { body, message } = given
  if (readInteger(body, 'agent_id', 0) !== app.agentId) throw refusals.badAgent()
  if (textOf(body['to_all_user']) === 'true') throw new PlatformError(41028, 'ISV应用不允许to_all_user')
  const [users, depts] = [readList(body['userid_list']), readList(body['dept_id_list']).map(Number)]
  if (users.length + depts.length === 0) throw refusals.missing('userid_list')
  if (users.length > given.caps.users || depts.length > given.caps.depts)
    throw new PlatformError(41029, '接收者过多')
  const { taskId } = await sendTo(deps, caller, { users, depts, message, listed: given.caps.users })
  return { task_id: taskId }
}

export interface Sent {
  taskId: number
  invalidUsers: string[]
  /** A limit kept it from them. */
  heldBack: string[]
}

/** Writes the task and who gets it, and sends it. @param given.listed how many people may be named one by one. */
export async function sendTo(
  deps: Deps,
  caller: Caller,
  given: { users: string[]; depts: number[]; message: MessageContent; listed?: number },
): Promise<Sent> {
  const { scope, app } = caller
  const { message } = given
  const receivers = await resolveReceivers(caller, given.users, given.depts)
  const limits = await readLimits(deps, scope)
  if (receivers.userids.length > Math.max(limits.recipientsPerCall, given.listed ?? 0))
    throw new PlatformError(41029, '接收者过多')

  const now = deps.clock.now()
  const content = await withFileName(scope, underAppName(message, caller.suite.name))
  const contentHash = createHash('sha256').update(JSON.stringify(message)).digest('hex')
  const row = await scope.one<{ task_id: number }>(sql`
    insert into message_tasks (org_id, task_id, agent_id, content, invalid_users, invalid_depts, created_at)
    values (${scope.orgId}, nextval('task_ids'), ${app.agentId}, ${json(content)}, ${array(receivers.invalidUsers)}::text[],
      ${array(receivers.invalidDepts)}::int[], ${now})
    returning task_id`)
  const taskId = row?.task_id ?? 0
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
  await sendTask(scope, taskId, { people: judged.filter((j) => j.code === null).length, now })
  const heldBack = judged.filter((j) => j.code !== null).map((j) => j.userid)
  return { taskId, invalidUsers: receivers.invalidUsers, heldBack }
}

/** The head of an OA card names the app, whatever the app wrote there. */
const underAppName = (message: MessageContent, name: string): MessageContent =>
  message.oa ? { ...message, oa: { ...message.oa, head: { ...message.oa.head, text: name } } } : message

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
