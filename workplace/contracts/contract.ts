import type { Static, TSchema } from 'typebox'
import type { WorkplaceErrorCode } from './errors.ts'

/**
 * Who may call a route.
 * `session`: signed in. `member`: a member of the org in the path. `admin`: main or sub-admin.
 * `main-admin`: the org's main admin. `elevated`: an admin who gave the admin password lately (Z-03).
 * `operator`: whoever runs this workplace.
 */
export type Permission = 'public' | 'session' | 'member' | 'admin' | 'main-admin' | 'elevated' | 'operator'

export interface Contract<
  Params extends TSchema = TSchema,
  Query extends TSchema = TSchema,
  Body extends TSchema = TSchema,
  Response extends TSchema = TSchema,
> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path below `/client-api`, with `:name` parameters. */
  path: string
  summary: string
  permission: Permission
  params?: Params
  query?: Query
  body?: Body
  response?: Response
  /** The reply is not JSON: the caller reads bytes (a workbook, a picture) or an event stream. */
  binary?: boolean
  /** The request is multipart/form-data with one part `file`. */
  upload?: boolean
  errors?: readonly WorkplaceErrorCode[]
}

export type ParamsOf<C> = C extends Contract<infer P, TSchema, TSchema, TSchema> ? Static<P> : never
export type QueryOf<C> = C extends Contract<TSchema, infer Q, TSchema, TSchema> ? Static<Q> : never
export type BodyOf<C> = C extends Contract<TSchema, TSchema, infer B, TSchema> ? Static<B> : never
export type ResponseOf<C> = C extends Contract<TSchema, TSchema, TSchema, infer R> ? Static<R> : never

/** Declares a route once, for the server's validation and the typed client alike. */
export function contract<
  P extends TSchema = TSchema,
  Q extends TSchema = TSchema,
  B extends TSchema = TSchema,
  R extends TSchema = TSchema,
>(definition: Contract<P, Q, B, R>): Contract<P, Q, B, R> {
  return definition
}

/** Where every client route hangs. */
export const clientApiPrefix = '/client-api'
