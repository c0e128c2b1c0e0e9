import type { Contract } from '@kangbao/shared/contracts/contract.ts'
import type { Permission } from '@kangbao/shared/contracts/permissions.ts'
import type { RateClass } from '@kangbao/shared/contracts/rate-class.ts'
import type { Deps } from '../deps.ts'
import type { Caller } from './context.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { DeclaredRoute } from './route.ts'

declare module 'fastify' {
  interface FastifyInstance {
    deps: Deps
    /** Aborted when the server begins to close, so that endless replies end. */
    closing: AbortSignal
    lifecycle: Lifecycle
    /** Every route with what it declared. */
    routeTable: readonly DeclaredRoute[]
  }
  interface FastifyRequest {
    caller: Caller | null
    /** Counted among those being worked on. */
    isInHand: boolean
  }
  interface FastifyContextConfig {
    permission?: Permission
    rate?: RateClass
    contract?: Contract
  }
}
