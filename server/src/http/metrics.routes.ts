import { timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { Gauge } from 'prom-client'
import { AppError } from '../errors.ts'
import { waiting } from '../jobs/outbox.repo.ts'
import { registry, requestSeconds } from '../metrics.ts'

const outboxWaiting = new Gauge({
  name: 'kangbao_outbox_waiting',
  help: 'Effects owed and not yet done',
  registers: [registry],
})
const outboxLag = new Gauge({
  name: 'kangbao_outbox_lag_seconds',
  help: 'Age of the oldest effect that is due and not yet done',
  registers: [registry],
})
const queueJobs = new Gauge({
  name: 'kangbao_queue_jobs',
  help: 'Jobs in the queue by state',
  labelNames: ['state'],
  registers: [registry],
})

/**
 * `/metrics` for Prometheus, with the time every request took. It needs no session, because a scraper has none: it
 * answers whoever shows METRICS_TOKEN, and without one set only callers on this very machine.
 */
export const metricsRoutes = fp(async (app: FastifyInstance) => {
  const { database, queues, clock, config } = app.deps
  app.addHook('onResponse', async (request, reply) => {
    const labels = {
      route: request.routeOptions.url ?? '-',
      method: request.method,
      status: reply.statusCode,
    }
    requestSeconds.observe(labels, reply.elapsedTime / 1000)
  })
  app.get('/metrics', { config: { permission: 'public', rate: 'page' } }, async (request, reply) => {
    if (!mayScrape(request, config.METRICS_TOKEN)) throw new AppError('permission.missing')
    const now = clock.now()
    const [owed, counts] = await Promise.all([
      database.inSystem((system) => waiting(system, now)),
      queues.counts(),
    ])
    outboxWaiting.set(owed.waiting)
    outboxLag.set(owed.dueSince === null ? 0 : Math.max(0, now - owed.dueSince.getTime()) / 1000)
    queueJobs.set({ state: 'waiting' }, counts.waiting)
    queueJobs.set({ state: 'failed' }, counts.failed)
    return reply.type(registry.contentType).send(await registry.metrics())
  })
})

function mayScrape(request: FastifyRequest, token: string | undefined): boolean {
  if (token !== undefined) {
    const given = Buffer.from(request.headers.authorization ?? '')
    const wanted = Buffer.from(`Bearer ${token}`)
    return given.length === wanted.length && timingSafeEqual(given, wanted)
  }
  // Somebody else's request may come through a proxy on this machine; a proxy says so.
  const isForwarded =
    request.headers['x-forwarded-for'] !== undefined || request.headers['forwarded'] !== undefined
  const from = request.socket.remoteAddress ?? ''
  return !isForwarded && ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(from)
}
