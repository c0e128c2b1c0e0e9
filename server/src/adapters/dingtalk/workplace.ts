import { randomBytes } from 'node:crypto'
import type { AppId } from '@kangbao/shared/contracts/sessions.ts'
import {
  WorkplaceRefused,
  type AppInOrg,
  type AuthorisationInfo,
  type Readers,
  type SendResult,
  type Workplace,
  type WorkplaceAdmin,
  type WorkplaceDepartment,
  type WorkplaceUser,
} from '../../ports/workplace.ts'
import { platformClient, type ClientParts, type PlatformClient } from './client.ts'
import { oaMessage, templateData } from './messages.ts'
import { pageSignature } from './signature.ts'
import * as wire from './wire.ts'

/** People per call. A template reaches 1000, but results are told for 100; a free message takes 100. */
const templateBatch = 1000
const freeBatch = 100
const userPage = 100

/** What the platform calls a person or department that is not there, or not there for us. */
const noUser = new Set(['33012', '40003', '50002', '60121', '60111'])
const noDepartment = new Set(['40009', '50004', '60003', '60123'])
/** Refusals of a sign-in code. */
export const badAuthCode: ReadonlySet<string> = new Set(['40029', '40078', '41008', '42003'])

const messages = 'topapi/message/corpconversation'

/** DingTalk, or whoever speaks its protocol at the configured addresses. */
export function dingtalkWorkplace(parts: ClientParts): Workplace {
  const client = platformClient(parts)
  const suiteOf = (app: AppId) => parts.suites.find((suite) => suite.app === app)
  const templateOf = (app: AppId) => suiteOf(app)?.messageTemplateId

  return {
    activate: (app, code) => activate(client, suiteOf(app)?.suiteKey ?? '', app, code),
    authorisation: (target) => authorisation(client, suiteOf(target.app), target),
    ...directoryReads(client),

    async userOfAuthCode(target, code) {
      const { result } = wire.read(
        wire.SignedIn,
        await client.call(target, { path: 'topapi/v2/user/getuserinfo', body: { code } }),
      )
      return { userId: result.userid, isAdmin: result.sys ?? [1, 2].includes(result.sys_level ?? 0) }
    },

    async signPage(target, url) {
      const ticket = await client.pageTicket(target)
      const timestamp = String(parts.clock.now())
      const nonce = randomBytes(8).toString('hex')
      return {
        agentId: target.agentId,
        corpId: target.corpId,
        timeStamp: timestamp,
        nonceStr: nonce,
        signature: pageSignature({ ticket, nonce, timestamp, url }),
      }
    },

    messageBatchSize: (app) => (templateOf(app) ? templateBatch : freeBatch),

    async sendMessage(target, userIds, message) {
      const templateId = templateOf(target.app)
      const to = { agent_id: Number(target.agentId), userid_list: userIds.join(',') }
      const body = templateId
        ? { ...to, template_id: templateId, data: templateData(message) }
        : { ...to, msg: oaMessage(message) }
      const path = `${messages}/${templateId ? 'sendbytemplate' : 'asyncsend_v2'}`
      const { task_id } = wire.read(wire.Task, await client.call(target, { path, body, isOnce: true }))
      return String(task_id)
    },

    sendResult: (target, taskId) => sendResult(client, target, taskId),
    readers: async (target, taskId) => readersOf(await sendReport(client, target, taskId)),
  }
}

async function activate(client: PlatformClient, suiteKey: string, app: AppId, code: string): Promise<string> {
  const query = { suite_access_token: await client.suiteToken(app) }
  const given = wire.read(
    wire.PermanentCode,
    await client.plain(
      app,
      { path: 'service/get_permanent_code', body: { tmp_auth_code: code }, isOnce: true },
      query,
    ),
  )
  const { corpid } = given.auth_corp_info
  await client.plain(
    app,
    {
      path: 'service/activate_suite',
      body: { suite_key: suiteKey, auth_corpid: corpid, permanent_code: given.permanent_code },
    },
    query,
  )
  return corpid
}

async function authorisation(
  client: PlatformClient,
  suite: { suiteKey: string; appId: string } | undefined,
  target: AppInOrg,
): Promise<AuthorisationInfo> {
  const { app, corpId } = target
  const asked = { auth_corpid: corpId, suite_key: suite?.suiteKey ?? '' }
  const info = wire.read(
    wire.AuthInfo,
    await client.signed(app, { path: 'service/get_auth_info', body: asked }),
  )
  const agents = info.auth_info.agent
  const agent = agents.find(({ appid }) => String(appid) === suite?.appId) ?? agents[0]
  if (!agent) throw new WorkplaceRefused('70003', 'the org has no app of this suite', {}, true)
  const state = wire.read(
    wire.Agent,
    await client.signed(
      app,
      { path: 'service/get_agent', body: { ...asked, agentid: String(agent.agentid) } },
      { suite_access_token: await client.suiteToken(app) },
    ),
  )
  const isStopped = state.close === 0
  return {
    corpId,
    orgName: info.auth_corp_info.full_corp_name || info.auth_corp_info.corp_name,
    agentId: String(agent.agentid),
    isStopped,
    // A stopped app may read nothing (50003); what it may see is asked when it is started again.
    scope: isStopped ? { departmentIds: [], userIds: [] } : await scopeOf(client, target),
  }
}

async function scopeOf(client: PlatformClient, target: AppInOrg): Promise<AuthorisationInfo['scope']> {
  const { auth_org_scopes: scope } = wire.read(
    wire.Scopes,
    await client.call(target, { path: 'auth/scopes', method: 'GET' }),
  )
  return { departmentIds: scope.authed_dept ?? [], userIds: scope.authed_user ?? [] }
}

function directoryReads(
  client: PlatformClient,
): Pick<Workplace, 'listDepartments' | 'department' | 'listUsers' | 'user' | 'listAdmins'> {
  return {
    async listDepartments(target, parentId) {
      const path = 'topapi/v2/department/listsub'
      const { result } = wire.read(
        wire.Departments,
        await client.call(target, { path, body: { dept_id: parentId } }),
      )
      return result.map((each) => asDepartment({ ...each, parent_id: each.parent_id ?? parentId }))
    },

    department: (target, id) =>
      orNull(noDepartment, async () => {
        const path = 'topapi/v2/department/get'
        const body = await client.call(target, { path, body: { dept_id: id } })
        return asDepartment(wire.read(wire.OneDepartment, body).result)
      }),

    async listUsers(target, departmentId, cursor) {
      const { result } = wire.read(
        wire.UserPage,
        await client.call(target, {
          path: 'topapi/v2/user/list',
          body: { dept_id: departmentId, cursor, size: userPage },
        }),
      )
      const users = (result.list ?? []).map((user) => asUser(user, departmentId))
      return { users, nextCursor: result.has_more ? (result.next_cursor ?? null) : null }
    },

    user: (target, userId) =>
      orNull(noUser, async () => {
        const body = await client.call(target, { path: 'topapi/v2/user/get', body: { userid: userId } })
        return asUser(wire.read(wire.OneUser, body).result, null)
      }),

    async listAdmins(target) {
      const { result } = wire.read(
        wire.Admins,
        await client.call(target, { path: 'topapi/user/listadmin', body: {} }),
      )
      const admins: WorkplaceAdmin[] = []
      for (const { userid, sys_level } of result) {
        const isMain = sys_level === 1
        admins.push({
          userId: userid,
          isMain,
          departmentIds: isMain ? [] : await managedBy(client, target, userid),
        })
      }
      return admins
    },
  }
}

async function managedBy(
  client: PlatformClient,
  target: AppInOrg,
  userId: string,
): Promise<readonly number[]> {
  const path = 'topapi/user/get_admin_scope'
  const departments = await orNull(noUser, async () => {
    const body = await client.call(target, { path, body: { userid: userId } })
    return wire.read(wire.AdminScope, body).dept_ids ?? []
  })
  return departments ?? []
}

type Sender = AppInOrg & { readonly agentId: string }
const asked = ({ agentId }: Sender, taskId: string) => ({
  agent_id: Number(agentId),
  task_id: Number(taskId),
})

/** What became of a task. The platform says "ok" to messages it drops; only here it admits it. */
async function sendReport(client: PlatformClient, target: Sender, taskId: string): Promise<wire.SendReport> {
  const body = asked(target, taskId)
  return wire.read(wire.SendReport, await client.call(target, { path: `${messages}/getsendresult`, body }))
    .send_result
}

const readersOf = (told: wire.SendReport): Readers => ({
  read: told.read_user_id_list ?? [],
  unread: told.unread_user_id_list ?? [],
})

/** Who of a finished task was not reached, with the reason, and who has opened it. */
async function sendResult(client: PlatformClient, target: Sender, taskId: string): Promise<SendResult> {
  const body = asked(target, taskId)
  const { progress } = wire.read(
    wire.Progress,
    await client.call(target, { path: `${messages}/getsendprogress`, body }),
  )
  if (progress.status !== 2) return { isFinished: false, failed: [], read: [], unread: [] }
  const told = await sendReport(client, target, taskId)
  const reasons = new Map<string, string>()
  for (const userId of told.failed_user_id_list ?? []) reasons.set(userId, 'failed')
  for (const userId of told.forbidden_user_id_list ?? []) reasons.set(userId, 'forbidden')
  for (const userId of told.invalid_user_id_list ?? []) reasons.set(userId, 'invalid')
  for (const { code, userid } of told.forbidden_list ?? []) if (userid) reasons.set(userid, String(code))
  const failed = [...reasons].map(([userId, reason]) => ({ userId, reason }))
  return { isFinished: true, failed, ...readersOf(told) }
}

async function orNull<T>(codes: ReadonlySet<string>, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof WorkplaceRefused && codes.has(error.code)) return null
    throw error
  }
}

function asDepartment({ dept_id, parent_id, name, order }: wire.Department): WorkplaceDepartment {
  return { id: dept_id, parentId: dept_id === 1 ? null : (parent_id ?? 1), name, order: order ?? 0 }
}

/** @param listedIn the department whose list the user stood in, where alone `leader` says something. */
function asUser(user: wire.User, listedIn: number | null): WorkplaceUser {
  const heads = new Set(
    (user.leader_in_dept ?? []).filter(({ leader }) => leader).map(({ dept_id }) => dept_id),
  )
  if (user.leader && listedIn !== null) heads.add(listedIn)
  return {
    userId: user.userid,
    unionId: user.unionid ?? '',
    name: user.name,
    title: user.title ?? '',
    jobNumber: user.job_number ?? '',
    departmentIds: user.dept_id_list ?? (listedIn === null ? [] : [listedIn]),
    headOf: [...heads],
    isAdmin: user.admin ?? false,
  }
}
