import type { FastifyInstance } from 'fastify'
import type { SteeredClock } from '../clock.ts'

const schema = {
  body: {
    type: 'object',
    properties: { now: { type: ['string', 'null'] }, advanceMs: { type: 'integer' } },
    additionalProperties: false,
  },
}

/** Steers the clock in tests, demo and benchmarks; registered only when the configuration says so. */
export function clockRoutes(app: FastifyInstance, clock: SteeredClock): void {
  const view = () => ({ now: clock.now().toISOString() })
  app.get('/__clock', async () => view())
  app.post<{ Body: { now?: string | null; advanceMs?: number } }>(
    '/__clock',
    { schema },
    async ({ body }) => {
      if (body.now === null) clock.set(null)
      else if (body.now !== undefined && !Number.isNaN(Date.parse(body.now))) clock.set(new Date(body.now))
      if (body.advanceMs !== undefined) clock.advance(body.advanceMs)
      return view()
    },
  )
}
