import { sql } from 'drizzle-orm'
import type { FastifyReply } from 'fastify'
import { EventEmitter } from 'node:events'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createHub, heartbeatMs, maxStreamsPerPerson } from '../api/events/hub.ts'
import { eventually, newWorld, type Json, type Person, type World } from './world.ts'

describe('over a real connection', () => {
  let world: World
  let base = ''
  beforeAll(async () => {
    world = await newWorld()
    base = await world.app.listen({ port: 0, host: '127.0.0.1' })
  })
  afterAll(() => world.close())

  interface Open {
    events: { type: string; data: Json }[]
    text(): string
    isOver(): boolean
    close(): void
  }

  async function listen(person: Person): Promise<Open> {
    const stop = new AbortController()
    const reply = await fetch(`${base}/client-api/events`, {
      headers: { authorization: `Bearer ${person.token}` },
      signal: stop.signal,
    })
    expect([reply.status, reply.headers.get('content-type')]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
    ])
    const open = { events: [] as Open['events'], whole: '', over: false }
    const decoder = new TextDecoder()
    void (async () => {
      for await (const chunk of reply.body ?? []) {
        open.whole += decoder.decode(chunk as Uint8Array, { stream: true })
        open.events = [...open.whole.matchAll(/event: (\w+)\ndata: (.*)\n\n/g)].map(
          ([, type = '', data = '']) => ({
            type,
            data: JSON.parse(data),
          }),
        )
      }
    })()
      .catch(() => undefined)
      .finally(() => (open.over = true))
    await eventually(() => open.events.length > 0)
    return {
      get events() {
        return open.events
      },
      text: () => open.whole,
      isOver: () => open.over,
      close: () => stop.abort(),
    }
  }

  it('Z-08: who is on line is greeted, told when to come back after a loss, and hears of messages of his own orgs alone', async () => {
    const { admin, orgId } = await world.orgWithAdmin()
    const { code } = (await admin.call('GET', `/orgs/${orgId}/invite`)).body
    const member = await world.person('李一')
    await member.call('POST', `/join-codes/${code}`, {})
    const stranger = await world.person('外人')
    const [mine, other] = [await listen(member), await listen(stranger)]
    expect(mine.events[0]?.type).toBe('hello')
    const retry = Number(/^retry: (\d+)$/m.exec(mine.text())?.[1])
    expect([retry >= 1000, retry < 8000]).toEqual([true, true])

    const { items } = (await admin.call('GET', `/conversations?orgId=${orgId}`)).body
    await admin.call('POST', `/orgs/${orgId}/conversations/${items[0].id}/messages`, {
      content: { msgtype: 'text', text: { content: '全体注意' } },
    })
    const told = await eventually(() => mine.events.find(({ type }) => type === 'message'))
    expect(told.data).toEqual({
      type: 'message',
      orgId,
      conversationId: items[0].id,
      kind: 'org',
      agentId: null,
    })
    // No words travel on the stream: whoever is told asks for what he may see.
    expect(mine.text()).not.toContain('全体注意')
    expect(other.events.map(({ type }) => type)).toEqual(['hello'])

    // Away for a while: what was missed is asked for by the id of the last message seen.
    mine.close()
    const path = `/orgs/${orgId}/conversations/${items[0].id}/messages`
    const [seen] = (await member.call('GET', path)).body.items
    for (const content of ['甲', '乙'])
      await admin.call('POST', path, { content: { msgtype: 'text', text: { content } } })
    const back = await listen(member)
    expect(back.events[0]?.type).toBe('hello')
    const missed = (await member.call('GET', `${path}?after=${seen.id}`)).body.items
    expect(missed.map(({ content }: Json) => content.text.content)).toEqual(['甲', '乙'])
    back.close()
    other.close()
  })

  it('S-16: no stream without a session', async () => {
    const reply = await fetch(`${base}/client-api/events`, { headers: { authorization: 'Bearer nobody' } })
    expect(reply.status).toBe(401)
    expect(await world.db.one(sql`select 1 from sessions where token_hash = 'nobody'`)).toBeNull()
  })
})

describe('the hub', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())

  class FakeRaw extends EventEmitter {
    written = ''
    isOver = false
    isCut = false
    writableLength = 0
    write(text: string) {
      this.written += text
    }
    end() {
      this.isOver = true
      this.emit('close')
    }
    destroy() {
      this.isCut = true
      this.emit('close')
    }
  }
  const hubOf = (living: () => ReadonlySet<string>) =>
    createHub({ now: () => new Date(0), living: async () => living() })
  function open(hub: ReturnType<typeof hubOf>, personId: string, sessionId = personId): FakeRaw {
    const raw = new FakeRaw()
    hub.add({ personId, sessionId, reply: { raw } as unknown as FastifyReply }) // all the hub uses of it
    return raw
  }

  it('Z-08: every stream hears a beat; one of a session that has ended is ended with it', async () => {
    const hub = hubOf(() => new Set(['alive']))
    const [alive, ended] = [open(hub, 'one', 'alive'), open(hub, 'two', 'ended')]
    await vi.advanceTimersByTimeAsync(heartbeatMs + 10)
    expect(alive.written).toContain('event: beat\n')
    expect([alive.isOver, ended.isOver]).toEqual([false, true])
    hub.close()
  })

  it('R-44: one who does not read is cut off, one with too many streams loses the oldest, nobody else notices', () => {
    const hub = hubOf(() => new Set())
    const slow = open(hub, 'slow')
    const own = Array.from({ length: maxStreamsPerPerson + 1 }, () => open(hub, 'busy'))
    expect(own.map(({ isOver }) => isOver)).toEqual([true, ...own.slice(1).map(() => false)])
    slow.writableLength = 2 * 1024 * 1024
    const event = { type: 'account' }
    hub.dispatch(JSON.stringify({ event, personIds: ['slow', 'busy', 'nobody'] }))
    expect([slow.isCut, own[1]?.written.includes('event: account')]).toEqual([true, true])
    hub.close()
    expect(own.every(({ isOver }) => isOver)).toBe(true)
  })
})
