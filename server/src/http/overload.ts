import { randomInt } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { AppError } from '../errors.ts'
import { shedRequests } from '../metrics.ts'

/** What one process has in its hands. */
export interface Load {
  /** Requests that are read whole and not answered yet. */
  inHand: number
  /** Middling time of the answers of a moment ago, in milliseconds. */
  recentMs: number
  /** How many the process takes at once, by how late it comes to what waits for it. */
  room: number
  /** About how many it refused in the last second. */
  refusedOfLate: number
}

/** Whatever the machine: never more than this at once. */
export const mostInHand = 256
/** A process that comes late takes fewer, but not fewer than this: the machine may only be busy with something else. */
export const leastInHand = 48
/** Unless even so it has to refuse a crowd. The fewer it has in hand, the sooner everybody else hears that. */
export const leastInCrowd = 16
/** Refused in a second. */
export const crowd = 100

export const noLoad = (): Load => ({ inHand: 0, recentMs: 0, room: mostInHand, refusedOfLate: 0 })

/** Below this nothing is refused because answers are slow: it may be the database. */
export const alwaysInHand = 96
/** Answers that take longer on average mean that requests queue. */
export const slowMs = 350
/** What can wait is refused while this share of the room is still free for what cannot. */
const waitableShare = 0.5
/** Each answer moves the average by this much of its difference. */
const weight = 0.1

/**
 * Whether one more request is taken. Refusing early keeps those taken quick: a queue would only make all of them late
 * and then worthless, since their callers give up and ask again.
 */
export function mayEnter(
  { inHand, recentMs, room }: Readonly<Omit<Load, 'refusedOfLate'>>,
  canWait: boolean,
): boolean {
  const taken = recentMs > slowMs ? Math.min(alwaysInHand, room) : room
  return inHand < (canWait ? taken * waitableShare : taken)
}

/** How often a process looks whether it comes late, and what counts as late, in milliseconds. */
const lookEveryMs = 20
const lateMs = 12

/**
 * The room after one more look: quickly less while the process comes late, slowly more while it does not. What waits in
 * the sockets is seen by nothing else: as long as whatever time is left goes into taking more, the queue there never
 * gets shorter, and even a refusal comes seconds after it was asked for.
 */
export function nextRoom(
  { room, refusedOfLate }: Pick<Load, 'room' | 'refusedOfLate'>,
  lateByMs: number,
): number {
  if (lateByMs <= lateMs) return Math.min(mostInHand, room + 4)
  return Math.max(refusedOfLate > crowd ? leastInCrowd : leastInHand, Math.floor(room * 0.7))
}

/** Keeps the room up to date. @returns how to stop that. */
export function watchLateness(load: Load): () => void {
  let lookedAt = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    load.room = nextRoom(load, now - lookedAt - lookEveryMs)
    load.refusedOfLate *= Math.exp((lookedAt - now) / 1_000)
    lookedAt = now
  }, lookEveryMs)
  timer.unref()
  return () => clearInterval(timer)
}

/** Filing, signing in and what machines push come first: people stand at the gate with them. */
function isFirst({ method, routeOptions }: FastifyRequest): boolean {
  const url = routeOptions.url ?? ''
  return url.startsWith('/api/sessions') || (method === 'PUT' && url.includes('/submissions/'))
}

/** Counts a refusal. @returns in how many seconds to come back; not all at the same moment again. */
export function refuse(load: Load): number {
  shedRequests.inc()
  load.refusedOfLate += 1
  return randomInt(1, 4)
}

/**
 * Sheds load: a request too many is answered 503 with `Retry-After` before anything is done for it. Counted from the
 * moment it is read whole, so that a slow sender takes nobody's place, to the moment its answer is ready, so that a slow
 * reader does not either. Streams, pages and the doors of machines are not counted.
 */
export const overload = fp(async (app: FastifyInstance, { load }: { readonly load: Load }) => {
  app.decorateRequest('isInHand', false)
  // Without sockets nothing waits in them: what is injected comes by no queue.
  let stopWatching: (() => void) | undefined
  app.addHook('onListen', async () => {
    stopWatching = watchLateness(load)
  })
  app.addHook('onClose', async () => stopWatching?.())

  function refusal(request: FastifyRequest): AppError | undefined {
    if (!isCounted(request) || mayEnter(load, !isFirst(request))) return undefined
    return new AppError('server.overloaded', { retryAfterS: refuse(load) })
  }

  function release(request: FastifyRequest): boolean {
    const wasHeld = request.isInHand
    if (wasHeld) load.inHand -= 1
    request.isInHand = false
    return wasHeld
  }

  app.addHook('onRequest', (request, _reply, done) => done(refusal(request)))
  app.addHook('preHandler', (request, _reply, done) => {
    // Once more for those that were read together.
    const refused = refusal(request)
    if (!refused && isCounted(request)) {
      request.isInHand = true
      load.inHand += 1
    }
    done(refused)
  })
  app.addHook('onSend', (request, reply, _payload, done) => {
    if (release(request)) load.recentMs += weight * (reply.elapsedTime - load.recentMs)
    done()
  })
  // Its caller has gone; the answer will find nobody.
  app.addHook('onRequestAbort', (request, done) => {
    release(request)
    done()
  })
})

function isCounted({ routeOptions }: FastifyRequest): boolean {
  const contract = routeOptions.config?.contract
  return contract !== undefined && (contract.produces ?? 'application/json') === 'application/json'
}
