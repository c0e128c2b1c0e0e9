import type { Static, TObject, TSchema } from 'typebox'
import type { ErrorCode } from '../errors/catalogue.ts'
import type { ApiScope } from './api-scope.ts'
import type { Audit } from './audit-declaration.ts'
import type { Permission } from './permissions.ts'
import type { RateClass } from './rate-class.ts'

/** Names one act of a caller: sent again with the same key it is done once. */
export const idempotencyHeader = 'idempotency-key'
/** On an answer that was given before, to the same act. */
export const replayedHeader = 'idempotency-replayed'
export const idempotencyKeyPattern = '^[A-Za-z0-9._:-]{8,128}$'

/** A route, described once: the server's validation, the OpenAPI page and the typed client all read this. */
export interface Contract<
  Params extends TObject | undefined = TObject | undefined,
  Query extends TObject | undefined = TObject | undefined,
  Body extends TSchema | undefined = TSchema | undefined,
  Response extends TSchema = TSchema,
> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path below the API prefix, with `:name` parameters. */
  readonly path: string
  readonly summary: string
  /** Who may call it. A route without one cannot be written. */
  readonly permission: Permission
  /** What an API token must have been given to call it, besides the permission; without it no token is let in. */
  readonly scope?: ApiScope
  /** How often it may be called; left open behind a session: `member`. One that is public has to say. */
  readonly rate?: RateClass
  /** Asks, besides the permission, for a second proof a few minutes old at most (S-22). */
  readonly stepUp?: true
  /** Takes an `Idempotency-Key`, since doing it twice would be another thing than doing it once. */
  readonly repeatable?: true
  /** What it reads of people and what it changes. A route without it cannot be written either. */
  readonly audit: Audit
  readonly params?: Params
  readonly query?: Query
  readonly body?: Body
  /** What the body is when it is not JSON: bytes that are read as they come. */
  readonly consumes?: 'application/octet-stream'
  /** How many bytes of JSON it takes at most, where it is more than the usual half mebibyte. */
  readonly mostBodyBytes?: number
  readonly response: Response
  /** What the reply is when it is not JSON. */
  readonly produces?:
    | 'application/json'
    | 'text/event-stream'
    | 'image/png'
    | 'image/svg+xml'
    | 'text/csv'
    | 'application/octet-stream'
  /** Every error a caller may meet beyond those of all routes (400, 401, 403, 429, 500). */
  readonly errors: readonly ErrorCode[]
}

/** Declares a route; only fixes the types, so a contract stays plain data. */
export function contract<
  const Params extends TObject | undefined = undefined,
  const Query extends TObject | undefined = undefined,
  const Body extends TSchema | undefined = undefined,
  const Response extends TSchema = TSchema,
>(definition: Contract<Params, Query, Body, Response>): Contract<Params, Query, Body, Response> {
  return definition
}

type Part<S> = S extends TSchema ? Static<S> : undefined

export type ParamsOf<C> = C extends Contract<infer P, infer _Q, infer _B, infer _R> ? Part<P> : never
export type QueryOf<C> = C extends Contract<infer _P, infer Q, infer _B, infer _R> ? Part<Q> : never
export type BodyOf<C> = C extends Contract<infer _P, infer _Q, infer B, infer _R> ? Part<B> : never
export type ResponseOf<C> = C extends Contract<infer _P, infer _Q, infer _B, infer R> ? Static<R> : never

type Given<Name extends string, T> = T extends undefined ? { [K in Name]?: undefined } : { [K in Name]: T }

/** What a caller passes for a contract: just the parts it declares. */
export type InputOf<C> = Given<'params', ParamsOf<C>> & Given<'query', QueryOf<C>> & Given<'body', BodyOf<C>>
