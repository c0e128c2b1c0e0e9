import type { FastifyInstance } from 'fastify'
import { Type, type Static } from 'typebox'
import type { Deps } from './deps.ts'

const Move = Type.Object(
  {
    now: Type.Optional(Type.Union([Type.String({ format: 'date-time' }), Type.Null()])),
    advanceMs: Type.Optional(Type.Integer()),
  },
  { additionalProperties: false },
)

/** Moving the clock, for tests, the demo and benchmarks; absent unless CLOCK_CONTROL is set. */
export function clockRoutes({ clock, config }: Deps) {
  return async (app: FastifyInstance): Promise<void> => {
    if (!config.hasClockControl) return
    app.get('/__clock', async () => ({ now: clock.now().toISOString() }))
    app.post<{ Body: Static<typeof Move> }>('/__clock', { schema: { body: Move } }, async (request) => {
      const { now, advanceMs } = request.body
      if (now !== undefined) clock.set(now === null ? null : new Date(now))
      if (advanceMs !== undefined) clock.advance(advanceMs)
      return { now: clock.now().toISOString() }
    })
  }
}
