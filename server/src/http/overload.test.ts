import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import fastify, { type FastifyInstance, type InjectOptions } from 'fastify'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import { getCompleteness } from '@kangbao/shared/contracts/completeness.ts'
import type { Contract } from '@kangbao/shared/contracts/contract.ts'
import { liveEvents } from '@kangbao/shared/contracts/live.ts'
import { fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import {
  alwaysInHand,
  crowd,
  leastInCrowd,
  leastInHand,
  mayEnter,
  mostInHand,
  nextRoom,
  noLoad,
  overload,
  refuse,
  slowMs,
  watchLateness,
} from './overload.ts'
import { problemPlugin } from './problem.ts'

describe('R-39: who is taken', () => {
  it.each([
    ['an idle server takes anything', { inHand: 0, recentMs: 0, room: mostInHand }, true, true],
    [
      'a quick one takes up to its room',
      { inHand: mostInHand - 1, recentMs: 5, room: mostInHand },
      false,
      true,
    ],
    ['and not one more', { inHand: mostInHand, recentMs: 5, room: mostInHand }, false, false],
    [
      'a slow one keeps to what it can answer in time',
      { inHand: alwaysInHand, recentMs: slowMs + 1, room: mostInHand },
      false,
      false,
    ],
    [
      'and takes what fits',
      { inHand: alwaysInHand - 1, recentMs: slowMs + 1, room: mostInHand },
      false,
      true,
    ],
    [
      'one that comes late takes no more than it has room for',
      { inHand: leastInHand, recentMs: 5, room: leastInHand },
      false,
      false,
    ],
    ['what can wait goes first', { inHand: mostInHand / 2, recentMs: 5, room: mostInHand }, true, false],
  ])('%s', (_what, load, canWait, isTaken) => {
    expect(mayEnter(load, canWait)).toBe(isTaken)
  })
})

describe('R-39: how many a process takes', () => {
  const after = (looks: number, room: number, lateByMs: number, refusedOfLate = 0): number =>
    looks === 0
      ? room
      : after(looks - 1, nextRoom({ room, refusedOfLate }, lateByMs), lateByMs, refusedOfLate)

  it('falls while it comes late, not below the least, and comes back', () => {
    expect(after(1, mostInHand, 1_000)).toBeLessThan(mostInHand)
    expect(after(20, mostInHand, 1_000)).toBe(leastInHand)
    expect(after(200, leastInHand, 0)).toBe(mostInHand)
  })

  it('falls further while a crowd is refused, and not for a few', () => {
    expect(after(20, mostInHand, 1_000, crowd)).toBe(leastInHand)
    expect(after(20, mostInHand, 1_000, crowd + 1)).toBe(leastInCrowd)
    expect(after(200, leastInCrowd, 0, crowd + 1)).toBe(mostInHand)
  })

  it('forgets what it refused', async () => {
    const load = noLoad()
    const stop = watchLateness(load)
    for (let n = 0; n < 3 * crowd; n += 1) refuse(load)
    expect(load.refusedOfLate).toBe(3 * crowd)
    await vi.waitUntil(() => load.refusedOfLate < crowd, { timeout: 20_000 })
    stop()
  })

  it('is seen by itself', async () => {
    const load = noLoad()
    const stop = watchLateness(load)
    await setImmediate()
    const until = performance.now() + 200
    while (performance.now() < until); // nothing else gets a turn
    await vi.waitUntil(() => load.room < mostInHand)
    await vi.waitUntil(() => load.room === mostInHand, { timeout: 20_000 })
    stop()
  })

  it('is looked at by a server that listens, and by no other: what is injected waits in no socket', async () => {
    const load = noLoad()
    const app = fastify()
    await app.register(overload, { load })
    const beLate = async () => {
      await setImmediate()
      const until = performance.now() + 200
      while (performance.now() < until); // nothing else gets a turn
      await sleep(30)
    }
    await app.ready()
    await beLate()
    expect(load.room).toBe(mostInHand)
    await app.listen({ port: 0, host: '127.0.0.1' })
    await beLate()
    expect(load.room).toBeLessThan(mostInHand)
    await app.close()
  })
})

describe('R-39: a server with its hands full', () => {
  let app: FastifyInstance
  let open: () => void
  let gate: Promise<void>
  let inHand: number

  beforeEach(async () => {
    gate = new Promise((done) => (open = done))
    inHand = 0
    app = fastify()
    await app.register(problemPlugin)
    await app.register(overload, { load: noLoad() })
    const add = (contract: Contract, url: string) =>
      app.route({
        method: contract.method,
        url,
        config: { permission: contract.permission, contract },
        handler: async () => {
          inHand += 1
          return gate.then(() => ({ ok: true }))
        },
      })
    add(fileSubmission, '/api/forms/:formId/submissions/:period')
    add(getCompleteness, '/api/forms/:formId/completeness/:period')
    add(liveEvents, '/api/live')
    await app.ready()
  })
  afterEach(async () => {
    open()
    await app.close()
  })

  // Under way at once: by itself an injected call waits until somebody waits for it.
  const sent = async (options: InjectOptions) => app.inject(options)
  const file = () => sent({ method: 'PUT', url: '/api/forms/f/submissions/2026-03-02', payload: {} })
  const read = () => sent({ url: '/api/forms/f/completeness/2026-03-02' })

  const taken = (count: number) => vi.waitUntil(() => inHand === count, { timeout: 10_000, interval: 5 })

  it('refuses what is too much at once, says when to come back, and is itself again when hands are free', async () => {
    const extra = 200
    let answered = 0
    const calls = Array.from({ length: mostInHand + extra }, () => file().finally(() => (answered += 1)))
    // Nobody is made to wait for the others in order to be refused.
    await vi.waitUntil(() => answered === extra, { timeout: 10_000, interval: 5 })
    open()
    const replies = await Promise.all(calls)
    const refused = replies.filter(({ statusCode }) => statusCode === 503)
    const withoutTime = refused.filter(({ headers }) => !(Number(headers['retry-after']) >= 1))
    figure({
      id: 'R-39',
      n: refused.length,
      value: withoutTime.length,
      unit: 'refusals-without-retry-after',
      target: '=0',
      ok: refused.length === extra && withoutTime.length === 0,
    })
    expect(refused).toHaveLength(extra)
    expect(withoutTime).toEqual([])
    expect(refused[0]?.json()).toMatchObject({ code: 'server.overloaded', status: 503 })
    expect(replies.filter(({ statusCode }) => statusCode === 200)).toHaveLength(mostInHand)
    expect((await file()).statusCode).toBe(200)
  })

  it('R-41: refuses statistics while it still takes filings', async () => {
    const calls = Array.from({ length: mostInHand / 2 }, file)
    await taken(mostInHand / 2)
    expect((await read()).statusCode).toBe(503)
    const one = file()
    open()
    expect((await one).statusCode).toBe(200)
    await Promise.all(calls)
    expect((await read()).statusCode).toBe(200)
  })

  it('does not count streams: open screens take no room', async () => {
    const streams = Array.from({ length: mostInHand }, () => sent({ url: '/api/live' }))
    await taken(mostInHand)
    const one = file()
    open()
    expect((await one).statusCode).toBe(200)
    await Promise.all(streams)
  })
})
