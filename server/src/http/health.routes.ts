import type { FastifyInstance } from 'fastify'

const open = { config: { permission: 'public' as const, rate: 'machine' as const } }

export async function healthRoutes(app: FastifyInstance) {
  // Liveness does not look at the database: restarting us would not mend it.
  app.get('/healthz', open, async () => ({ status: 'ok' }))
  app.get('/readyz', open, async (_request, reply) => {
    try {
      await app.deps.database.pool.query('select 1')
      return { status: 'ready' }
    } catch {
      return reply.status(503).send({ status: 'waiting', reason: 'database' })
    }
  })
}
