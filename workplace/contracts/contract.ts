import type { Static, TSchema } from 'typebox'
import type { WorkplaceErrorCode } from './errors.ts'

/**
 * Who may call a route.
 * `session`: signed in. `member`: a member of the org in the path. `admin`: main or sub-admin.
 * `main-admin`: the org's main admin. `elevated`: an admin who gave the admin password lately (Z-03); `main-elevated`: a
 * main admin who did, for what concerns the whole org (Z-07).
 * `operator`: whoever runs this workplace.
 */
export type Permission =
  'public' | 'session' | 'member' | 'admin' | 'main-admin' | 'elevated' | 'main-elevated' | 'operator'

export interface Contract<
  Params extends TSchema | undefined = TSchema | undefined,
  Query extends TSchema | undefined = TSchema | undefined,
  Body extends TSchema | undefined = TSchema | undefined,
  Response extends TSchema | undefined = TSchema | undefined,
> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path below `/client-api`, with `:name` parameters. */
  readonly path: string
  readonly summary: string
  readonly permission: Permission
  readonly params?: Params
  readonly query?: Query
  readonly body?: Body
  readonly response?: Response
  /** The reply is not JSON: the caller reads bytes (a workbook, a picture) or an event stream. */
  readonly binary?: boolean
  /** The request is multipart/form-data with one part `file`. */
  readonly upload?: boolean
  readonly errors?: readonly WorkplaceErrorCode[]
}

type Part<S> = S extends TSchema ? Static<S> : undefined

export type ParamsOf<C> = C extends Contract<infer P, infer _Q, infer _B, infer _R> ? Part<P> : never
export type QueryOf<C> = C extends Contract<infer _P, infer Q, infer _B, infer _R> ? Part<Q> : never
export type BodyOf<C> = C extends Contract<infer _P, infer _Q, infer B, infer _R> ? Part<B> : never
export type ResponseOf<C> = C extends Contract<infer _P, infer _Q, infer _B, infer R> ? Part<R> : never

/** Declares a route once, for the server's validation and the typed client alike. */
export function contract<
  const P extends TSchema | undefined = undefined,
  const Q extends TSchema | undefined = undefined,
  const B extends TSchema | undefined = undefined,
  const R extends TSchema | undefined = undefined,
>(definition: Contract<P, Q, B, R>): Contract<P, Q, B, R> {
  return definition
}

/** Where every client route hangs. */
export const clientApiPrefix = '/client-api'
