import { sql } from 'drizzle-orm'
import type { FastifyRequest } from 'fastify'
import type { Role } from '../../contracts/accounts.ts'
import type { Permission } from '../../contracts/contract.ts'
import { addSeconds } from '../clock.ts'
import { digest, equalInConstantTime } from '../crypto/secrets.ts'
import { array, type OrgScope } from '../db/database.ts'
import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import { isDissolved } from '../orgs/living.ts'
import type { Self } from './context.ts'

/** People read it as "five minutes ago": a write at every request would buy nothing. */
const seenEverySeconds = 300

export const bearerOf = (request: FastifyRequest): string | null =>
  /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null

/** Who holds the bearer token of this request. */
export async function readSession(
  deps: Deps,
  request: FastifyRequest,
): Promise<{ personId: string; sessionId: string }> {
  const token = bearerOf(request)
  if (!token) throw new AppError('session.missing')
  const session = await deps.db.one<{
    id: string
    person_id: string
    expires_at: Date
    last_seen_at: Date | null
  }>(sql`select id, person_id, expires_at, last_seen_at from sessions where token_hash = ${digest(token)}`)
  const now = deps.clock.now()
  if (!session || session.expires_at <= now) throw new AppError('session.expired')
  if (session.last_seen_at === null || session.last_seen_at < addSeconds(now, -seenEverySeconds))
    await deps.db.run(sql`update sessions set last_seen_at = ${now} where id = ${session.id}`)
  return { personId: session.person_id, sessionId: session.id }
}

/** Whether the request holds the configured token; in test mode everybody does. */
export function isOperator({ config }: Deps, request: FastifyRequest): boolean {
  const token = bearerOf(request)
  if (config.operatorToken && token && equalInConstantTime(token, config.operatorToken)) return true
  return config.isTestMode
}

/** The caller as a member of this org; an org one is not in does not exist, and one that is gone says so. */
export async function readSelf(scope: OrgScope, personId: string): Promise<Self> {
  const row = await scope.one<{ userid: string; name: string; role: Role; admin_depts: number[] }>(
    sql`select userid, name, role, admin_depts from members
        where org_id = ${scope.orgId} and person_id = ${personId}`,
  )
  if (!row) throw new AppError((await isDissolved(scope)) ? 'org.dissolved' : 'resource.missing')
  return { userid: row.userid, name: row.name, role: row.role, adminDepts: row.admin_depts }
}

export async function requirePermission(
  scope: OrgScope,
  who: { permission: Permission; self: Self; sessionId: string; now: Date },
): Promise<void> {
  const { permission, self } = who
  if (permission === 'member') return
  const isForMain = permission === 'main-admin' || permission === 'main-elevated'
  if (self.role === 'none' || (isForMain && self.role !== 'main')) throw new AppError('permission.denied')
  if (permission !== 'elevated' && permission !== 'main-elevated') return
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
