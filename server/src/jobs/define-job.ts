import type { Static, TSchema } from 'typebox'
import type { Logger } from 'pino'
import type { Actor, OrgScope } from '../db/database.ts'
import type { Deps } from '../deps.ts'
import type { QueueName } from './queues.ts'

export interface JobContext {
  readonly deps: Deps
  readonly log: Logger
  /** Times this job has failed before, 0 at first. */
  readonly attempts: number
  /** One transaction bound to an org, in the name of this job. */
  inOrg<T>(orgId: string, work: (scope: OrgScope) => Promise<T>): Promise<T>
}

/**
 * Work that leaves the request. It runs at least once, so it must be safe to run twice: re-read, act with an
 * idempotency key, change a row only if it is still in the expected state. Throwing means "try again"; a refusal by
 * the other side is a result to store.
 */
export interface JobDefinition<Data extends TSchema = TSchema> {
  /** `feature.verb` */
  readonly name: string
  readonly queue: QueueName
  /** Ids only, never people's data. */
  readonly data: Data
  /** Pause before the next try after `attempts` failures, in milliseconds; tried for as long as it takes. */
  readonly retryAfterMs: (attempts: number) => number
  run(data: Static<Data>, ctx: JobContext): Promise<void>
}

export function defineJob<const Data extends TSchema>(definition: JobDefinition<Data>): JobDefinition<Data> {
  return definition
}

/** Something looked after every so often, by one process at a time. */
export interface TickDefinition {
  readonly name: string
  readonly everyMs: number
  run(ctx: JobContext): Promise<void>
}

export function defineTick(definition: TickDefinition): TickDefinition {
  return definition
}

/** Doubles from `firstMs` up to `mostMs`. */
export function exponential(firstMs: number, mostMs: number): (attempts: number) => number {
  return (attempts) => Math.min(mostMs, firstMs * 2 ** Math.max(0, attempts - 1))
}

/** The context of a job's run. */
export function jobContext(deps: Deps, name: string, attempts: number): JobContext {
  const actor: Actor = { kind: 'system', name }
  return {
    deps,
    attempts,
    log: deps.log.child({ job: name }),
    inOrg: (orgId, work) => deps.database.inOrg(orgId, actor, work),
  }
}
