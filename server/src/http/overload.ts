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
}

export const noLoad = (): Load => ({ inHand: 0, recentMs: 0 })

/** Whatever the machine: never more than this at once. */
export const mostInHand = 512
/** Below this nothing is refused, however slow the answers are. */
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
export function mayEnter({ inHand, recentMs }: Readonly<Load>, canWait: boolean): boolean {
  const room = recentMs > slowMs ? alwaysInHand : mostInHand
  return inHand < (canWait ? room * waitableShare : room)
}

/** Filing, signing in and what machines push come first: people stand at the gate with them. */
function isFirst({ method, routeOptions }: FastifyRequest): boolean {
  const url = routeOptions.url ?? ''
  return url.startsWith('/api/sessions') || (method === 'PUT' && url.includes('/submissions/'))
}

/** In seconds; not all at the same moment again. */
export const comeBackAfterS = (): number => randomInt(1, 4)

/**
 * Sheds load: a request too many is answered 503 with `Retry-After` before anything is done for it. Counted from the
 * moment it is read whole, so that a slow sender takes nobody's place, to the moment its answer is ready, so that a slow
 * reader does not either. Streams, pages and the doors of machines are not counted.
 */
export const overload = fp(async (app: FastifyInstance, { load }: { readonly load: Load }) => {
  app.decorateRequest('isInHand', false)

  function refusal(request: FastifyRequest): AppError | undefined {
    if (!isCounted(request) || mayEnter(load, !isFirst(request))) return undefined
    shedRequests.inc()
    return new AppError('server.overloaded', { retryAfterS: comeBackAfterS() })
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
