import { afterAll, beforeAll, expect, it } from 'vitest'
import { startRedis, type Redis } from '@kangbao/launcher/redis.ts'
import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import { until } from '../drivers/http.ts'
import { OwnStack } from '../support/own-stack.ts'
import { dayAnswers, foundOrg, outlineOf, type WorkingOrg } from '../support/working-org.ts'
import { atMost, zero } from './harness/figures.ts'
import { startSecondServer } from './harness/second-server.ts'
import { sized } from './harness/sizes.ts'
import { readyToFile } from './harness/tenants.ts'

const restarts = sized(20, 3)
const phones = 12
const backWithinMs = 5_000
const readyWithinMs = 5_000
const stopWithinMs = 10_000
const drainMs = 1_500

let redis: Redis
let own: OwnStack
let org: WorkingOrg
beforeAll(async () => {
  const started = await startRedis()
  expect(started, 'redis-server is not installed').toBeDefined()
  redis = started as Redis // expected above
  own = await OwnStack.start({ server: { REDIS_URL: redis.url, DRAIN_MS: String(drainMs) } })
  await own.putClocks('10:00')
  org = await foundOrg(own.urls, outlineOf(1, phones))
})
afterAll(async () => {
  await own?.stop()
  await redis?.stop()
})

it('R-58, R-59: started without its database the server waits, lives, and goes on by itself', async () => {
  await own.stack.kill('server', 'SIGTERM')
  await own.endDatabase('SIGKILL')
  const server = await startSecondServer(own, 'all', { isAwaited: false })
  await until(
    'life',
    () => statusOf(server.url, '/healthz'),
    (status) => status === 200,
  )
  const states = [
    { is: await statusOf(server.url, '/readyz'), wanted: 503 },
    { is: await statusOf(server.url, '/healthz'), wanted: 200 },
  ]
  await own.startDatabase()
  const from = performance.now()
  await until(
    'readiness',
    () => statusOf(server.url, '/readyz'),
    (status) => status === 200,
  )
  const tookMs = Math.round(performance.now() - from)
  states.push({ is: await statusOf(server.url, '/readyz'), wanted: 200 })
  await redis.kill()
  const without = await until(
    'word of the missing queue',
    () => readiness(server.url),
    ({ degraded }) => degraded !== undefined,
  )
  states.push({ is: without.degraded?.[0] === 'queue' ? 200 : 0, wanted: 200 })
  await redis.start()
  const queueFrom = performance.now()
  await until(
    'the queue',
    () => readiness(server.url),
    ({ status, degraded }) => status === 'ready' && !degraded,
  )
  const queueMs = Math.round(performance.now() - queueFrom)
  zero({ id: 'R-58', n: 1, value: server.crashes(), unit: 'crashes-while-waiting' })
  zero({
    id: 'R-59',
    n: states.length,
    value: states.filter(({ is, wanted }) => is !== wanted).length,
    unit: 'wrong-states',
  })
  await server.stop()
  await own.stack.restart('server', own.clockEnv)
  await own.follow(own.urls.server)
  atMost(backWithinMs, { id: 'R-58', n: 1, value: tookMs, unit: 'ms-to-ready-after-database' })
  atMost(backWithinMs, { id: 'R-58', n: 1, value: queueMs, unit: 'ms-to-whole-after-redis' })
})

it('R-58: started without Redis it is ready, and whole when Redis has come', async () => {
  await own.stack.kill('server', 'SIGTERM')
  await redis.kill()
  const from = performance.now()
  await own.stack.restart('server', own.clockEnv)
  const readyMs = Math.round(performance.now() - from)
  expect((await readiness(own.urls.server)).degraded).toEqual(['queue'])
  await redis.start()
  const queueFrom = performance.now()
  await until(
    'the queue',
    () => readiness(own.urls.server),
    ({ degraded }) => degraded === undefined,
  )
  const queueMs = Math.round(performance.now() - queueFrom)
  await own.follow(own.urls.server)
  atMost(readyWithinMs, { id: 'R-58', n: 1, value: readyMs, unit: 'ms-to-ready-without-redis' })
  atMost(backWithinMs, { id: 'R-58', n: 1, value: queueMs, unit: 'ms-to-whole-after-redis' })
})

it(`R-57: ${restarts} rolling restarts of two servers under load: no request fails, no job is stalled`, async () => {
  const second = await startSecondServer(own, 'all')
  await readyToFile([org])
  const day = civilDayOf(own.now(), 'Asia/Shanghai')
  const urls = [own.urls.server, second.url]
  const balancer = new Balancer(urls)
  let isOver = false
  let done = 0
  const failures: string[] = []
  const phone = async (n: number) => {
    const member = org.members[n]
    if (!member) return
    while (!isOver) {
      const base = balancer.pick()
      const reply = await fetch(
        `${base}/api${fileSubmission.path.replace(':formId', org.forms.daily).replace(':period', day)}`,
        {
          method: fileSubmission.method,
          headers: { authorization: `Bearer ${member.session.token}`, 'content-type': 'application/json' },
          body: JSON.stringify({ answers: dayAnswers(day) }),
        },
      ).catch((error: unknown) => ({
        status: String(error instanceof Error ? (error.cause ?? error) : error),
      }))
      if (reply.status === 200) done += 1
      else failures.push(String(reply.status))
      if ('text' in reply) await reply.text()
    }
  }
  const load = Array.from({ length: phones }, (_, n) => phone(n))
  const stopMs: number[] = []
  for (let n = 0; n < restarts; n += 1) {
    const from = performance.now()
    if (n % 2 === 0) await second.stop()
    else await own.stack.kill('server', 'SIGTERM')
    stopMs.push(performance.now() - from)
    if (n % 2 === 0) await second.start()
    else await own.stack.restart('server', own.clockEnv)
    await balancer.untilAll()
  }
  isOver = true
  await Promise.all(load)
  balancer.close()
  await own.follow(own.urls.server)
  await second.stop()
  if (failures.length > 0) console.log(failures)
  zero({ id: 'R-57', n: done, value: failures.length, unit: 'failed-requests' })
  atMost(stopWithinMs, {
    id: 'R-57',
    n: restarts,
    value: Math.round(Math.max(...stopMs)),
    unit: 'ms-to-stop',
  })
})

/** Sends to whoever says of himself that he is ready, looking several times a second, as balancers do. */
class Balancer {
  private ready: string[]
  private next = 0
  private readonly timer: NodeJS.Timeout

  constructor(private readonly urls: readonly string[]) {
    this.ready = [...urls]
    this.timer = setInterval(() => void this.look(), 100)
  }

  pick(): string {
    this.next += 1
    return this.ready[this.next % this.ready.length] ?? this.urls[0] ?? ''
  }

  untilAll(): Promise<unknown> {
    return until(
      'both servers',
      () => Promise.resolve(this.ready.length),
      (count) => count === this.urls.length,
    )
  }

  close(): void {
    clearInterval(this.timer)
  }

  private async look(): Promise<void> {
    const states = await Promise.all(this.urls.map((url) => statusOf(url, '/readyz')))
    this.ready = this.urls.filter((_, i) => states[i] === 200)
  }
}

async function statusOf(url: string, path: string): Promise<number> {
  const answer = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(5_000) }).catch(() => null)
  await answer?.text().catch(() => undefined)
  return answer?.status ?? 0
}

async function readiness(url: string): Promise<{ status?: string; degraded?: string[] }> {
  const answer = await fetch(`${url}/readyz`).catch(() => null)
  return answer ? ((await answer.json()) as { status?: string; degraded?: string[] }) : {} // health.routes
}
