import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'

/** Requests a minute. A whole factory may stand behind one address in the morning, so addresses get room. */
const perMember = 300
const perAddress = 3_000
/** Where guessing or somebody's phone bill is at stake: per address and route. */
const perAddressAt: Readonly<Record<string, number>> = {
  '/api/sessions/auth-code': 1_200,
  '/api/sessions/sms-codes': 30,
  '/api/sessions/sms': 30,
  '/api/sessions/guest': 30,
  '/api/sessions/guest-codes': 30,
  '/api/sessions/renewal': 1_200,
  '/api/sessions/proof': 30,
  '/api/sessions/setup': 10,
}
const keptKeys = 100_000

/**
 * Limits every route registered after it: per member once the session is known, per address otherwise. Routes that
 * machines of the installation call opt out by `config.rateLimit: false`. Counted per process.
 */
export const rateLimits = fp(
  async (app: FastifyInstance, { RATE_LIMIT_SCALE }: Pick<Config, 'RATE_LIMIT_SCALE'>) => {
    await app.register(rateLimit, {
      global: true,
      cache: keptKeys,
      timeWindow: 60_000,
      keyGenerator: (request) => keyOf(request),
      max: (request) => mostFor(request) * RATE_LIMIT_SCALE,
      errorResponseBuilder: (_request, { ttl }) =>
        new AppError('rate.limited', { retryAfterS: Math.max(1, Math.ceil(ttl / 1000)) }),
    })
  },
)

/** The route's own check of the session ran before this, so the caller is known where there is one. */
function keyOf({ caller, ip, routeOptions }: FastifyRequest): string {
  if (caller?.kind === 'member') return `member ${caller.orgId} ${caller.memberId}`
  if (caller?.kind === 'operator') return 'operator'
  const route = routeOptions.url ?? ''
  return Object.hasOwn(perAddressAt, route) ? `${route} ${ip}` : ip
}

function mostFor({ caller, routeOptions }: FastifyRequest): number {
  if (caller) return perMember
  return perAddressAt[routeOptions.url ?? ''] ?? perAddress
}
