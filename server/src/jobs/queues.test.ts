import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { Type } from 'typebox'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestServer, testNow, type TestServer } from '../../test/server.ts'
import { until } from '../../test/until.ts'
import type { Deps } from '../deps.ts'
import { defineJob, defineTick, type JobDefinition } from './define-job.ts'
import { claimDue, emit } from './outbox.repo.ts'
import { openQueues, type Queues } from './queues.ts'
import { RetryLater } from './retry-later.ts'
import { startRunner, type Runner } from './runner.ts'

/*
 * One suite for both back ends of the queue: PostgreSQL by default, Redis when REDIS_URL is set.
 */
let server: TestServer
let runner: Runner | null = null
let deps: Deps
const orgId = '01938f6e-3c2a-7c3e-9a55-0d6f8d0a1b2c'

beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())
beforeEach(async () => {
  server.deps.clock.set(testNow)
  await server.deps.database.inSystem(({ tx }) => tx.execute(sql`delete from outbox`))
  deps = { ...server.deps, queues: openQueues(server.deps.config, server.deps.log) }
  await deps.queues.obliterate()
})
afterEach(async () => {
  if (runner) await runner.close()
  else await deps.queues.close()
  runner = null
})

const Data = Type.Object({ n: Type.Integer() })

function job(name: string, run: JobDefinition<typeof Data>['run'], pauseMs = 0): JobDefinition<typeof Data> {
  return defineJob({ name, queue: 'default', data: Data, retryAfterMs: () => pauseMs, run })
}
function start(jobs: readonly JobDefinition<typeof Data>[], on: Deps = deps): Runner {
  runner = startRunner(on, jobs, [])
  return runner
}
function owe(
  definition: JobDefinition<typeof Data>,
  n: number,
  options: { dedupKey?: string; notBefore?: number } = {},
) {
  const actor = { kind: 'system', name: 'test' } as const
  return deps.database.inOrg(orgId, actor, (scope) =>
    emit(scope, definition, { n }, { now: deps.clock.now(), ...options }),
  )
}
async function countOwed(): Promise<number> {
  const { rows } = await deps.database.inSystem(({ tx }) =>
    tx.execute<{ owed: number }>(sql`select count(*)::int as owed from outbox`),
  )
  return rows[0]?.owed ?? -1
}
const nothingOwed = () => until(countOwed, (owed) => owed === 0)

describe('the queue', () => {
  it('runs every owed job and then owes nothing', async () => {
    const seen: number[] = []
    const counting = job('test.count', async ({ n }) => void seen.push(n))
    for (let n = 0; n < 30; n += 1) await owe(counting, n)
    start([counting])
    await nothingOwed()
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, n) => n))
  })

  it('takes a job whose id is waiting already only once', async () => {
    const ids: string[] = []
    const id = randomUUID()
    await deps.queues.add('default', [{ id, name: 'x', data: {} }])
    await deps.queues.add('default', [{ id, name: 'x', data: {} }])
    await deps.queues.add('default', [{ id: `${id}-2`, name: 'x', data: {} }])
    deps.queues.work('default', async (queued) => void ids.push(queued.id))
    await until(
      () => ids.length,
      (length) => length >= 2,
    )
    await deps.queues.close()
    expect(ids.sort()).toEqual([id, `${id}-2`])
    deps = { ...deps, queues: openQueues(deps.config, deps.log) }
  })

  it('runs jobs of one process side by side', async () => {
    let running = 0
    let most = 0
    const slow = job('test.slow', async () => {
      most = Math.max(most, ++running)
      await until(
        () => most,
        (seen) => seen >= 4,
        3_000,
      )
      running -= 1
    })
    for (let n = 0; n < 6; n += 1) await owe(slow, n)
    start([slow])
    await nothingOwed()
    expect(most).toBeGreaterThanOrEqual(4)
  })

  it('ticks again and again, once over all processes, and comes back after the queue has lost everything', async () => {
    let ticks = 0
    const tick = defineTick({ name: 'test.tick', everyMs: 250, run: async () => void (ticks += 1) })
    runner = startRunner(deps, [], [tick])
    const other: Queues = openQueues(deps.config, deps.log)
    const second = startRunner({ ...deps, queues: other }, [], [tick])
    await until(
      () => ticks,
      (seen) => seen >= 3,
    )
    const before = ticks
    const begun = performance.now()
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    const perSecond = (ticks - before) / ((performance.now() - begun) / 1000)
    expect(perSecond).toBeLessThanOrEqual(5.5) // 4, not 8
    await second.close()

    await deps.queues.obliterate()
    const lost = ticks
    await until(
      () => ticks,
      (seen) => seen >= lost + 2,
      20_000,
    )
  })
})

describe('the outbox behind the queue', () => {
  it('brings back every job after the queue was emptied', async () => {
    const seen = new Set<number>()
    const counting = job('test.count', async ({ n }) => void seen.add(n))
    for (let n = 0; n < 20; n += 1) await owe(counting, n)
    // Handed over, then lost with the queue before anybody worked.
    const handed = await deps.database.inSystem((system) =>
      claimDue(system, { now: deps.clock.now(), leaseMs: 90_000, limit: 100 }),
    )
    await deps.queues.add(
      'default',
      handed.map((each) => ({ id: `${each.id}-1`, name: each.job, data: { ...each } })),
    )
    expect((await deps.queues.counts()).waiting).toBe(20)
    await deps.queues.obliterate()
    expect((await deps.queues.counts()).waiting).toBe(0)
    start([counting])
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(seen.size).toBe(0) // still on lease
    server.deps.clock.advance(91_000)
    await nothingOwed()
    expect(seen.size).toBe(20)
  })

  it('runs a job again whose worker was killed in the middle', async () => {
    let runs = 0
    let letGo: () => void = () => undefined
    const dying = job('test.dying', async () => {
      runs += 1
      // The first worker never ends: as good as killed.
      if (runs === 1) await new Promise<void>((resolve) => (letGo = resolve))
    })
    await owe(dying, 1)
    const first = startRunner(deps, [dying], [])
    await until(
      () => runs,
      (seen) => seen === 1,
    )
    await deps.queues.obliterate() // its lock goes with the queue
    const other = { ...deps, queues: openQueues(deps.config, deps.log) }
    const second = startRunner(other, [dying], [])
    server.deps.clock.advance(91_000)
    await nothingOwed()
    expect(runs).toBe(2)
    letGo()
    await first.close()
    await second.close()
    runner = null
    deps = { ...deps, queues: openQueues(deps.config, deps.log) }
  })

  it('waits between tries by our own clock, as long as the job or the other side asks', async () => {
    let runs = 0
    const failing = job(
      'test.failing',
      async () => {
        runs += 1
        if (runs === 1) throw new Error('not yet')
        if (runs === 2) throw new RetryLater(7_200_000, 'come back in two hours')
      },
      3_600_000,
    )
    await owe(failing, 1)
    start([failing])
    const pausedTo = async () => {
      const { rows } = await deps.database.inSystem(({ tx }) =>
        tx.execute<{ at: string; attempts: number }>(sql`
          select available_at as at, attempts from outbox where relayed_at is null`),
      )
      return rows[0]
        ? { afterMs: Date.parse(rows[0].at) - deps.clock.now(), attempts: rows[0].attempts }
        : null
    }
    const first = await until(pausedTo, (row) => row?.attempts === 1)
    expect(Math.round((first?.afterMs ?? 0) / 60_000)).toBe(60)
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(runs).toBe(1)
    server.deps.clock.advance(3_600_000)
    const second = await until(pausedTo, (row) => row?.attempts === 2)
    expect(Math.round((second?.afterMs ?? 0) / 60_000)).toBe(120)
    server.deps.clock.advance(7_200_000)
    await nothingOwed()
    expect(runs).toBe(3)
  })

  it('does not run a job before its time', async () => {
    const seen: number[] = []
    const later = job('test.later', async ({ n }) => void seen.push(n))
    await owe(later, 1, { notBefore: testNow + 60_000 })
    await owe(later, 2)
    start([later])
    await until(
      () => seen.length,
      (length) => length === 1,
    )
    expect(seen).toEqual([2])
    server.deps.clock.advance(61_000)
    await nothingOwed()
    expect(seen).toEqual([2, 1])
  })

  it('runs a job of one key once when it is owed twice, and once more when owed again while it runs', async () => {
    const seen: number[] = []
    let letGo: () => void = () => undefined
    const keyed = job('test.keyed', async ({ n }) => {
      seen.push(n)
      if (n === 2) await new Promise<void>((resolve) => (letGo = resolve))
    })
    await owe(keyed, 1, { dedupKey: 'k' })
    await owe(keyed, 2, { dedupKey: 'k' })
    start([keyed])
    await until(
      () => seen.length,
      (length) => length === 1,
    )
    await owe(keyed, 3, { dedupKey: 'k' })
    await until(
      () => seen.length,
      (length) => length === 2,
    )
    letGo()
    await nothingOwed()
    expect(seen).toEqual([2, 3])
  })

  it('runs a job that owes itself anew for later when later comes, and not before', async () => {
    let runs = 0
    const again = job('test.again', async ({ n }) => {
      runs += 1
      if (n < 2) await owe(again, n + 1, { dedupKey: 'again', notBefore: deps.clock.now() + 3_600_000 })
    })
    const marks: number[] = []
    const mark = job('test.mark', async ({ n }) => void marks.push(n))
    /** The relay has looked several times meanwhile. */
    const looked = async () => {
      for (let n = 0; n < 3; n += 1) {
        const done = marks.length + 1
        await owe(mark, n)
        await until(
          () => marks.length,
          (length) => length === done,
        )
      }
    }
    await owe(again, 0, { dedupKey: 'again' })
    start([again, mark])
    for (const expected of [1, 2, 3]) {
      await until(
        () => runs,
        (seen) => seen === expected,
      )
      await looked()
      expect(runs).toBe(expected)
      deps.clock.advance(3_600_000)
    }
    await nothingOwed()
  })

  it('goes on with a job whose end could not be written down: its id is free again', async () => {
    let runs = 0
    const counting = job('test.unsettled', async () => void (runs += 1))
    await owe(counting, 1)
    // The database refuses exactly the settling, once, and the postponing after it.
    let refusals = 2
    const database: Deps['database'] = {
      ...deps.database,
      inSystem: (work) => {
        if (runs === 1 && refusals > 0) {
          refusals -= 1
          return Promise.reject(new Error('no database now'))
        }
        return deps.database.inSystem(work)
      },
    }
    start([counting], { ...deps, database })
    await until(
      () => refusals,
      (left) => left === 0,
    )
    // Handed over while the queue still holds the failed one under its id, it is left alone until the next lease.
    await until(
      () => {
        server.deps.clock.advance(91_000)
        return countOwed()
      },
      (owed) => owed === 0,
    )
    expect(runs).toBe(2)
  })

  it('waits for what runs when it closes, and leaves the rest to the outbox', async () => {
    let ended = false
    let hasBegun = false
    const slow = job('test.closing', async () => {
      hasBegun = true
      await new Promise((resolve) => setTimeout(resolve, 500))
      ended = true
    })
    await owe(slow, 1)
    const running = start([slow])
    await until(
      () => hasBegun,
      (begun) => begun,
    )
    await running.close()
    runner = null
    deps = { ...deps, queues: openQueues(deps.config, deps.log) }
    expect(ended).toBe(true)
    expect(await countOwed()).toBe(0)
  })
})
