import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import * as accounts from '../../contracts/accounts.ts'
import * as security from '../../contracts/account-security.ts'
import { signInOperator } from '../../contracts/operator-access.ts'
import { clientApiPrefix } from '../../contracts/contract.ts'
import { AppError } from '../errors.ts'
import { digest } from '../crypto/secrets.ts'
import { bearerOf } from './access.ts'

/** Requests a minute; 0 is no limit. */
export interface RequestLimits {
  /** Of one signed-in session. */
  perSession: number
  /** Of one address, signed out: a whole office may stand behind it. */
  perAddress: number
  /** Of one address at a route that sends or tries an SMS code, or tries a password. */
  smsPerAddress: number
}

const smsRoutes = new Set(
  [
    accounts.requestSmsCode,
    accounts.signIn,
    security.signInByPassword,
    security.resetPassword,
    signInOperator,
  ].map(({ path }) => clientApiPrefix + path),
)
const unlimited = Number.MAX_SAFE_INTEGER
const keptKeys = 50_000

/** Limits the client API; the open platform has limits of its own, told in its own words. */
export const rateLimits = fp(async (app: FastifyInstance, limits: RequestLimits) => {
  await app.register(rateLimit, {
    cache: keptKeys,
    timeWindow: 60_000,
    allowList: ({ url }) => !url.startsWith(`${clientApiPrefix}/`),
    keyGenerator: keyOf,
    max: (request) => mostFor(request, limits) || unlimited,
    errorResponseBuilder: (_request, { ttl }) =>
      new AppError('rate.limited', { retryAfterSeconds: Math.max(1, Math.ceil(ttl / 1000)) }),
  })
})

const routeOf = (request: FastifyRequest) => request.routeOptions.url ?? ''

/** A made-up bearer buys nothing where codes are sent: there only the address counts. */
function keyOf(request: FastifyRequest): string {
  if (smsRoutes.has(routeOf(request))) return `sms ${routeOf(request)} ${request.ip}`
  const token = bearerOf(request)
  return token ? `session ${digest(token)}` : `address ${request.ip}`
}

function mostFor(request: FastifyRequest, limits: RequestLimits): number {
  if (smsRoutes.has(routeOf(request))) return limits.smsPerAddress
  return bearerOf(request) ? limits.perSession : limits.perAddress
}
