import { setTimeout as sleep } from 'node:timers/promises'
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Deps } from '../deps.ts'
import { PlatformError, TokenError } from './errors.ts'

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
  method: 'GET' | 'POST',
  path: string,
  handler: PlatformHandler,
): void {
  app.route({
    method,
    url: `/openapi${path}`,
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

const isForm = (request: FastifyRequest): boolean =>
  (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')

function refuseOapi(
  request: FastifyRequest,
  reply: FastifyReply,
  { path, error }: { path: string; error: unknown },
): FastifyReply {
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
  const refusal = error instanceof PlatformError ? error : unexpected(request, error)
  const { status, code } = refusal.api
  return reply.code(status).send({ code, requestid: randomUUID(), message: refusal.message })
}

function unexpected(request: FastifyRequest, error: unknown): PlatformError {
  request.log.error({ err: error }, 'open platform call failed')
  return new PlatformError(-1, '系统繁忙', { status: 500, code: 'ServiceUnavailable' })
}

/** The gate before every call: faults switched on for a test, then the rate of this app and API. */
async function admit(
  deps: Deps,
  call: { path: string; token: string; request: FastifyRequest },
): Promise<void> {
  const fault = deps.switches.calls.find(({ path, times }) => times > 0 && call.path.startsWith(path))
  if (fault) {
    fault.times -= 1
    if (fault.kind === 'busy')
      throw new PlatformError(-1, '系统繁忙', { status: 503, code: 'ServiceUnavailable' })
    if (fault.kind === 'qps') throw overRate()
    if (fault.kind === 'bad-token') throw new TokenError(40014, '不合法的access_token')
    if (fault.kind === 'slow') await sleep(fault.delayMs ?? 5000)
    if (fault.kind === 'drop') call.request.raw.socket.destroy()
  }
  const limit = deps.switches.qpsLimit ?? deps.config.limits.qps
  if (limit > 0 && call.token && isOverRate(`${call.token}:${call.path}`, limit)) throw overRate()
}

const overRate = (): PlatformError =>
  new PlatformError(90018, '您的服务器调用钉钉开放平台当前接口的所有请求都被暂时禁用了', {
    status: 403,
    code: 'Forbidden.AccessDenied.QpsLimitForAppkeyAndApi',
  })

const windows = new Map<string, { second: number; calls: number }>()

/** Real seconds, not the steered clock: the limit protects this process. */
function isOverRate(key: string, limit: number): boolean {
  const second = Math.floor(Date.now() / 1000)
  const window = windows.get(key)
  if (window?.second === second) {
    window.calls += 1
    return window.calls > limit
  }
  if (windows.size > 10_000) windows.clear()
  windows.set(key, { second, calls: 1 })
  return false
}

export const textOf = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : ''
