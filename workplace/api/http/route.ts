import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import type { TSchema } from 'typebox'
import { clientApiPrefix, type Contract, type Permission } from '../../contracts/contract.ts'
import type { BodyOf, ParamsOf, QueryOf, ResponseOf } from '../../contracts/contract.ts'
import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import { readSelf, readSession, requirePermission } from './access.ts'
import type { Ctx, MemberCtx, OperatorCtx, OrgCtx, SessionCtx } from './context.ts'
import { requireOperator } from './operator-session.ts'

export interface Input<C> {
  params: ParamsOf<C>
  query: QueryOf<C>
  body: BodyOf<C>
}

/** Binary routes send their bytes themselves and hand the reply back. */
type Answer<C> = ResponseOf<C> extends undefined ? FastifyReply : ResponseOf<C>

type Handler<C, X> = (input: Input<C>, ctx: X, reply: FastifyReply) => Promise<Answer<C>>

/** A route anyone, or the operator, may call. */
export function publicRoute<const C extends Contract>(
  app: FastifyInstance,
  c: C,
  handler: Handler<C, Ctx>,
): void {
  expectPermission(c, ['public', 'operator'])
  register(app, c, async (request, reply) => {
    if (c.permission === 'operator') await requireOperator(app.deps, request)
    return handler(inputOf<C>(request), contextOf(app.deps, request), reply)
  })
}

/** A route of the operator; what it changes, it writes down as his act. */
export function operatorRoute<const C extends Contract>(
  app: FastifyInstance,
  c: C,
  handler: Handler<C, OperatorCtx>,
): void {
  expectPermission(c, ['operator'])
  register(app, c, async (request, reply) => {
    const operator = await requireOperator(app.deps, request)
    return handler(inputOf<C>(request), { ...contextOf(app.deps, request), operator }, reply)
  })
}

/** A route for whoever is signed in. */
export function sessionRoute<const C extends Contract>(
  app: FastifyInstance,
  c: C,
  handler: Handler<C, SessionCtx>,
): void {
  expectPermission(c, ['session'])
  register(app, c, async (request, reply) => {
    const session = await readSession(app.deps, request)
    return handler(inputOf<C>(request), { ...contextOf(app.deps, request), ...session }, reply)
  })
}

/** A route of one org: permission check and handler share the org's transaction. */
export function orgRoute<const C extends Contract>(
  app: FastifyInstance,
  c: C,
  handler: Handler<C, OrgCtx>,
): void {
  expectPermission(c, orgPermissions)
  register(app, c, async (request, reply) => {
    const session = await readSession(app.deps, request)
    const orgId = orgIdOf(request)
    const base = { ...contextOf(app.deps, request), ...session, orgId }
    return app.deps.db.withOrg(orgId, async (scope) => {
      const self = await readSelf(scope, session.personId)
      await requirePermission(scope, {
        permission: c.permission,
        self,
        sessionId: session.sessionId,
        now: base.now,
      })
      return handler(inputOf<C>(request), { ...base, self, scope }, reply)
    })
  })
}

/** A route of one org whose work is too slow, or goes outside, to be done inside one transaction. */
export function slowOrgRoute<const C extends Contract>(
  app: FastifyInstance,
  c: C,
  handler: Handler<C, MemberCtx>,
): void {
  expectPermission(c, orgPermissions)
  register(app, c, async (request, reply) => {
    const session = await readSession(app.deps, request)
    const orgId = orgIdOf(request)
    const base = { ...contextOf(app.deps, request), ...session, orgId }
    const self = await app.deps.db.withOrg(orgId, async (scope) => {
      const member = await readSelf(scope, session.personId)
      await requirePermission(scope, {
        permission: c.permission,
        self: member,
        sessionId: session.sessionId,
        now: base.now,
      })
      return member
    })
    const inOrg: MemberCtx['inOrg'] = (work) => app.deps.db.withOrg(orgId, work)
    return handler(inputOf<C>(request), { ...base, self, inOrg }, reply)
  })
}

const orgPermissions: readonly Permission[] = ['member', 'admin', 'main-admin', 'elevated', 'main-elevated']

function expectPermission(c: Contract, allowed: readonly Permission[]): void {
  if (!allowed.includes(c.permission))
    throw new Error(`${c.method} ${c.path}: registered with the wrong kind of route`)
}

function register(
  app: FastifyInstance,
  c: Contract,
  handler: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>,
): void {
  const schema: Record<string, unknown> = { summary: c.summary }
  const parts: [string, TSchema | undefined][] = [
    ['params', c.params],
    ['querystring', c.query],
    ['body', c.body],
  ]
  for (const [part, partSchema] of parts) if (partSchema) schema[part] = partSchema
  if (c.response) schema['response'] = { 200: c.response }
  const options: RouteOptions = { method: c.method, url: clientApiPrefix + c.path, schema, handler }
  app.route(options)
}

const contextOf = (deps: Deps, request: FastifyRequest): Ctx => ({ deps, now: deps.clock.now(), request })

/** Checked against the contract's schemas before the handler runs. */
const inputOf = <C>(request: FastifyRequest): Input<C> => ({
  params: request.params as ParamsOf<C>,
  query: request.query as QueryOf<C>,
  body: request.body as BodyOf<C>,
})

function orgIdOf(request: FastifyRequest): string {
  const params: unknown = request.params
  if (typeof params === 'object' && params && 'orgId' in params && typeof params.orgId === 'string')
    return params.orgId
  throw new AppError('resource.missing')
}

declare module 'fastify' {
  interface FastifyInstance {
    deps: Deps
  }
}
