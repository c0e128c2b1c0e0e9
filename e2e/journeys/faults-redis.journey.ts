import { expect, test } from '@playwright/test'
import { figure } from '@kangbao/launcher/figure.ts'
import { startRedis, type Redis } from '@kangbao/launcher/redis.ts'
import { sendReport } from '@kangbao/shared/contracts/reports.ts'
import { until } from '../drivers/http.ts'
import { receivedReports, shownReports, tellReceiver } from '../support/ledgers.ts'
import { OwnStack } from '../support/own-stack.ts'
import { redisCommand } from '../support/redis-command.ts'
import { foundOrg, outlineOf, type WorkingOrg } from '../support/working-org.ts'

test.describe.configure({ mode: 'serial', timeout: 300_000 })

/** More than the queue takes up at once, so that some wait in Redis alone. */
const orgCount = 14
/** A job handed to a queue that has lost it is handed over again after its lease. */
const leaseMs = 100_000

let redis: Redis | undefined
let own: OwnStack | undefined
test.beforeAll(async () => {
  redis = await startRedis()
  if (!redis) return
  own = await OwnStack.start({ server: { REDIS_URL: redis.url } })
  await own.putClocks('10:00')
})
test.afterAll(async () => {
  await own?.stop()
  await redis?.stop()
})

test('R-04: Redis loses everything in mid-work; the outbox brings back what is owed, once', async () => {
  test.skip(!redis, 'no redis-server on this machine')
  if (!redis || !own) return
  const stack = own
  const orgs: WorkingOrg[] = []
  for (let n = 1; n <= orgCount; n += 1) orgs.push(await foundOrg(stack.urls, outlineOf(n, 0)))

  await tellReceiver(stack, { mode: 'delay', delayMs: 3_000, times: orgCount })
  for (const { admin } of orgs) await admin.call(sendReport, { params: { kind: 'health' } })
  await until(
    'jobs that wait in the queue',
    () => redisCommand(redis?.url ?? '', 'LLEN {bull-kangbao}:deliveries:wait'),
    (answer) => Number(answer.slice(1)) > 0,
  )
  await redisCommand(redis.url, 'FLUSHALL')
  await stack.advance(leaseMs)

  const undelivered = async () => {
    const states = await Promise.all(orgs.map(async ({ admin }) => (await shownReports(admin, 'health'))[0]))
    return states.filter((report) => report?.state !== 'delivered').length
  }
  const missing = await until('delivery of everything', undelivered, (count) => count === 0, 120_000)
  let applied = 0
  for (const org of orgs) {
    const received = await receivedReports(stack, org, 'health')
    applied += received.length
    expect(received).toHaveLength(1)
  }
  figure({
    id: 'R-04',
    n: orgCount,
    value: missing,
    unit: 'missing-effects',
    target: '=0',
    ok: missing === 0,
  })
  figure({
    id: 'R-04',
    n: orgCount,
    value: applied - orgCount,
    unit: 'applied-twice',
    target: '=0',
    ok: applied === orgCount,
  })

  // The ticks live in Redis too; they come back by themselves.
  await until(
    'the ticks',
    () => redisCommand(redis?.url ?? '', 'ZCARD {bull-kangbao}:ticks:repeat'),
    (answer) => Number(answer.slice(1)) > 0,
  )
})
