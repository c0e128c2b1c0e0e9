import { randomInt } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import type { EventNotice } from './notify.ts'

export const heartbeatMs = 25_000
/** A client that does not read would fill our memory: it is cut off and comes back. */
const maxBufferedBytes = 1024 * 1024
/** Devices and open pages of one person; the oldest makes room. */
export const maxStreamsPerPerson = 20
/** After a restart everybody comes back, but not in the same second. */
const [soonestBackMs, latestBackMs] = [1000, 8000]

export interface Stream {
  personId: string
  sessionId: string
  reply: FastifyReply
}

export interface EventHub {
  add(stream: Stream): void
  dispatch(payload: string): void
  close(): void
}

interface Needs {
  now(): Date
  /** Of these sessions, those that go on. */
  living(sessionIds: readonly string[]): Promise<ReadonlySet<string>>
}

/** The open streams of this process, by person. */
export function createHub({ now, living }: Needs): EventHub {
  const streams = new Map<string, Set<Stream>>()
  const all = () => [...streams.values()].flatMap((own) => [...own])
  const write = ({ reply }: Stream, text: string) => {
    if (reply.raw.writableLength > maxBufferedBytes) reply.raw.destroy()
    else reply.raw.write(text)
  }

  /** Tells the client that the line is there, and ends the streams of sessions that have ended. */
  async function beat(): Promise<void> {
    const open = all()
    if (open.length === 0) return
    for (const stream of open) write(stream, frame('beat', {}))
    const alive = await living([...new Set(open.map(({ sessionId }) => sessionId))])
    for (const stream of open) if (!alive.has(stream.sessionId)) stream.reply.raw.end()
  }
  // A database that is away is told of by everything else; the streams stay.
  const heartbeat = setInterval(() => void beat().catch(() => undefined), heartbeatMs)
  heartbeat.unref()

  return {
    add(stream) {
      const { personId, reply } = stream
      const own = streams.get(personId) ?? new Set()
      streams.set(personId, own.add(stream))
      const [oldest] = own
      if (own.size > maxStreamsPerPerson) oldest?.reply.raw.end()
      reply.raw.on('close', () => {
        own.delete(stream)
        if (own.size === 0 && streams.get(personId) === own) streams.delete(personId)
      })
      write(stream, `retry: ${randomInt(soonestBackMs, latestBackMs)}\n`)
      write(stream, frame('hello', { type: 'hello', at: now().toISOString() }))
    },
    dispatch(payload) {
      const notice = readNotice(payload)
      if (!notice) return
      const text = frame(notice.event.type, notice.event)
      for (const personId of notice.personIds)
        for (const stream of streams.get(personId) ?? []) write(stream, text)
    },
    close() {
      clearInterval(heartbeat)
      for (const { reply } of all()) reply.raw.end()
    },
  }
}

const frame = (type: string, data: object): string => `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`

/** Our own processes wrote it, so its shape is ours. */
function readNotice(payload: string): EventNotice | null {
  const notice: unknown = JSON.parse(payload)
  return typeof notice === 'object' && notice && 'event' in notice && 'personIds' in notice
    ? (notice as EventNotice)
    : null
}
