import { sql } from 'drizzle-orm'
import type { Role } from '../../contracts/accounts.ts'
import type { Admin } from '../../contracts/orgs.ts'
import { array } from '../db/database.ts'
import { requireAnotherMainAdmin } from '../directory/members.service.ts'
import { AppError, found } from '../errors.ts'
import { notifyMembers } from '../events/notify.ts'
import type { OrgCtx } from '../http/context.ts'
import { emitAdminScopeChange } from '../apps/pushes.ts'
import { emitMembers } from '../pushes/emit.ts'

export async function listAdmins({ scope }: OrgCtx): Promise<{ items: Admin[] }> {
  const items = await scope.rows<Admin>(sql`
    select userid, name, role, admin_depts as "deptIds" from members
    where org_id = ${scope.orgId} and role <> 'none' order by role, name`)
  return { items }
}

export async function setRole(
  ctx: OrgCtx,
  userid: string,
  given: { role: Role; deptIds?: number[] },
): Promise<Admin> {
  const { scope, deps } = ctx
  if (ctx.self.role !== 'main') throw new AppError('permission.denied')
  const before = found(
    await scope.one<{ role: Role }>(
      sql`select role from members where org_id = ${scope.orgId} and userid = ${userid} for update`,
    ),
  )
  if (before.role === 'main' && given.role !== 'main') await requireAnotherMainAdmin(ctx, userid)
  const deptIds = given.role === 'sub' ? (given.deptIds ?? []) : []
  const row = await scope.one<Admin>(sql`
    update members set role = ${given.role}, updated_at = ${ctx.now},
      admin_depts = coalesce((select array_agg(dept_id) from departments
        where org_id = ${scope.orgId} and dept_id = any(${array(deptIds)}::int[])), '{}')
    where org_id = ${scope.orgId} and userid = ${userid}
    returning userid, name, role, admin_depts as "deptIds"`)
  // Who is admin again one day sets another: so a second main admin helps one who forgot his.
  if (given.role === 'none')
    await scope.run(sql`delete from admin_passwords where org_id = ${scope.orgId} and userid = ${userid}`)
  await emitMembers(scope, deps, { userids: [userid], action: 'user_role_change' })
  await emitAdminScopeChange(scope, deps)
  await notifyMembers(scope, [userid], { type: 'orgs', orgId: scope.orgId })
  return found(row)
}
