import { sql, type SQL } from 'drizzle-orm'
import type { FastifyInstance } from 'fastify'
import { seesMember } from '../apps/apps.repo.ts'
import { array } from '../db/database.ts'
import { roleGroup, roles } from './directory.repo.ts'
import { PlatformError, refusals } from './errors.ts'
import { readInteger } from './fields.ts'
import { oapi, type Fields } from './gateway.ts'
import { withCaller, type Caller } from './tokens.ts'

/** The default role group: what somebody is in the org by being its admin or the head of a department. */
export function roleRoutes(app: FastifyInstance): void {
  oapi(app, 'POST', '/topapi/role/list', (call) =>
    withCaller(call, async () => {
      const { size, offset } = readPage(call.body, { usual: 20, most: 200 })
      const shown = roles.slice(offset, offset + size)
      const list = shown.length > 0 ? [{ ...roleGroup, roles: shown }] : []
      return { result: { hasMore: roles.length > offset + size, list } }
    }),
  )
  oapi(app, 'POST', '/topapi/role/simplelist', (call) =>
    withCaller(call, async (caller) => ({ result: await membersOf(caller, call.body) })),
  )
}

function readPage(
  body: Fields,
  { usual, most }: { usual: number; most: number },
): { size: number; offset: number } {
  const [size, offset] = [readInteger(body, 'size', usual), readInteger(body, 'offset', 0)]
  if (size < 1 || size > most) throw refusals.badSize()
  if (offset < 0) throw refusals.badOffset()
  return { size, offset }
}

/** By role id; who is not named here is nobody's. */
const holders: Readonly<Record<number, SQL>> = {
  1: sql`m.role = 'main'`,
  2: sql`m.role = 'sub'`,
  3: sql`exists (select 1 from member_departments l where l.org_id = m.org_id and l.userid = m.userid and l.is_leader)`,
}

async function membersOf({ scope, app }: Caller, body: Fields): Promise<Record<string, unknown>> {
  const roleId = readInteger(body, 'role_id', 0)
  const { size, offset } = readPage(body, { usual: 20, most: 100 })
  if (!roles.some(({ id }) => id === roleId)) throw new PlatformError(400002, '角色不存在')
  const rows = await scope.rows<{ userid: string; name: string; role: string; admin_depts: number[] }>(sql`
    select m.userid, m.name, m.role, m.admin_depts from members m
    where m.org_id = ${scope.orgId} and ${seesMember(app)} and ${holders[roleId] ?? sql`false`}
    order by m.userid limit ${size + 1} offset ${offset}`)
  const shown = rows.slice(0, size)
  const managed = await scope.rows<{ dept_id: number; name: string }>(sql`
    select dept_id, name from departments
    where org_id = ${scope.orgId} and dept_id = any(${array(shown.flatMap((row) => row.admin_depts))}::int[])`)
  return {
    hasMore: rows.length > size,
    list: shown.map(({ userid, name, role, admin_depts }) => ({
      userid,
      name,
      // Of a sub-admin: the departments he manages.
      manageScopes:
        roleId === 2 && role === 'sub' ? managed.filter((d) => admin_depts.includes(d.dept_id)) : [],
    })),
  }
}
