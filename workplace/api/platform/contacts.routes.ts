import type { FastifyInstance } from 'fastify'
import { redeemAuthCode } from '../apps/auth-codes.ts'
import * as directory from './directory.repo.ts'
import { refusals } from './errors.ts'
import { readInteger, requireText } from './fields.ts'
import { oapi, type Call, type Fields } from './gateway.ts'
import { withCaller, type Caller } from './tokens.ts'

/** Reads of the directory. What lies outside the app's scope is refused, never shown. */
export function contactRoutes(app: FastifyInstance): void {
  const read = (path: string, handler: (caller: Caller, call: Call) => Promise<Record<string, unknown>>) =>
    oapi(app, 'POST', `/topapi/${path}`, (call) => withCaller(call, (caller) => handler(caller, call)))

  read('v2/department/listsub', async (caller, { body }) => {
    const deptId = readInteger(body, 'dept_id', 1)
    // The root's children may be asked for even when only some of them are in scope.
    if (deptId !== 1) await requireDepartment(caller, deptId)
    const rows = await directory.childDepartments(caller.scope, caller.app, deptId)
    return {
      result: rows.map(({ dept_id, name, parent_id, has_chat }) => ({
        dept_id,
        name,
        parent_id,
        create_dept_group: has_chat,
        auto_add_user: has_chat,
      })),
    }
  })
  read('v2/department/listsubid', async ({ scope }, { body }) => ({
    result: { dept_id_list: await directory.childDepartmentIds(scope, readInteger(body, 'dept_id', 1)) },
  }))
  read('v2/department/get', async (caller, { body }) => ({
    result: directory.readDepartment(await requireDepartment(caller, readInteger(body, 'dept_id', 1))),
  }))
  read('v2/department/listparentbydept', async (caller, { body }) => {
    const department = await requireDepartment(caller, readInteger(body, 'dept_id', 0))
    return { result: { parent_id_list: department.path.toReversed() } }
  })
  read('v2/department/listparentbyuser', async (caller, { body }) => {
    const user = await requireUser(caller, requireText(body, 'userid'))
    const paths = await directory.pathsOfUser(caller.scope, user.userid)
    return { result: { parent_list: paths.map((parent_dept_id_list) => ({ parent_dept_id_list })) } }
  })
  read('v2/user/list', async (caller, { body }) => ({ result: await page(caller, body, directory.readUser) }))
  read('user/listsimple', async (caller, { body }) => ({
    result: await page(caller, body, ({ userid, name }) => ({ userid, name })),
  }))
  read('user/listid', async (caller, { body }) => {
    const deptId = readInteger(body, 'dept_id', 0)
    await requireDepartment(caller, deptId)
    return { result: { userid_list: await directory.userIdsOfDepartment(caller.scope, caller.app, deptId) } }
  })
  read('v2/user/get', async (caller, { body }) => ({
    result: directory.readUser(await requireUser(caller, requireText(body, 'userid'))),
  }))
  read('user/getbyunionid', async ({ scope, app: row }, { body }) => {
    const user = await directory.userByUnionId(scope, row, requireText(body, 'unionid'))
    if (!user) throw refusals.noSuchUser()
    return { result: { contact_type: 0, userid: user.userid } }
  })
  read('user/count', async ({ scope, app: row }, { body }) => ({
    result: { count: await directory.countUsers(scope, row, String(body['only_active']) === 'true') },
  }))
  read('user/listadmin', async ({ scope, app: row }) => {
    const rows = await directory.admins(scope, row)
    return { result: rows.map(({ userid, role }) => ({ userid, sys_level: role === 'main' ? 1 : 2 })) }
  })
  // dept_ids stands at the top level here, without `result`.
  read('user/get_admin_scope', async (caller, { body }) => {
    const user = await requireUser(caller, requireText(body, 'userid'))
    const admin = (await directory.admins(caller.scope, caller.app)).find((row) => row.userid === user.userid)
    return { dept_ids: admin?.role === 'main' ? [1] : (admin?.depts ?? []) }
  })
  for (const path of ['department/create', 'department/update', 'department/delete'])
    read(`v2/${path}`, () => Promise.reject(refusals.internalOnly()))
  for (const path of ['user/create', 'user/update', 'user/delete', 'user/getbymobile'])
    read(`v2/${path}`, () => Promise.reject(refusals.internalOnly()))

  read('v2/user/getuserinfo', async (caller, call) => {
    const user = await redeem(call, caller, requireText(call.body, 'code'))
    return {
      result: {
        userid: user.userid,
        unionid: user.unionid,
        associated_unionid: user.unionid,
        name: user.name,
        device_id: '',
        sys: user.role !== 'none',
        sys_level: levelOf(user),
      },
    }
  })
  oapi(app, 'GET', '/user/getuserinfo', (call) =>
    withCaller(call, async (caller) => {
      const user = await redeem(call, caller, requireText(call.query, 'code'))
      return {
        userid: user.userid,
        name: user.name,
        deviceId: '',
        is_sys: user.role !== 'none',
        sys_level: levelOf(user),
      }
    }),
  )
}

const levelOf = ({ role }: directory.UserRow): number => (role === 'main' ? 1 : role === 'sub' ? 2 : 0)

/** Uses an auth code up: bound to this app and org, once, five minutes. */
async function redeem(
  { deps }: Call,
  { scope, suite, orgId, app }: Caller,
  code: string,
): Promise<directory.UserRow> {
  const given = { suiteId: suite.suiteId, orgId, code, purpose: 'app', now: deps.clock.now() } as const
  const row = await redeemAuthCode(scope, given)
  if (!row) throw refusals.badAuthCode()
  const user = await directory.userById(scope, app, row.userid)
  if (!user) throw refusals.userOutside()
  return user
}

async function requireUser({ scope, app }: Caller, userid: string): Promise<directory.UserRow> {
  const user = await directory.userById(scope, app, userid)
  if (user) return user
  throw (await directory.memberExists(scope, userid)) ? refusals.userOutside() : refusals.noSuchUser()
}

async function requireDepartment({ scope, app }: Caller, deptId: number): Promise<directory.DepartmentRow> {
  const department = await directory.departmentById(scope, app, deptId)
  if (department) return department
  throw (await directory.departmentExists(scope, deptId))
    ? refusals.departmentOutside()
    : refusals.noSuchDepartment()
}

async function page(
  caller: Caller,
  body: Fields,
  view: (user: directory.UserRow) => Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const deptId = readInteger(body, 'dept_id', 0)
  const [cursor, size] = [readInteger(body, 'cursor', 0), readInteger(body, 'size', 100)]
  if (cursor < 0) throw refusals.badOffset()
  if (size < 1 || size > 100) throw refusals.badSize()
  await requireDepartment(caller, deptId)
  const order = typeof body['order_field'] === 'string' ? body['order_field'] : undefined
  const rows = await directory.usersOfDepartment(caller.scope, caller.app, { deptId, cursor, size, order })
  const list = rows.slice(0, size).map(view)
  const hasMore = rows.length > size
  return { has_more: hasMore, ...(hasMore ? { next_cursor: cursor + size } : {}), list }
}
