import { sql } from 'drizzle-orm'
import type { Role } from '../../contracts/accounts.ts'
import type { Admin } from '../../contracts/orgs.ts'
import { array } from '../db/database.ts'
import { requireAnotherMainAdmin } from '../directory/members.service.ts'
import { found } from '../errors.ts'
import { notifyMembers } from '../events/notify.ts'
import type { OrgCtx } from '../http/context.ts'
import { emitAdminScopeChange } from '../apps/pushes.ts'
import { emitMembers } from '../pushes/emit.ts'

export async function listAdmins({ scope }: OrgCtx): Promise<{ items: Admin[] }> {
  const items = await scope.rows<Admin>(sql`
    select ${adminColumns} from members m where m.org_id = ${scope.orgId} and m.role <> 'none' order by m.role, m.name`)
  return { items }
}

const adminColumns = sql`m.userid, m.name, m.role, coalesce((
  select jsonb_agg(jsonb_build_object('deptId', d.dept_id, 'name', d.name) order by d.dept_id) from departments d
  where d.org_id = m.org_id and d.dept_id = any(m.admin_depts)), '[]') as departments`

export async function setRole(
  ctx: OrgCtx,
  userid: string,
  given: { role: Role; deptIds?: number[] },
): Promise<Admin> {
  const { scope, deps } = ctx
  const before = found(
    await scope.one<{ role: Role }>(
      sql`select role from members where org_id = ${scope.orgId} and userid = ${userid} for update`,
    ),
  )
  if (before.role === 'main' && given.role !== 'main') await requireAnotherMainAdmin(ctx, userid)
  const deptIds = given.role === 'sub' ? (given.deptIds ?? []) : []
  const row = await scope.one<Admin>(sql`
    update members m set role = ${given.role}, updated_at = ${ctx.now},
      admin_depts = coalesce((select array_agg(dept_id) from departments
        where org_id = ${scope.orgId} and dept_id = any(${array(deptIds)}::int[])), '{}')
    where m.org_id = ${scope.orgId} and m.userid = ${userid}
    returning ${adminColumns}`)
  // Who is admin again one day sets another: so a second main admin helps one who forgot his.
  if (given.role === 'none')
    await scope.run(sql`delete from admin_passwords where org_id = ${scope.orgId} and userid = ${userid}`)
  await emitMembers(scope, deps, { userids: [userid], action: 'user_role_change' })
  await emitAdminScopeChange(scope, deps)
  await notifyMembers(scope, [userid], { type: 'orgs', orgId: scope.orgId })
  return found(row)
}
