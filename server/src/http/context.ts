import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ApiScope } from '@kangbao/shared/contracts/api-scope.ts'
import type { Role } from '@kangbao/shared/contracts/permissions.ts'
import type { Actor, OrgScope } from '../db/database.ts'
import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'

interface SessionFacts {
  readonly sessionId: string
  /** When he proved himself a second time, by our clock; null when he has not (S-22). */
  readonly provedAt: number | null
}

/** Whom a session stands for, from its token. */
export type Caller = SessionFacts &
  (
    | {
        readonly kind: 'member'
        readonly orgId: string
        readonly memberId: string
        readonly role: Role
        readonly isGuest: boolean
        /** The token of a program that acts in his name. */
        readonly apiToken?: { readonly id: string; readonly scopes: readonly ApiScope[] }
      }
    | { readonly kind: 'operator' }
    /** Of the government; which region he sees stands in the database, and may change. */
    | { readonly kind: 'viewer'; readonly viewerId: string }
  )

/** What a route handler and the service below it are given. */
export interface RequestContext {
  readonly deps: Deps
  readonly caller: Caller | null
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

/** What a service needs of a signed-in member: the org, who acts, and the door to the org's rows. */
export interface MemberContext {
  readonly deps: Deps
  readonly orgId: string
  readonly memberId: string
  readonly role: Role
  readonly isGuest: boolean
  readonly sessionId: string
  readonly inOrg: <T>(work: (scope: OrgScope) => Promise<T>) => Promise<T>
}

/** In whose name a caller of an organisation acts. */
export function actorOf({ memberId, apiToken }: Extract<Caller, { kind: 'member' }>): Actor {
  return apiToken ? { kind: 'token', tokenId: apiToken.id } : { kind: 'member', memberId }
}

/**
 * Narrows a request to one made by a member of an org.
 * @throws AppError `permission.missing` for an operator or a viewer, `session.missing` for nobody.
 */
export function asMember({ caller, deps }: Pick<RequestContext, 'caller' | 'deps'>): MemberContext {
  if (caller === null) throw new AppError('session.missing')
  if (caller.kind !== 'member') throw new AppError('permission.missing')
  const actor = actorOf(caller)
  return { ...caller, deps, inOrg: (work) => deps.database.inOrg(caller.orgId, actor, work) }
}

/**
 * Narrows a request to one made by a viewer of the government.
 * @throws AppError `permission.missing` for anybody else, `session.missing` for nobody.
 */
export function asViewer({ caller }: Pick<RequestContext, 'caller'>): { readonly viewerId: string } {
  if (caller === null) throw new AppError('session.missing')
  if (caller.kind !== 'viewer') throw new AppError('permission.missing')
  return caller
}

/** Who of those outside every org acts, as the log of the installation names him. */
export function systemActorOf(caller: Exclude<Caller, { kind: 'member' }>): 'operator' | `viewer:${string}` {
  return caller.kind === 'operator' ? 'operator' : `viewer:${caller.viewerId}`
}
