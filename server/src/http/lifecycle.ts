import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { AppError } from '../errors.ts'

export interface Lifecycle {
  /**
   * starting: listens, and waits for the database and its schema. stopping: answers everybody, and tells balancers and
   * kept connections to go elsewhere.
   */
  phase: 'starting' | 'serving' | 'stopping'
}

/** Whoever has asked is answered within this time after the door is shut. */
const lastAnswersMs = 5_000

/** Answered in every phase: they tell which one it is. */
const always: readonly string[] = ['/healthz', '/readyz']

/**
 * Keeps callers off a server that has no database yet: it is asked again rather than started again. A server that
 * stops ends no request: whoever is connected is answered, on a connection that closes behind the answer.
 */
export const lifecycle = fp(async (app: FastifyInstance) => {
  const state: Lifecycle = { phase: 'serving' }
  app.decorate('lifecycle', state)
  app.addHook('onRequest', (request, _reply, done) => {
    const isTooEarly = state.phase === 'starting' && !always.includes(request.routeOptions.url ?? '')
    done(isTooEarly ? new AppError('server.unavailable') : undefined)
  })
  // Node does not count a connection as idle that was opened ahead and has asked nothing yet, as browsers do: without an
  // end it would keep a stopping server until it is killed.
  app.addHook('preClose', async () => {
    setTimeout(() => app.server.closeAllConnections(), lastAnswersMs).unref()
  })
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (state.phase === 'stopping') reply.header('connection', 'close')
    done()
  })
})
