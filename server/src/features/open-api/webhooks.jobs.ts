import { Type } from 'typebox'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { Uuid } from '@kangbao/shared/contracts/fields.ts'
import { testEventType } from '@kangbao/shared/contracts/webhooks.ts'
import type { OrgScope } from '../../db/database.ts'
import { defineJob, exponential, type JobContext } from '../../jobs/define-job.ts'
import { emit } from '../../jobs/outbox.repo.ts'
import { RetryLater } from '../../jobs/retry-later.ts'
import * as deliveries from './deliveries.repo.ts'
import { eventById } from './events.repo.ts'
import { disableEndpoint } from './disabling.jobs.ts'
import { attempt, hasArrived, isGone, type Outcome } from './attempt.ts'
import * as sending from './sending.repo.ts'
import type { Turn } from './sending.repo.ts'
import { failingMs, pauseAfter } from './webhook-pauses.ts'
import { readyIds } from './webhooks.repo.ts'

/** A run leaves off after so long and owes itself anew: the queue thinks of a job that takes longer as lost. */
const longestRunMs = 30_000
const busyAgainMs = 1_000

/** Owes an endpoint what is in the feed behind its place. */
export async function wakeEndpoint(
  { tx, orgId, ...scope }: OrgScope,
  endpointId: string,
  now: EpochMs,
): Promise<void> {
  await emit({ tx, orgId, ...scope }, deliverWebhooks, { orgId, endpointId }, { now, dedupKey: endpointId })
}

/** Something new stands in the feed. */
export async function wakeEndpoints(scope: OrgScope, now: EpochMs): Promise<void> {
  for (const id of await readyIds(scope, now)) await wakeEndpoint(scope, id, now)
}

/**
 * Sends an endpoint the events behind its place, one after the other: a later one waits for those before it until they
 * arrived or were given up. At least once: a receiver knows an event by its id. No endpoint waits for another.
 */
export const deliverWebhooks = defineJob({
  name: 'open-api.deliver',
  queue: 'webhooks',
  data: Type.Object({ orgId: Uuid, endpointId: Uuid }),
  retryAfterMs: exponential(2_000, 300_000),
  async run({ orgId, endpointId }, ctx) {
    const held = await ctx.inOrg(orgId, (scope) => sending.hold(scope, endpointId, ctx.deps.clock.now()))
    if (held === 'off') return
    if (held === 'busy') throw new RetryLater(busyAgainMs, 'another run sends to this endpoint')
    if (held !== 'held') throw new RetryLater(held.waits - ctx.deps.clock.now(), 'the endpoint rests')
    const until = performance.now() + longestRunMs
    while (performance.now() < until) {
      const turn = await ctx.inOrg(orgId, (scope) =>
        sending.nextTurn(scope, endpointId, ctx.deps.clock.now()),
      )
      if (!turn) return
      await take(ctx, orgId, turn)
    }
    await ctx.inOrg(orgId, async (scope) => {
      await sending.letGo(scope, endpointId)
      await wakeEndpoint(scope, endpointId, ctx.deps.clock.now())
    })
  },
})

/** One attempt and what follows from it. @throws RetryLater when the event is to be tried again. */
async function take(ctx: JobContext, orgId: string, turn: Turn): Promise<void> {
  const { receiver, event } = turn
  const outcome = await attempt(ctx.deps, orgId, receiver, event)
  const now = ctx.deps.clock.now()
  const pauseMs = pauseAfter(turn.attempts + 1, outcome.retryAfterMs)
  const arrived = hasArrived(outcome)
  const isOver = arrived || isGone(outcome) || pauseMs === null
  const isFailing = receiver.failingSince !== null && now - receiver.failingSince >= failingMs
  const isDisabled = await ctx.inOrg(orgId, async (scope) => {
    const state = arrived ? 'delivered' : isOver ? 'dead' : 'waiting'
    await deliveries.note(scope, { endpointId: receiver.id, event, state, ...factsOf(outcome), now })
    if (isOver) await sending.advance(scope, turn, { hasArrived: arrived })
    if (arrived) return false
    await sending.noteFailing(scope, receiver.id, now)
    if (!isGone(outcome) && !isFailing) {
      if (pauseMs !== null) await sending.retryAt(scope, receiver.id, now + pauseMs)
      return false
    }
    await disableEndpoint(scope, receiver.id, isGone(outcome) ? 'gone' : 'failing', now)
    return true
  })
  if (!isOver && !isDisabled) throw new RetryLater(pauseMs, 'the receiver did not take the event')
}

const factsOf = ({ status, reason, tookMs }: Outcome) => ({ status, reason, tookMs })

/** A test, or an event once more: out of turn, tried once. Sent again when the worker dies meanwhile. */
export const sendOnce = defineJob({
  name: 'open-api.send-once',
  queue: 'webhooks',
  data: Type.Object({ orgId: Uuid, endpointId: Uuid, deliveryId: Uuid }),
  retryAfterMs: exponential(2_000, 300_000),
  async run({ orgId, endpointId, deliveryId }, ctx) {
    const { clock } = ctx.deps
    const ready = await ctx.inOrg(orgId, async (scope) => {
      const delivery = await deliveries.byId(scope, endpointId, deliveryId)
      const receiver = await sending.receiverOf(scope, endpointId, clock.now())
      if (!delivery || !receiver || delivery.state !== 'waiting') return null
      const { eventId: id, type, sequence } = delivery
      const timestamp = new Date(clock.now()).toISOString()
      const event =
        type === testEventType
          ? { id, sequence: null, type, timestamp, data: {} }
          : await eventById(scope, id)
      return { receiver, event: event ?? null, named: { id, type, sequence } }
    })
    if (!ready) return
    const { receiver, event, named } = ready
    const outcome = event ? await attempt(ctx.deps, orgId, receiver, event) : null
    const state = outcome && hasArrived(outcome) ? 'delivered' : 'dead'
    const facts = outcome ? factsOf(outcome) : { status: null, reason: null, tookMs: 0 }
    await ctx.inOrg(orgId, (scope) =>
      deliveries.note(scope, { endpointId, event: named, state, ...facts, now: clock.now() }),
    )
  },
})
