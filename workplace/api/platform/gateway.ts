import { randomUUID } from 'node:crypto'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Deps } from '../deps.ts'
import { PlatformError, TokenError, unfitValue } from './errors.ts'
import { admit, GatewayBan } from './gate.ts'

/** Values of a call as text, from query or body, whatever they came as. */
export type Fields = Record<string, unknown>

export interface Call {
  deps: Deps
  query: Record<string, string>
  body: Fields
  /** access_token of oapi, or the x-acs-dingtalk-access-token header of api. */
  token: string
  params: Record<string, string>
  request: FastifyRequest
}

export type PlatformHandler = (call: Call) => Promise<Record<string, unknown>>

const recordOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {}

const textsOf = (value: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(recordOf(value)).map(([key, field]) => [key, String(field)]))

/** `oapi.dingtalk.com`: HTTP 200 always, failure in errcode. */
export function oapi(
  app: FastifyInstance,
  method: 'GET' | 'POST',
  path: string,
  handler: PlatformHandler,
): void {
  app.route({
    method,
    url: `/oapi${path}`,
    onRequest: forgetEmptyBody,
    errorHandler: (error, request, reply) => refuseOapi(request, reply, { path, error: unreadable(error) }),
    handler: async (request, reply) => {
      const query = textsOf(request.query)
      const body = recordOf(request.body)
      const token = query['access_token'] ?? (isForm(request) ? textOf(body['access_token']) : '')
      try {
        await admit(app.deps, { path, token, request })
        const result = await handler({
          deps: app.deps,
          query,
          body,
          token,
          params: textsOf(request.params),
          request,
        })
        return await reply.send({ errcode: 0, errmsg: 'ok', ...result, request_id: randomUUID() })
      } catch (error) {
        return refuseOapi(request, reply, { path, error })
      }
    },
  })
}

/** `api.dingtalk.com`: 4xx with a code. */
export function openapi(
  app: FastifyInstance,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  handler: PlatformHandler,
): void {
  app.route({
    method,
    url: `/openapi${path}`,
    onRequest: forgetEmptyBody,
    errorHandler: (error, request, reply) => refuseOpenapi(request, reply, unreadable(error)),
    handler: async (request, reply) => {
      const header = request.headers['x-acs-dingtalk-access-token']
      const token = typeof header === 'string' ? header : ''
      try {
        await admit(app.deps, { path, token, request })
        const call = { deps: app.deps, query: textsOf(request.query), body: recordOf(request.body), token }
        return await reply.send(await handler({ ...call, params: textsOf(request.params), request }))
      } catch (error) {
        return refuseOpenapi(request, reply, error)
      }
    },
  })
}

/** Calls without parameters often come as JSON of no length. */
async function forgetEmptyBody({ headers }: FastifyRequest): Promise<void> {
  if (headers['content-length'] === '0') delete headers['content-type']
}

/** A body that could not be read is refused in the platform's own words too. */
function unreadable(error: FastifyError): Error {
  const status = error.statusCode ?? 500
  if (status >= 500) return error
  if (status === 415)
    return new PlatformError(43004, '无效的HTTP HEADER Content-Type', { status, code: 'param.error' })
  return new PlatformError(43009, '请求内容不是合法的JSON', { status, code: 'param.error' })
}

const isForm = (request: FastifyRequest): boolean =>
  (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')

function refuseOapi(
  request: FastifyRequest,
  reply: FastifyReply,
  { path, error }: { path: string; error: unknown },
): FastifyReply {
  if (error instanceof GatewayBan) return ban(reply, error)
  const refusal = error instanceof PlatformError ? error : unexpected(request, error)
  const request_id = randomUUID()
  const isWrapped =
    (refusal instanceof TokenError && path.startsWith('/topapi/')) || refusal.errcode === 90018
  if (!isWrapped) return reply.send({ errcode: refusal.errcode, errmsg: refusal.message, request_id })
  const sub_code = String(refusal.errcode)
  const errmsg = `ding talk error[subcode=${sub_code},submsg=${refusal.message}]`
  return reply.send({ errcode: 88, sub_code, sub_msg: refusal.message, errmsg, request_id })
}

function refuseOpenapi(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  if (error instanceof GatewayBan) return ban(reply, error)
  const refusal = error instanceof PlatformError ? error : unexpected(request, error)
  const { status, code } = refusal.api
  return reply.code(status).send({ code, requestid: randomUUID(), message: refusal.message })
}

/** HTTP 200 and no error code, or a page: a client that only reads those takes it for an answer. */
function ban(reply: FastifyReply, { isPage }: GatewayBan): FastifyReply {
  const uuid = randomUUID().replaceAll('-', '')
  if (!isPage) return reply.send({ status: 1111, wait: 5, source: 'x5', punish: 'deny', uuid })
  const page = `<!doctype html><html><head><title>访问被拒绝</title></head><body>您的访问过于频繁，请稍后再试 (${uuid})</body></html>`
  return reply.type('text/html; charset=utf-8').send(page)
}

function unexpected(request: FastifyRequest, error: unknown): PlatformError {
  const unfit = unfitValue(error)
  if (unfit) return unfit
  request.log.error({ err: error }, 'open platform call failed')
  return new PlatformError(-1, '系统繁忙', { status: 500, code: 'ServiceUnavailable' })
}

export const textOf = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : ''
