import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import formbody from '@fastify/formbody'
import helmet from '@fastify/helmet'
import multipart from '@fastify/multipart'
import { sql } from 'drizzle-orm'
import Fastify, { LogController, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { accountRoutes } from './accounts/accounts.routes.ts'
import { appRoutes } from './apps/apps.routes.ts'
import { appOrigins } from './apps/app-site.ts'
import { certificationRoutes } from './certification/certification.routes.ts'
import type { Config } from './config.ts'
import type { SteeredClock } from './clock.ts'
import { containerRoutes } from './container/container.routes.ts'
import type { Deps } from './deps.ts'
import { directoryRoutes } from './directory/directory.routes.ts'
import { AppError } from './errors.ts'
import { eventRoutes } from './events/stream.ts'
import { clientFiles } from './http/client-files.ts'
import { handleProblems, sendProblem } from './http/problems.ts'
import { rateLimits } from './http/rate-limits.ts'
import { validatorCompiler } from './http/validation.ts'
import { importRoutes } from './imports/imports.routes.ts'
import { groupRoutes } from './messages/groups.routes.ts'
import { messageRoutes } from './messages/messages.routes.ts'
import { clockRoutes } from './operator/clock.routes.ts'
import { operatorRoutes } from './operator/operator.routes.ts'
import { platformOperatorRoutes } from './operator/platform.routes.ts'
import { teamInvitationRoutes } from './orgs/team-invitations.routes.ts'
import { orgRoutes } from './orgs/orgs.routes.ts'
import { contactRoutes } from './platform/contacts.routes.ts'
import { platformMediaRoutes } from './platform/media.routes.ts'
import { personalConsentRoutes } from './platform/personal-consents.ts'
import { robotRoutes } from './platform/robot.routes.ts'
import { roleRoutes } from './platform/roles.routes.ts'
import { searchRoutes } from './platform/search.routes.ts'
import { platformMessageRoutes } from './platform/messages.routes.ts'
import { oauthRoutes } from './platform/oauth.routes.ts'
import { suiteRoutes } from './suites/suites.routes.ts'
import { serviceRoutes } from './platform/service.routes.ts'
import { ssoRoutes } from './platform/sso.routes.ts'
import { platformTodoRoutes } from './platform/todos.routes.ts'
import { webSignInRoutes } from './platform/web-sign-in.ts'
import { streamRoutes } from './pushes/stream.routes.ts'
import { shimRoutes } from './shim/shim.routes.ts'
import { todoRoutes } from './todos/todos.routes.ts'

/** The workplace's HTTP side, with everything it needs given; never listens by itself. */
export async function buildApp(deps: Deps & { clock: SteeredClock }): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: deps.log,
    logController: new LogController({ disableRequestLogging: true }), // URLs carry codes; see logRequests
    genReqId: () => randomUUID(),
    bodyLimit: 1024 * 1024,
    trustProxy: [...deps.config.trustProxy],
    forceCloseConnections: 'idle',
  })
  app.decorate('deps', deps)
  app.setValidatorCompiler(validatorCompiler)
  handleProblems(app)
  logRequests(app)
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: contentPolicy(deps.config) },
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'strict-origin-when-cross-origin' }, // framed mini-apps learn who frames them
    strictTransportSecurity: deps.config.publicUrl.startsWith('https:'),
    crossOriginEmbedderPolicy: false,
  })
  app.addHook('onRequest', async (_request, reply) => {
    // Apps in the frame are given neither: they ask the workplace, which asks the person.
    void reply.header('permissions-policy', 'camera=(self), geolocation=(self), microphone=()')
  })
  await app.register(formbody)
  await app.register(multipart)
  await app.register(rateLimits, deps.config.requestLimits)

  accountRoutes(app)
  orgRoutes(app)
  certificationRoutes(app)
  teamInvitationRoutes(app)
  directoryRoutes(app)
  importRoutes(app)
  messageRoutes(app)
  groupRoutes(app)
  await eventRoutes(app)
  todoRoutes(app)
  webSignInRoutes(app)
  personalConsentRoutes(app)
  appRoutes(app)
  containerRoutes(app)
  operatorRoutes(app)
  suiteRoutes(app)
  platformOperatorRoutes(app)

  serviceRoutes(app)
  contactRoutes(app)
  roleRoutes(app)
  searchRoutes(app)
  platformMessageRoutes(app)
  robotRoutes(app)
  streamRoutes(app)
  platformMediaRoutes(app)
  oauthRoutes(app)
  ssoRoutes(app)
  platformTodoRoutes(app)

  await shimRoutes(app)
  if (deps.config.isTestMode) clockRoutes(app, deps.clock)
  healthRoutes(app)
  await clientFiles(app, deps.config.staticDir, answerUnknown)
  return app
}

/** Scripts of our own only; frames of the installed suites only; framed by nobody (S-71, S-72). */
const contentPolicy = ({ suites }: Config) => ({
  'default-src': ["'none'"],
  'script-src': ["'self'", "'wasm-unsafe-eval'"], // the QR reader is WebAssembly
  'style-src': ["'self'"],
  'img-src': ["'self'", 'data:', 'blob:', 'http:', 'https:'], // cards show pictures of their senders
  'font-src': ["'self'", 'data:'],
  'media-src': ["'self'", 'blob:'],
  'worker-src': ["'self'", 'blob:'],
  'connect-src': ["'self'"],
  'frame-src': [(request: IncomingMessage) => appOrigins(suites, request.headers.host).join(' ') || "'none'"],
  'frame-ancestors': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'self'"],
  'object-src': ["'none'"],
})

/** The route's pattern, never the URL: those hold codes, tokens and phone numbers. */
function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request
    const line = {
      method,
      route: routeOptions.url ?? 'none',
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    }
    request.log.debug(line, 'answered')
  })
  app.addHook('onSend', async (request, reply) => {
    void reply.header('x-request-id', request.id)
    if (request.url.startsWith('/client-api/') && !reply.hasHeader('cache-control'))
      void reply.header('cache-control', 'no-store')
  })
}

function healthRoutes(app: FastifyInstance): void {
  app.get('/healthz', async () => ({ status: 'ok' }))
  app.get('/readyz', async (_request, reply) => {
    try {
      await app.deps.db.one(sql`select 1`)
      return { status: 'ready' }
    } catch {
      return reply.code(503).send({ status: 'database unreachable' })
    }
  })
}

function answerUnknown(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = request.url.split('?', 1)[0] ?? ''
  if (path.startsWith('/oapi/')) {
    const wanted = request.method === 'GET' ? 'POST' : 'GET'
    if (request.server.hasRoute({ url: path, method: wanted }))
      return reply.send({
        errcode: wanted === 'GET' ? 43001 : 43002,
        errmsg: `需要${wanted}请求`,
        request_id: randomUUID(),
      })
    const name = `dingtalk.oapi.${path.replace(/^\/oapi\/(topapi\/)?/, '').replaceAll('/', '.')}`
    const sub_msg = `不合法ApiName，ApiName = ${name}`
    return reply.send({
      errcode: 22,
      errmsg: `Invalid method[${sub_msg}]`,
      sub_msg,
      request_id: randomUUID(),
    })
  }
  // Without a version the platform behind api.dingtalk.com is not reached at all.
  if (path.startsWith('/openapi/') && !/^\/openapi\/v\d/.test(path))
    return reply.code(404).send({ errcode: 404, errmsg: '请求的URI地址不存在', request_id: randomUUID() })
  if (path.startsWith('/openapi/'))
    return reply.code(404).send({
      code: 'InvalidAction.NotFound',
      requestid: randomUUID(),
      message: 'Specified api is not found',
    })
  return sendProblem(request, reply, new AppError('resource.missing'))
}
