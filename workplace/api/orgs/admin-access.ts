import { hash, verify } from '@node-rs/argon2'
import { sql } from 'drizzle-orm'
import type { Role } from '../../contracts/accounts.ts'
import type { Admin, AdminAccess } from '../../contracts/orgs.ts'
import { addSeconds } from '../clock.ts'
import { array } from '../db/database.ts'
import { requireAnotherMainAdmin } from '../directory/members.service.ts'
import { AppError, found } from '../errors.ts'
import { notifyMembers } from '../events/notify.ts'
import type { MemberCtx, OrgCtx } from '../http/context.ts'
import { emitAdminScopeChange } from '../apps/pushes.ts'
import { emitMembers } from '../pushes/emit.ts'

const elevationSeconds = 30 * 60
const failuresBeforeLock = 5
const lockSeconds = 15 * 60

/** Z-03: at least 6 characters with a digit, a lower-case and an upper-case letter. */
export const isStrongEnough = (password: string): boolean =>
  password.length >= 6 && /[0-9]/.test(password) && /[a-z]/.test(password) && /[A-Z]/.test(password)

export async function get({ scope, self, sessionId, now }: OrgCtx): Promise<AdminAccess> {
  const row = await scope.one<{ has_password: boolean; until: Date | null }>(sql`
    select exists (select 1 from admin_passwords where org_id = ${scope.orgId} and userid = ${self.userid}) as has_password,
      (select until from admin_elevations
        where org_id = ${scope.orgId} and session_id = ${sessionId} and until > ${now}) as until`)
  return { hasPassword: row?.has_password ?? false, elevatedUntil: row?.until?.toISOString() ?? null }
}

export async function setPassword(ctx: MemberCtx, password: string): Promise<AdminAccess> {
  if (!isStrongEnough(password)) throw new AppError('admin.password-weak')
  const digest = await hash(password)
  return ctx.inOrg(async (scope) => {
    const added = await scope.run(sql`insert into admin_passwords (org_id, userid, hash)
      values (${scope.orgId}, ${ctx.self.userid}, ${digest}) on conflict do nothing`)
    if (added === 0) throw new AppError('admin.password-set')
    return open({ ...ctx, scope })
  })
}

export async function elevate(ctx: MemberCtx, password: string): Promise<AdminAccess> {
  const { self, now } = ctx
  const row = await ctx.inOrg((scope) =>
    scope.one<{ hash: string; locked_until: Date | null }>(sql`
      select hash, locked_until from admin_passwords where org_id = ${scope.orgId} and userid = ${self.userid}`),
  )
  if (!row) throw new AppError('admin.password-unset')
  if (row.locked_until && row.locked_until > now) throw new AppError('rate.limited')
  const isRight = await verify(row.hash, password)
  const access = await ctx.inOrg(async (scope) => {
    if (isRight) {
      await scope.run(sql`update admin_passwords set failures = 0, locked_until = null
        where org_id = ${scope.orgId} and userid = ${self.userid}`)
      return open({ ...ctx, scope })
    }
    await scope.run(sql`
      update admin_passwords set failures = (failures + 1) % ${failuresBeforeLock},
        locked_until = case when failures + 1 >= ${failuresBeforeLock} then ${addSeconds(now, lockSeconds)}::timestamptz end
      where org_id = ${scope.orgId} and userid = ${self.userid}`)
    return null
  })
  if (!access) throw new AppError('admin.password-wrong')
  return access
}

async function open(ctx: OrgCtx): Promise<AdminAccess> {
  await ctx.scope.run(sql`insert into admin_elevations (org_id, session_id, until)
    values (${ctx.orgId}, ${ctx.sessionId}, ${addSeconds(ctx.now, elevationSeconds)})
    on conflict (org_id, session_id) do update set until = excluded.until`)
  return get(ctx)
}

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
  await emitMembers(scope, deps, { userids: [userid], action: 'user_role_change' })
  await emitAdminScopeChange(scope, deps)
  await notifyMembers(scope, [userid], { type: 'orgs', orgId: scope.orgId })
  return found(row)
}
