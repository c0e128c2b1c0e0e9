import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'

const Move = Type.Object(
  {
    now: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    advanceMs: Type.Optional(Type.Number()),
  },
  { additionalProperties: false },
)

/** Moves this process's clock; exists only when `CLOCK_CONTROL` is set. */
export async function clockRoutes(app: FastifyInstance) {
  const { clock } = app.deps
  const reading = () => ({ now: new Date(clock.now()).toISOString() })
  app.get('/__clock', { config: { permission: 'public', rate: 'machine' } }, async () => reading())
  app.post<{ Body: { now?: string | null; advanceMs?: number } }>(
    '/__clock',
    { config: { permission: 'public', rate: 'machine' }, schema: { body: Move } },
    async ({ body }) => {
      if (body.now !== undefined) clock.set(body.now === null ? null : Date.parse(body.now))
      if (body.advanceMs !== undefined) clock.advance(body.advanceMs)
      return reading()
    },
  )
}
