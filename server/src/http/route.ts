import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type, type TObject } from 'typebox'
import { Value } from 'typebox/value'
import {
  idempotencyHeader,
  idempotencyKeyPattern,
  type BodyOf,
  type Contract,
  type ParamsOf,
  type QueryOf,
  type ResponseOf,
} from '@kangbao/shared/contracts/contract.ts'
import { permissions, type Permission } from '@kangbao/shared/contracts/permissions.ts'
import { rateClasses, type RateClass } from '@kangbao/shared/contracts/rate-class.ts'
import { Problem } from '@kangbao/shared/errors/problem.ts'
import { errorCatalogue, type ErrorCode } from '@kangbao/shared/errors/catalogue.ts'
import type { Deps } from '../deps.ts'
import { audited } from './audited.ts'
import { onceOnly } from './repeats.ts'
import { AppError } from '../errors.ts'
import type { Caller, RequestContext } from './context.ts'
import { isPlainText } from './plain-text.ts'
import { authorise } from './session.ts'

export interface RouteInput<C> {
  readonly params: ParamsOf<C>
  readonly query: QueryOf<C>
  readonly body: BodyOf<C>
}

export interface RouteOptions {
  /** Members whose role does not grant the permission, but who were let in one by one (shared viewers). */
  readonly alsoFor?: (
    caller: Extract<Caller, { kind: 'member' }>,
    request: FastifyRequest,
    deps: Deps,
  ) => Promise<boolean>
}

const problemResponse = {
  description: 'What went wrong',
  content: { 'application/problem+json': { schema: Problem } },
}

/** Of the headers this one only; what else a client sends is not ours to judge. */
const keyedHeaders = Type.Object({
  [idempotencyHeader]: Type.Optional(
    Type.String({
      pattern: idempotencyKeyPattern,
      description: 'Names this act: sent again with the same key within seven days it is done once',
    }),
  ),
})
const keyErrors: readonly ErrorCode[] = [
  'idempotency-key.reused',
  'idempotency-key.busy',
  'idempotency-key.answer-lost',
]

/** Prefix of every contract's path on this server. */
export const apiPrefix = '/api'

/**
 * Registers a contract: its schemas validate the request, serialise the reply and describe it in OpenAPI; its
 * permission is checked before the body is looked at.
 */
export function route<C extends Contract>(
  app: FastifyInstance,
  contract: C,
  handler: (input: RouteInput<C>, ctx: RequestContext) => Promise<ResponseOf<C>>,
  options: RouteOptions = {},
): void {
  const query = readsMoreThanText(contract.query) ? contract.query : undefined
  const params = readsMoreThanText(contract.params) ? contract.params : undefined
  const isJson = (contract.produces ?? 'application/json') === 'application/json'
  app.route({
    method: contract.method,
    url: `${apiPrefix}${contract.path}`,
    ...(contract.mostBodyBytes === undefined ? {} : { bodyLimit: contract.mostBodyBytes }),
    config: { permission: contract.permission, contract, ...rateOf(contract) },
    schema: {
      summary: contract.summary,
      description: `Permission: \`${contract.permission}\`${contract.stepUp ? ', with a second proof at most five minutes old' : ''}${contract.scope ? `; API tokens: scope \`${contract.scope}\`` : ''}${describeErrors(contract)}`,
      tags: [contract.path.split('/')[1] ?? ''],
      security: securityOf(contract),
      ...(contract.params ? { params: contract.params } : {}),
      ...(contract.repeatable ? { headers: keyedHeaders } : {}),
      ...(contract.query ? { querystring: contract.query } : {}),
      ...(contract.body ? { body: contract.body } : {}),
      ...(contract.consumes ? { consumes: [contract.consumes] } : {}),
      ...(isJson ? { response: { 200: contract.response, default: problemResponse } } : {}),
    },
    onRequest: async (request, reply) => {
      reply.header('cache-control', 'no-store')
      request.caller = await authorise(request, contract, app.deps, options.alsoFor)
    },
    preValidation: (request, _reply, done) => {
      if (query) request.query = Value.Convert(query, request.query)
      if (params) request.params = Value.Convert(params, request.params)
      done()
    },
    preHandler: ({ params, query, body }, _reply, done) => {
      const given = { params, query, body: contract.body ? body : undefined }
      const part = Object.entries(given).find(([, each]) => !isPlainText(each))?.[0]
      done(part === undefined ? undefined : new AppError('request.invalid', { part }))
    },
    handler: async (request, reply) => {
      // Validated by the schemas above, from which the types come.
      const input = { params: request.params, query: request.query, body: request.body } as RouteInput<C>
      const ctx = { deps: app.deps, caller: request.caller, request, reply }
      const work = () => audited(contract, input, ctx, () => handler(input, ctx))
      const result = await onceOnly(contract, input, ctx, work)
      return reply.sent || reply.raw.headersSent ? reply : reply.send(result)
    },
  })
}

/** A session opens what its role may; a token what it was given besides. */
function securityOf({ permission, scope }: Contract): Record<string, string[]>[] {
  if (permission === 'public') return []
  return scope === undefined ? [{ bearer: [] }] : [{ bearer: [] }, { apiToken: [scope] }]
}

/** Addresses hold text; what a schema wants as something else has to be read from it. */
function readsMoreThanText(schema: TObject | undefined): boolean {
  return Object.values(schema?.properties ?? {}).some(
    (field) => !('type' in field) || field.type !== 'string',
  )
}

/** What a route said of itself when it was registered. */
export interface DeclaredRoute {
  readonly method: string
  readonly url: string
  readonly permission: Permission
  readonly rate: RateClass
  /** Null for pages, files and doors of machines. */
  readonly contract: Contract | null
}

/**
 * Refuses a route that does not say who may call it and how often: such a server must not start (S-01, S-81). What is declared stands in
 * `app.routeTable`, from which the isolation matrix is made.
 */
export function forbidUndeclaredRoutes(app: FastifyInstance): void {
  const table: DeclaredRoute[] = []
  app.decorate('routeTable', table)
  app.addHook('onRoute', ({ config, method, url }) => {
    const permission = config?.permission
    if (permission === undefined || !permissions.includes(permission)) {
      throw new Error(`route ${String(method)} ${url} declares no permission`)
    }
    const rate = config?.rate
    if (rate === undefined || !rateClasses.includes(rate)) {
      throw new Error(`route ${String(method)} ${url} declares no rate class`)
    }
    for (const each of [method].flat().filter((name) => name !== 'HEAD'))
      table.push({ method: each, url, permission, rate, contract: config?.contract ?? null })
  })
}

/** Behind a session it is the member's share unless the contract says otherwise; what is public has to say. */
export function rateOf({ permission, rate }: Pick<Contract, 'permission' | 'rate'>): { rate?: RateClass } {
  const declared = rate ?? (permission === 'public' ? undefined : 'member')
  return declared === undefined ? {} : { rate: declared }
}

function describeErrors(contract: Contract): string {
  const codes = [...contract.errors, ...(contract.repeatable ? keyErrors : [])]
  if (codes.length === 0) return ''
  return `\n\n${codes.map((code) => `- ${errorCatalogue[code].status} \`${code}\`: ${errorCatalogue[code].title}`).join('\n')}`
}
