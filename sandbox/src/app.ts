import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import type { Deps } from './deps.ts'
import { clockRoutes } from './clock.routes.ts'
import { behaviourSwitch } from './government/behaviour.ts'
import { governmentDesk, governmentReceiver } from './government/government.routes.ts'
import { mailInbox } from './mail/mail.routes.ts'
import { assetRoutes } from './pages/assets.ts'
import { homePage } from './pages/home.ts'
import { sendProblem } from './problem.ts'
import { smsPhone, smsReceiver } from './sms/sms.routes.ts'
import { webhookDesk, webhookReceiver } from './webhooks/webhooks.routes.ts'

/** Everything the sandbox serves; never listens. */
export async function buildApp(deps: Deps, logger?: FastifyBaseLogger): Promise<FastifyInstance> {
  const app = Fastify({
    ...(logger ? { loggerInstance: logger } : {}),
    // The default request log holds addresses with phone numbers in them; ours names the route only.
    logController: new LogController({ disableRequestLogging: true }),
    ajv: { customOptions: { removeAdditional: false } },
    forceCloseConnections: true,
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown'
    request.log.info({
      method: request.method,
      route,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    })
  })
  app.addHook('onRequest', async (request, reply) => {
    // Another site open in the same browser must not press the buttons.
    if (request.method !== 'GET' && request.headers['sec-fetch-site'] === 'cross-site') {
      return sendProblem(reply, { status: 403, code: 'origin.foreign', title: 'Not from another site' })
    }
    reply.header('x-content-type-options', 'nosniff')
    reply.header('referrer-policy', 'no-referrer')
    reply.header(
      'content-security-policy',
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'",
    )
    return undefined
  })
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500
    if (status >= 500) request.log.error({ err: error }, 'request failed')
    return sendProblem(
      reply,
      status >= 500
        ? { status: 500, code: 'server.failed', title: 'Something went wrong' }
        : { status, code: 'request.invalid', title: error.message },
    )
  })
  app.setNotFoundHandler((_request, reply) =>
    sendProblem(reply, { status: 404, code: 'route.missing', title: 'No such address' }),
  )

  const behaviour = behaviourSwitch(deps.clock)
  await app.register(healthRoutes(deps))
  await app.register(clockRoutes(deps))
  await app.register(assetRoutes)
  await app.register(homePage)
  await app.register(governmentReceiver(deps, behaviour))
  await app.register(governmentDesk(deps, behaviour))
  await app.register(smsReceiver(deps))
  await app.register(smsPhone(deps))
  await app.register(mailInbox(deps))
  await app.register(webhookReceiver(deps))
  await app.register(webhookDesk(deps))
  app.addHook('preClose', async () => deps.live.closeAll())
  return app
}

function healthRoutes(deps: Deps) {
  return async (app: FastifyInstance): Promise<void> => {
    app.get('/healthz', async () => ({ status: 'ok' }))
    app.get('/readyz', async (_request, reply) => {
      try {
        await deps.database.query('select')
        return { status: 'ready' }
      } catch {
        return sendProblem(reply, {
          status: 503,
          code: 'database.unreachable',
          title: 'The database does not answer',
        })
      }
    })
  }
}
