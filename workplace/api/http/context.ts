import type { FastifyRequest } from 'fastify'
import type { Role } from '../../contracts/accounts.ts'
import type { OrgScope } from '../db/database.ts'
import type { Deps } from '../deps.ts'

/** What every route knows. */
export interface Ctx {
  deps: Deps
  now: Date
  request: FastifyRequest
}

export interface SessionCtx extends Ctx {
  personId: string
  sessionId: string
}

/** Who acts as the operator of this workplace. */
export interface Operator {
  name: string
  /** null: by the configured token, or in test mode. */
  sessionId: string | null
}

export interface OperatorCtx extends Ctx {
  operator: Operator
}

/** The caller's own place in the org of the path. */
export interface Self {
  userid: string
  name: string
  role: Role
  adminDepts: readonly number[]
}

/** Outside a transaction: for uploads and other slow work; `inOrg` opens one when needed. */
export interface MemberCtx extends SessionCtx {
  orgId: string
  self: Self
  inOrg<T>(work: (scope: OrgScope) => Promise<T>): Promise<T>
}

/** Inside the org's transaction. */
export interface OrgCtx extends SessionCtx {
  orgId: string
  self: Self
  scope: OrgScope
}
