import type { FastifyInstance } from 'fastify'

const open = { config: { permission: 'public' as const, rate: 'machine' as const } }

/** Whether this process lives, and whether it can serve. Neither needs a session: balancers have none. */
export async function healthRoutes(app: FastifyInstance) {
  // Liveness looks at nothing outside: restarting us would not mend it.
  app.get('/healthz', open, async () => ({ status: 'ok' }))
  app.get('/readyz', open, async (_request, reply) => {
    const reason = await reasonToWait(app)
    if (reason !== null) return reply.status(503).send({ status: 'waiting', reason })
    // Without its queue the server takes everything and owes what follows from it: worse, not away.
    const isWhole = await app.deps.queues.answers()
    return isWhole ? { status: 'ready' } : { status: 'ready', degraded: ['queue'] }
  })
}

async function reasonToWait({ lifecycle: { phase }, deps }: FastifyInstance): Promise<string | null> {
  if (phase !== 'serving') return phase
  return deps.database.pool.query('select 1').then(
    () => null,
    () => 'database',
  )
}
