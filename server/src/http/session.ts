import fastifyJwt from '@fastify/jwt'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { may, roles, type Permission, type Role } from '@kangbao/shared/contracts/permissions.ts'
import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import type { Caller } from './context.ts'
import type { RouteOptions } from './route.ts'

interface Claims {
  readonly sub: string
  readonly org?: string
  readonly role: Role
  readonly guest?: true
  /** Seconds since 1970, by our clock. */
  readonly exp: number
}

declare module '@fastify/jwt' {
  interface FastifyJWT {
    payload: Claims
    user: Claims
  }
}

export const sessionSeconds = 2 * 3600

export const sessionPlugin = fp(async (app, deps: Deps) => {
  await app.register(fastifyJwt, {
    secret: deps.config.JWT_SECRET,
    sign: { algorithm: 'HS256', iss: 'kangbao' },
    verify: { algorithms: ['HS256'], allowedIss: 'kangbao' },
  })
})

/** A bearer token for a caller, good for `sessionSeconds` from now by our clock. */
export function issueToken(request: FastifyRequest, caller: Caller, deps: Pick<Deps, 'clock'>) {
  const expiresAtMs = deps.clock.now() + sessionSeconds * 1000
  const claims: Claims =
    caller.kind === 'operator'
      ? { sub: 'operator', role: 'operator', exp: Math.floor(expiresAtMs / 1000) }
      : {
          sub: caller.memberId,
          org: caller.orgId,
          role: caller.role,
          exp: Math.floor(expiresAtMs / 1000),
          ...(caller.isGuest ? { guest: true } : {}),
        }
  return { token: request.server.jwt.sign(claims), expiresAt: new Date(expiresAtMs).toISOString() }
}

/**
 * Reads the caller from the bearer token and checks what the route asks for.
 * @throws AppError `session.missing`, `session.expired`, `permission.missing`.
 */
export async function authorise(
  request: FastifyRequest,
  permission: Permission,
  deps: Deps,
  alsoFor?: RouteOptions['alsoFor'],
): Promise<Caller | null> {
  if (permission === 'public') return null
  const caller = readCaller(request, deps)
  const role = caller.kind === 'operator' ? 'operator' : caller.role
  if (may(role, permission)) return caller
  if (caller.kind === 'member' && (await alsoFor?.(caller, request, deps))) return caller
  throw new AppError('permission.missing', { permission })
}

function readCaller(request: FastifyRequest, deps: Deps): Caller {
  const header = request.headers.authorization
  if (!header?.startsWith('Bearer ')) throw new AppError('session.missing')
  const claims = verified(request, header.slice(7))
  if (claims.exp * 1000 <= deps.clock.now()) throw new AppError('session.expired')
  if (claims.role === 'operator') return { kind: 'operator' }
  if (!claims.org || !roles.includes(claims.role)) throw new AppError('session.missing')
  return {
    kind: 'member',
    orgId: claims.org,
    memberId: claims.sub,
    role: claims.role,
    isGuest: claims.guest === true,
  }
}

function verified(request: FastifyRequest, token: string): Claims {
  try {
    // Expiry is judged by our own clock, which tests move; the library would use the machine's.
    return request.server.jwt.verify<Claims>(token, { ignoreExpiration: true })
  } catch (cause) {
    throw new AppError('session.missing', {}, { cause })
  }
}
