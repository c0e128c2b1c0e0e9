import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Contract } from '@kangbao/shared/contracts/contract.ts'
import { may } from '@kangbao/shared/contracts/permissions.ts'
import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import { callerByApiToken, isApiToken } from './api-token-door.ts'
import type { Caller } from './context.ts'
import type { RouteOptions } from './route.ts'
import { tokenSeconds } from './sign-in-guard.ts'
import type { Claims } from './tokens.ts'

/** A second proof opens sensitive acts for this long (S-22). */
export const proofSeconds = 300

/** Reads the keys before the first request is answered, and follows them while the server runs. */
export const sessionPlugin = fp(async (app, deps: Deps) => {
  // Without a database there is nothing to read yet: whoever starts the server reads them when there is.
  app.addHook('onReady', async () => {
    if (app.lifecycle.phase === 'serving') await deps.guard.start()
  })
  app.addHook('onClose', () => deps.guard.close())
})

/** A bearer token for a caller, good for ten minutes from now by our clock (S-13: at most 15). */
export function issueToken(caller: Caller, { clock, guard }: Pick<Deps, 'clock' | 'guard'>) {
  const now = Math.floor(clock.now() / 1000)
  const exp = now + tokenSeconds
  const claims: Claims = {
    ...subjectOf(caller),
    sid: caller.sessionId,
    iat: now,
    nbf: now,
    exp,
    ...(caller.provedAt === null ? {} : { prf: Math.floor(caller.provedAt / 1000) }),
  }
  return { token: guard.sign(claims), expiresAt: new Date(exp * 1000).toISOString() }
}

function subjectOf(caller: Caller): Pick<Claims, 'sub' | 'org' | 'role' | 'guest'> {
  if (caller.kind === 'operator') return { sub: 'operator', role: 'operator' }
  if (caller.kind === 'viewer') return { sub: caller.viewerId, role: 'viewer' }
  const { memberId, orgId, role, isGuest } = caller
  return { sub: memberId, org: orgId, role, ...(isGuest ? { guest: true } : {}) }
}

/**
 * Reads the caller from the bearer token and checks what the route asks for, a fresh second proof included.
 * @throws AppError `session.missing`, `session.expired`, `token.invalid`, `token.scope-missing`, `permission.missing`,
 *   `step-up.needed`.
 */
export async function authorise(
  request: FastifyRequest,
  { permission, scope, stepUp }: Pick<Contract, 'permission' | 'scope' | 'stepUp'>,
  deps: Deps,
  alsoFor?: RouteOptions['alsoFor'],
): Promise<Caller | null> {
  if (permission === 'public') return null
  const caller = await readCaller(request, deps)
  const { apiToken } = caller.kind === 'member' ? caller : {}
  if (apiToken && (!scope || !apiToken.scopes.includes(scope)))
    throw new AppError('token.scope-missing', { scope: scope ?? null })
  const role = caller.kind === 'member' ? caller.role : caller.kind
  const isAllowed =
    may(role, permission) || (caller.kind === 'member' && (await alsoFor?.(caller, request, deps)))
  if (!isAllowed) throw new AppError('permission.missing', { permission })
  if (stepUp && !isProved(caller, deps)) throw new AppError('step-up.needed')
  return caller
}

/** Whether the caller has proved himself a second time within the last five minutes. */
export function isProved({ provedAt }: Caller, { clock }: Pick<Deps, 'clock'>): boolean {
  return provedAt !== null && clock.now() - provedAt < proofSeconds * 1000
}

async function readCaller(request: FastifyRequest, deps: Deps): Promise<Caller> {
  const header = request.headers.authorization
  if (!header?.startsWith('Bearer ')) throw new AppError('session.missing')
  const bearer = header.slice(7)
  if (isApiToken(bearer)) return callerByApiToken(request, bearer, deps)
  const claims = deps.guard.judge(bearer)
  const common = { sessionId: claims.sid, provedAt: claims.prf === undefined ? null : claims.prf * 1000 }
  if (claims.role === 'viewer') return { kind: 'viewer', viewerId: claims.sub, ...common }
  if (claims.org === undefined) return { kind: 'operator', ...common }
  return {
    kind: 'member',
    orgId: claims.org,
    memberId: claims.sub,
    role: claims.role,
    isGuest: claims.guest === true,
    ...common,
  }
}
