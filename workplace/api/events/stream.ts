import { sql } from 'drizzle-orm'
import type { FastifyInstance } from 'fastify'
import { streamEvents } from '../../contracts/messages.ts'
import { array } from '../db/database.ts'
import { sessionRoute } from '../http/route.ts'
import { createHub } from './hub.ts'
import { eventChannel } from './notify.ts'

export async function eventRoutes(app: FastifyInstance): Promise<void> {
  const { deps } = app
  const hub = createHub({
    now: () => deps.clock.now(),
    async living(sessionIds) {
      const rows = await deps.db.rows<{ id: string }>(sql`
        select id from sessions where id = any(${array(sessionIds)}::uuid[]) and expires_at > ${deps.clock.now()}`)
      return new Set(rows.map(({ id }) => id))
    },
  })
  const unlisten = await deps.db.listen(eventChannel, hub.dispatch)
  app.addHook('preClose', async () => {
    hub.close()
    await unlisten()
  })
  sessionRoute(app, streamEvents, async (_input, { personId, sessionId }, reply) => {
    reply.hijack()
    reply.raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      connection: 'keep-alive',
    })
    hub.add({ personId, sessionId, reply })
    return reply
  })
}
