import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { RateClass } from '@kangbao/shared/contracts/rate-class.ts'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'

/**
 * Requests a minute of each class (S-81). A whole factory may stand behind one address in the morning, so addresses get
 * room; machines of the installation none of ours counts.
 */
const perMinute: Readonly<Record<RateClass, number>> = {
  member: 300,
  page: 3_000,
  'sign-in': 1_200,
  code: 30,
  'set-up': 10,
  machine: Number.MAX_SAFE_INTEGER,
}
/** Of each API token, whatever it calls. */
const tokenPerMinute = 600
/** Counted by route as well, so that one is no way around another. */
const byRoute: readonly RateClass[] = ['sign-in', 'code', 'set-up']
const keptKeys = 100_000

/** Limits every route registered after it by its class. Counted per process. */
export const rateLimits = fp(
  async (app: FastifyInstance, { RATE_LIMIT_SCALE }: Pick<Config, 'RATE_LIMIT_SCALE'>) => {
    await app.register(rateLimit, {
      global: true,
      cache: keptKeys,
      timeWindow: 60_000,
      allowList: (request) => classOf(request) === 'machine',
      keyGenerator: (request) => keyOf(request),
      max: (request) => mostOf(request) * RATE_LIMIT_SCALE,
      // `ratelimit-limit`, `-remaining` and `-reset`, as the draft of the IETF has them.
      enableDraftSpec: true,
      errorResponseBuilder: (_request, { ttl }) =>
        new AppError('rate.limited', { retryAfterS: Math.max(1, Math.ceil(ttl / 1000)) }),
    })
  },
)

/** An address nobody answers at is a page like any other. */
const classOf = ({ routeOptions }: FastifyRequest): RateClass => routeOptions.config.rate ?? 'page'

const mostOf = (request: FastifyRequest): number =>
  isByToken(request) ? tokenPerMinute : perMinute[classOf(request)]
const isByToken = ({ caller }: FastifyRequest) => caller?.kind === 'member' && caller.apiToken !== undefined

/** The route's own check of the session ran before this, so the caller is known where there is one. */
function keyOf(request: FastifyRequest): string {
  const { caller, ip, routeOptions } = request
  const route = byRoute.includes(classOf(request)) ? `${routeOptions.url ?? ''} ` : ''
  if (caller?.kind === 'member' && caller.apiToken) return `token ${caller.apiToken.id}`
  if (caller?.kind === 'member') return `${route}member ${caller.orgId} ${caller.memberId}`
  if (caller?.kind === 'viewer') return `${route}viewer ${caller.viewerId}`
  if (caller?.kind === 'operator') return `${route}operator`
  return `${route}${ip}`
}
