import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startRedis, type Redis } from '@kangbao/launcher/redis.ts'
import { withClient } from '@kangbao/launcher/postgres.ts'
import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { seeded } from '../demo/city.ts'
import { until } from '../drivers/http.ts'
import { drawFilings, fileAll } from '../support/load.ts'
import { OwnStack } from '../support/own-stack.ts'
import { redisCommand } from '../support/redis-command.ts'
import { totalQueue } from './harness/checkers.ts'
import { atLeast, atMost, zero } from './harness/figures.ts'
import { History } from './harness/history.ts'
import { makeOrgs, undelivered, untilOpened, untilQuiet } from './harness/many-orgs.ts'
import { drawSeed, Nemesis, planBlows } from './harness/nemesis.ts'
import { arrivalsOf, effectKey, hurryRun, ReceiverLedger } from './harness/receiver.ts'
import { sized } from './harness/sizes.ts'
import { foundTenants, judgeFilings } from './harness/tenants.ts'

const submissions = sized(20_000, 200)
const kills = sized(10, 2)
const wipes = sized(3, 1)
const orgCount = sized(600, 40)
const phones = 50
const awayMs = 3_000
const doneWithinMs = 60_000
const ticksWithinMs = 30_000

let redis: Redis
let own: OwnStack
beforeAll(async () => {
  const started = await startRedis({ isDurable: true })
  // A machine without Redis cannot show this: that is a failure, not something to pass over.
  expect(started, 'redis-server is not installed').toBeDefined()
  redis = started as Redis // expected above
  own = await OwnStack.start({ server: { REDIS_URL: redis.url } })
  await own.putClocks('10:00')
})
afterAll(async () => {
  await own?.stop()
  await redis?.stop()
})

it(`R-03: Redis is killed ${kills} times in mid-load; filings go on and what follows from them is made up for`, async () => {
  const seed = drawSeed()
  const random = seeded(seed)
  const tenants = await foundTenants(own, 4, phones)
  const history = History.open(join(own.stack.dataDir, 'phones.jsonl'))
  const nemesis = new Nemesis(planBlows(submissions, kills, random, ['redis']), async () => {
    await redis.kill()
    await new Promise((done) => setTimeout(done, awayMs))
    await redis.start()
  })
  const day = civilDayOf(own.now(), 'Asia/Shanghai')
  const { acknowledged, refused } = await fileAll(drawFilings(tenants, submissions, random), day, {
    clients: phones,
    history,
    onAcknowledged: (count) => nemesis.progress(count),
  })
  await nemesis.done()
  history.close()
  const from = performance.now()
  await until(
    'everything owed to be done',
    () => owedNow(own),
    (count) => count === 0,
    180_000,
  )
  const tookMs = Math.round(performance.now() - from)

  await judgeFilings(own, tenants, day, { id: 'R-03', history, seed, inFlight: 0 })
  const share = Math.floor((acknowledged.length / (acknowledged.length + refused.length)) * 10_000) / 100
  atLeast(99.9, {
    id: 'R-03',
    n: acknowledged.length + refused.length,
    value: share,
    unit: '%-answered-2xx',
    seed,
  })
  atMost(doneWithinMs, { id: 'R-03', n: kills, value: tookMs, unit: 'ms-until-effects-complete', seed })
})

it(`R-04: Redis loses everything ${wipes} times in mid-work; the outbox brings back what is owed, once`, async () => {
  const seed = drawSeed()
  const random = seeded(seed)
  await own.putClocks('11:00')
  const orgs = await makeOrgs(own, orgCount)
  const ledger = new ReceiverLedger(own)
  const owed: string[] = []
  const backMs: number[] = []
  for (let n = 0; n < wipes; n += 1) {
    await own.putClocks('12:00', n)
    await untilOpened(own, orgs, civilDayOf(own.now(), 'Asia/Shanghai'))
    await untilQuiet(own)
    await own.putClocks('21:59:57', n)
    const day = civilDayOf(own.now(), 'Asia/Shanghai')
    owed.push(...orgs.map(({ corpId }) => effectKey(corpId, 'health', day)))
    const before = await ledger.count()
    await hurryRun(own, ledger, before)
    const wipeAt = Math.floor((0.1 + random() * 0.7) * orgCount)
    await until(
      'some of the day',
      () => ledger.count(),
      (count) => count - before >= wipeAt,
      120_000,
    )
    await redis.loseEverything()
    const from = performance.now()
    await until(
      'the ticks',
      () => ticksIn(redis),
      (count) => count > 0,
      60_000,
    )
    backMs.push(performance.now() - from)
    // What was handed to the queue and lost with it is handed over again when its lease is over.
    await until(
      'the rest of the day',
      () => undelivered(own),
      (count) => count === 0,
      300_000,
    )
  }
  const corpIds = new Set(orgs.map(({ corpId }) => corpId))
  const applied = (await ledger.applied()).filter(
    ({ kind, corp_id }) => kind === 'health' && corpIds.has(corp_id),
  )
  const verdict = totalQueue(owed, arrivalsOf(applied))
  zero({ id: 'R-04', n: owed.length, value: verdict.missing.length, unit: 'missing-effects', seed })
  zero({ id: 'R-04', n: applied.length, value: verdict.appliedTwice.length, unit: 'applied-twice', seed })
  atMost(ticksWithinMs, {
    id: 'R-04',
    n: wipes,
    value: Math.round(Math.max(...backMs)),
    unit: 'ms-until-schedules-are-back',
    seed,
  })
})

/** Effects that are due and not done. */
async function owedNow(stack: OwnStack): Promise<number> {
  const now = new Date(stack.now()).toISOString()
  return withClient(stack.stack.databaseUrls.kangbao, async (client) => {
    const { rows } = await client.query(
      'select count(*)::int as count from outbox where available_at <= $1',
      [now],
    )
    return Number(rows[0]?.count)
  })
}

async function ticksIn({ url }: Redis): Promise<number> {
  const answer = await redisCommand(url, 'ZCARD {bull-kangbao}:ticks:repeat').catch(() => ':0')
  return Number(answer.slice(1)) || 0
}
