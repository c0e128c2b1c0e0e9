import { EventEmitter } from 'node:events'
import type { FastifyReply, FastifyRequest } from 'fastify'

export type Topic = 'government' | 'sms' | 'mail' | 'webhooks'

/** Tells open pages that something came in; they then fetch what they show. */
export interface Live {
  changed(topic: Topic): void
  stream(topic: Topic, request: FastifyRequest, reply: FastifyReply): void
  closeAll(): void
}

const beatMs = 20_000

export function createLive(): Live {
  const events = new EventEmitter().setMaxListeners(0)
  const open = new Set<() => void>()

  return {
    changed: (topic) => void events.emit(topic),
    stream(topic, request, reply) {
      reply.hijack()
      const { raw } = reply
      raw.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      })
      raw.write('retry: 1000\n\n')
      const tell = (): void => void raw.write('event: changed\ndata: {}\n\n')
      const beat = setInterval(() => raw.write(': beat\n\n'), beatMs)
      const close = (): void => {
        clearInterval(beat)
        events.off(topic, tell)
        open.delete(close)
        raw.end()
      }
      events.on(topic, tell)
      open.add(close)
      request.raw.once('close', close)
    },
    closeAll: () => open.forEach((close) => close()),
  }
}
