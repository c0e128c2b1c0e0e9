import type { FastifyInstance } from 'fastify'
import { expect } from 'vitest'
import { urlOf } from '@kangbao/shared/contracts/client.ts'
import type { Contract, InputOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import { apiPrefix } from '../src/http/route.ts'
import { scanReply } from './response-scan.ts'
import type { TestServer } from './server.ts'
import { until } from './until.ts'

export interface CallOptions {
  readonly token?: string | undefined
  readonly ip?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
}

/** One call of the API by whoever has the token, or by nobody in particular. */
export async function callApi<C extends Contract>(
  app: FastifyInstance,
  contract: C,
  input: InputOf<C>,
  { token, ip, headers }: CallOptions = {},
) {
  const { params, query, body }: { params?: unknown; query?: unknown; body?: unknown } = input
  const response = await app.inject({
    method: contract.method,
    url: urlOf(apiPrefix, contract.path, asRecord(params), asRecord(query)),
    headers: { ...headers, ...(token ? { authorization: `Bearer ${token}` } : {}) },
    ...(ip === undefined ? {} : { remoteAddress: ip }),
    ...(body === undefined ? {} : { payload: asRecord(body) ?? {} }),
  })
  scanReply(contract, response.body)
  return {
    status: response.statusCode,
    headers: response.headers,
    body: response.json<ResponseOf<C>>(),
    code: response.json<{ code?: string }>().code,
  }
}

export function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? { ...value } : undefined
}

/** Addresses, each once: limits by address do not add up over calls. */
export function addresses(): () => string {
  let last = 0
  return () => {
    last += 1
    return `198.51.${Math.floor(last / 250)}.${last % 250}`
  }
}

/** Phone numbers after the first, far apart: those that share seven digits share a budget. */
export function phonesAfter(first: number): () => string {
  let last = first
  return () => String((last += 10_007))
}

/** Asks for a code, and reads it on the phone: the text goes out after the answer. */
export async function codeAfter<R extends { status: number }>(
  server: TestServer,
  phone: string,
  ask: () => Promise<R>,
): Promise<{ readonly reply: R; readonly code: string }> {
  const texts = () => server.ports.texts.filter(({ to }) => to === phone)
  const before = texts().length
  const reply = await ask()
  expect(reply.status).toBe(200)
  const sent = await until(texts, (list) => list.length > before)
  return { reply, code: sent.at(-1)?.params['code'] ?? '' }
}
