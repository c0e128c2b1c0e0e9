import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { randomUUID } from 'node:crypto'
import { trustedProxies } from '@kangbao/shared/trusted-proxies.ts'
import { asInteractive } from './db/interactive.ts'
import type { Deps } from './deps.ts'
import { formsSharedWith } from './features/forms/index.ts'
import { features } from './features/index.ts'
import { clockRoutes } from './http/clock.routes.ts'
import { compilersFactory } from './http/compilers.ts'
import { healthRoutes } from './http/health.routes.ts'
import { lifecycle } from './http/lifecycle.ts'
import { liveRoutes } from './http/live.routes.ts'
import { metricsRoutes } from './http/metrics.routes.ts'
import { openApi, openApiPage } from './http/open-api.ts'
import { serverBehindDoor } from './http/door.ts'
import { noLoad, overload } from './http/overload.ts'
import { problemPlugin, refuseAddress } from './http/problem.ts'
import { refuseOddRequest } from './http/odd-requests.ts'
import { rateLimits } from './http/rate-limits.ts'
import { forbidUndeclaredRoutes } from './http/route.ts'
import { headersOf, securityHeaders } from './http/security-headers.ts'
import { securityText } from './http/security-text.routes.ts'
import { sessionPlugin } from './http/session.ts'
import { staticApps } from './http/static-apps.ts'

const bodyLimitBytes = 512 * 1024
const requestTimeoutMs = 30_000

/** The whole server, ready for `listen` or `inject`; it never listens itself. */
export async function buildApp(deps: Deps): Promise<FastifyInstance> {
  const closing = new AbortController()
  const loggerInstance: FastifyBaseLogger = deps.log
  const load = noLoad()
  const app = fastify({
    serverFactory: (handle) =>
      serverBehindDoor(handle, { load, headers: headersOf(deps.config), requestTimeoutMs }),
    loggerInstance,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    bodyLimit: bodyLimitBytes,
    // Unknown fields and wrong types are refused, not silently dropped or bent: a temperature stays a number. Addresses
    // know text only; route() reads their numbers.
    ajv: {
      customOptions: { removeAdditional: false, coerceTypes: false, allErrors: true, useDefaults: true },
    },
    schemaController: { compilersFactory },
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: refuseAddress,
    // A server that stops answers what it has taken, and what comes meanwhile on connections kept open.
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    // Addresses told by a proxy count only when that proxy is one of ours; a caller cannot choose his own (S-81).
    trustProxy: [...trustedProxies(deps.config.TRUST_PROXY ?? '')],
  })
  app.decorate('deps', deps)
  app.decorate('closing', closing.signal)
  app.decorateRequest('caller', null)
  app.addHook('onRequest', async ({ raw }) => refuseOddRequest(raw))
  app.addHook('onRequest', (_request, _reply, done) => asInteractive(done))
  app.addHook('preClose', async () => closing.abort())
  app.addHook('onResponse', (request, reply, done) => {
    // The route's pattern, not the address: an address may hold what should not be kept.
    const route = `${request.method} ${request.routeOptions.url ?? '-'}`
    request.log.info({ route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'request')
    done()
  })

  await app.register(problemPlugin)
  await app.register(securityHeaders, deps.config)
  await app.register(lifecycle)
  await app.register(overload, { load })
  await app.register(openApi)
  forbidUndeclaredRoutes(app)
  await app.register(openApiPage)
  await app.register(sessionPlugin, deps)
  await app.register(rateLimits, deps.config)
  await app.register(metricsRoutes)
  await app.register(healthRoutes)
  await app.register(securityText)
  await app.register(liveRoutes, { sharedForms: formsSharedWith })
  if (deps.config.CLOCK_CONTROL) await app.register(clockRoutes)
  for (const feature of features) await app.register(feature.routes)
  await app.register(staticApps)
  return app
}
