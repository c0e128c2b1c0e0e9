import { sql } from 'drizzle-orm'
import type { FastifyRequest } from 'fastify'
import type { Role } from '../../contracts/accounts.ts'
import type { Permission } from '../../contracts/contract.ts'
import { digest, equalInConstantTime } from '../crypto/secrets.ts'
import { array, type OrgScope } from '../db/database.ts'
import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import type { Self } from './context.ts'

export const bearerOf = (request: FastifyRequest): string | null =>
  /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null

/** Who holds the bearer token of this request. */
export async function readSession(
  deps: Deps,
  request: FastifyRequest,
): Promise<{ personId: string; sessionId: string }> {
  const token = bearerOf(request)
  if (!token) throw new AppError('session.missing')
  const session = await deps.db.one<{ id: string; person_id: string; expires_at: Date }>(
    sql`select id, person_id, expires_at from sessions where token_hash = ${digest(token)}`,
  )
  if (!session || session.expires_at <= deps.clock.now()) throw new AppError('session.expired')
  return { personId: session.person_id, sessionId: session.id }
}

/** The operator's token; in test mode the routes are open, so that a test run needs no secret. */
export function requireOperator(deps: Deps, request: FastifyRequest): void {
  if (isOperator(deps, request)) return
  throw new AppError(bearerOf(request) ? 'permission.denied' : 'session.missing')
}

export function isOperator({ config }: Deps, request: FastifyRequest): boolean {
  const token = bearerOf(request)
  if (config.operatorToken && token && equalInConstantTime(token, config.operatorToken)) return true
  return config.isTestMode
}

/** The caller as a member of this org; an org one is not in does not exist. */
export async function readSelf(scope: OrgScope, personId: string): Promise<Self> {
  const row = await scope.one<{ userid: string; name: string; role: Role; admin_depts: number[] }>(
    sql`select userid, name, role, admin_depts from members
        where org_id = ${scope.orgId} and person_id = ${personId}`,
  )
  if (!row) throw new AppError('resource.missing')
  return { userid: row.userid, name: row.name, role: row.role, adminDepts: row.admin_depts }
}

export async function requirePermission(
  scope: OrgScope,
  who: { permission: Permission; self: Self; sessionId: string; now: Date },
): Promise<void> {
  const { permission, self } = who
  if (permission === 'member') return
  if (self.role === 'none' || (permission === 'main-admin' && self.role !== 'main'))
    throw new AppError('permission.denied')
  if (permission !== 'elevated') return
  const elevation = await scope.one(
    sql`select 1 from admin_elevations
        where org_id = ${scope.orgId} and session_id = ${who.sessionId} and until > ${who.now}`,
  )
  if (!elevation) throw new AppError('admin.password-required')
}

/** A sub-admin acts only on departments he holds and what is below them (Z-07). */
export async function requireDepartments(
  scope: OrgScope,
  self: Self,
  deptIds: readonly number[],
): Promise<void> {
  if (self.role === 'main') return
  const row = await scope.one<{ inside: number }>(
    sql`select count(*) as inside from departments
        where org_id = ${scope.orgId} and dept_id = any(${array(deptIds)}::int[])
          and path && ${array(self.adminDepts)}::int[]`,
  )
  if (row?.inside !== new Set(deptIds).size) throw new AppError('department.outside')
}
