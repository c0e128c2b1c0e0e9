import type { FastifyInstance, FastifyReply } from 'fastify'
import { streamEvents } from '../../contracts/messages.ts'
import { sessionRoute } from '../http/route.ts'
import { eventChannel, type EventNotice } from './notify.ts'

const heartbeatMs = 25_000
/** A client that does not read would fill our memory: it is cut off and comes back. */
const maxBufferedBytes = 1024 * 1024

export interface EventHub {
  add(personId: string, reply: FastifyReply): void
  dispatch(payload: string): void
  close(): void
}

/** The open streams of this process, by person. */
export function createHub(now: () => Date): EventHub {
  const streams = new Map<string, Set<FastifyReply>>()
  const write = (reply: FastifyReply, text: string) => {
    if (reply.raw.writableLength > maxBufferedBytes) reply.raw.destroy()
    else reply.raw.write(text)
  }
  const heartbeat = setInterval(() => {
    for (const replies of streams.values()) for (const reply of replies) write(reply, ': still here\n\n')
  }, heartbeatMs)
  heartbeat.unref()
  return {
    add(personId, reply) {
      const own = streams.get(personId) ?? new Set()
      streams.set(personId, own.add(reply))
      write(reply, frame({ type: 'hello', at: now().toISOString() }))
      reply.raw.on('close', () => {
        own.delete(reply)
        if (own.size === 0 && streams.get(personId) === own) streams.delete(personId)
      })
    },
    dispatch(payload) {
      const notice = readNotice(payload)
      if (!notice) return
      const text = frame(notice.event)
      for (const personId of notice.personIds)
        for (const reply of streams.get(personId) ?? []) write(reply, text)
    },
    close() {
      clearInterval(heartbeat)
      for (const replies of streams.values()) for (const reply of replies) reply.raw.end()
    },
  }
}

const frame = (event: EventNotice['event']): string =>
  `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`

/** Our own processes wrote it, so its shape is ours. */
function readNotice(payload: string): EventNotice | null {
  const notice: unknown = JSON.parse(payload)
  return typeof notice === 'object' && notice && 'event' in notice && 'personIds' in notice
    ? (notice as EventNotice)
    : null
}

export async function eventRoutes(app: FastifyInstance): Promise<void> {
  const { deps } = app
  const hub = createHub(() => deps.clock.now())
  const unlisten = await deps.db.listen(eventChannel, hub.dispatch)
  app.addHook('preClose', async () => {
    hub.close()
    await unlisten()
  })
  sessionRoute(app, streamEvents, async (_input, ctx, reply) => {
    reply.hijack()
    reply.raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      connection: 'keep-alive',
    })
    hub.add(ctx.personId, reply)
    return reply
  })
}
