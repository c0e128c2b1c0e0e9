import { afterAll, beforeAll, expect, it } from 'vitest'
import { withClient } from '@kangbao/launcher/postgres.ts'
import { seeded } from '../demo/city.ts'
import { until } from '../drivers/http.ts'
import { tellReceiver } from '../support/ledgers.ts'
import { OwnStack } from '../support/own-stack.ts'
import { orderBreaks } from './harness/checkers.ts'
import { atMost, zero } from './harness/figures.ts'
import { callAs, dueNow, makeOrgs, type SmallOrg } from './harness/many-orgs.ts'
import { drawSeed } from './harness/nemesis.ts'
import { hurryRun, lateOf, ReceiverLedger, seriesOf } from './harness/receiver.ts'
import { sized } from './harness/sizes.ts'

const orgCount = sized(500, 12)
const unknownOutcomes = sized(1_000, 20)
const capPerSecond = 5
const stepMs = 30 * 60_000
const outageSteps = sized(48, 6)
/** Real time a step of the outage waits for its tries. */
const stepWaitMs = 5_000
const drainWithinMs = 600_000
const mostCalls = 60

let own: OwnStack
let ledger: ReceiverLedger
let orgs: SmallOrg[]
beforeAll(async () => {
  own = await OwnStack.start()
  await own.putClocks('20:00')
  ledger = new ReceiverLedger(own)
  orgs = await makeOrgs(own, orgCount, { areRegistered: true })
})
afterAll(() => own?.stop())

it(`R-14: the receiver is down for 24 h; the reports of ${orgCount} orgs drain in order under its cap`, async () => {
  const seed = drawSeed()
  const random = seeded(seed)
  await tellReceiver(own, { mode: 'fail', status: 503 })
  // Both kinds, by hand, before the hour of the daily run and after it.
  await tapAll(orgs)
  for (let step = 0; step < outageSteps; step += 1) {
    await own.advance(stepMs)
    await quietOr(stepWaitMs)
    if (random() < 0.1) await tapAll(orgs.filter(() => random() < 0.2))
  }
  expect(await ledger.count()).toBe(0)
  const made = await reportsMade()

  // The receiver is back and bears five calls a second; the operator says so in the server's configuration.
  await own.stack.kill('server', 'SIGTERM')
  await tellReceiver(own, { mode: 'ok' })
  // By then the pause of each is over.
  await own.advance(stepMs + 60_000)
  const from = performance.now()
  const before = await ledger.calls()
  const busiest = watchPace()
  await own.stack.restart('server', { ...own.clockEnv, GOVERNMENT_CALLS_PER_SECOND: String(capPerSecond) })
  await until(
    'the drain',
    () => ledger.count(),
    (count) => count >= made,
    drainWithinMs * 2,
  )
  const tookMs = Math.round(performance.now() - from)
  const perSecond = ((await ledger.calls()) - before) / (tookMs / 1_000)

  const applied = await ledger.applied()
  zero({ id: 'R-14', n: made, value: made - applied.length, unit: 'lost', seed })
  zero({
    id: 'R-14',
    n: applied.length,
    value: lateOf(applied) + orderBreaks(seriesOf(applied)).length,
    unit: 'order-breaks',
    seed,
  })
  zero({
    id: 'R-14',
    n: applied.length,
    value: await ledger.conflicts(),
    unit: 'other-body-under-a-key',
    seed,
  })
  atMost(mostCalls, {
    id: 'R-14',
    n: applied.length,
    value: await ledger.mostCallsOfOne(),
    unit: 'calls-of-one-report',
    seed,
  })
  // A call may fall on either side of a second's edge.
  atMost(capPerSecond + 1, {
    id: 'R-14',
    n: applied.length,
    value: await busiest(),
    unit: 'calls-in-the-busiest-second',
    seed,
  })
  atMost(capPerSecond + 0.2, {
    id: 'R-14',
    n: applied.length,
    value: Math.round(perSecond * 100) / 100,
    unit: 'calls-a-second',
    seed,
  })
  atMost(drainWithinMs, { id: 'R-14', n: applied.length, value: tookMs, unit: 'ms-to-drain', seed })
})

it(`R-16: the receiver applies a report and hangs up, ${unknownOutcomes} times; each is applied once and delivered`, async () => {
  const seed = drawSeed()
  await own.stack.kill('server', 'SIGTERM')
  await own.stack.restart('server', own.clockEnv)
  await own.follow(own.urls.server)
  const rounds = Math.ceil(unknownOutcomes / orgCount)
  for (let round = 0; round < rounds; round += 1) {
    const before = await ledger.count()
    await tellReceiver(own, { mode: 'cut', times: Math.min(orgCount, unknownOutcomes - round * orgCount) })
    await own.advance(msUntilTheRun(own.now()))
    await hurryRun(own, ledger, before)
    // Each was taken and its answer lost: tried again when its pause is over, it is known by its key.
    await until(
      'the reports of the day',
      () => ledger.count(),
      (count) => count - before >= orgCount,
      120_000,
    )
    for (let step = 0; (await openReports()) > 0 && step < 40; step += 1) {
      await own.advance(60_000)
      await quietOr(3_000)
    }
  }
  const applied = await ledger.applied()
  const twice =
    applied.length - new Set(seriesOf(applied).map(({ series, number }) => `${series} ${number}`)).size
  zero({ id: 'R-16', n: rounds * orgCount, value: twice, unit: 'applied-twice', seed })
  zero({ id: 'R-16', n: rounds * orgCount, value: await openReports(), unit: 'not-delivered', seed })
})

/** To a moment after the next 22:00 in China. */
function msUntilTheRun(now: number): number {
  const dayMs = 24 * 3_600_000
  const hourMs = 22 * 3_600_000
  const sinceMidnight = (now + 8 * 3_600_000) % dayMs
  return ((hourMs - sinceMidnight + dayMs) % dayMs) + 1_000
}

/** Both buttons of every org; an answer such as "nothing new" or "under way already" is fine. */
async function tapAll(some: readonly SmallOrg[]): Promise<void> {
  for (let from = 0; from < some.length; from += 8)
    await Promise.all(
      some
        .slice(from, from + 8)
        .flatMap((org) =>
          ['health', 'employment'].map((kind) =>
            callAs(own, org, { method: 'POST', path: `/reports/${kind}` }),
          ),
        ),
    )
}

/** Waits until nothing is due, at most so long. */
async function quietOr(longestMs: number): Promise<void> {
  const giveUpAt = performance.now() + longestMs
  while ((await dueNow(own)) > 0 && performance.now() < giveUpAt)
    await new Promise((done) => setTimeout(done, 100))
}

/** Over all orgs, one by one: row security shows one org at a time, to us as well. */
async function overOrgs(where: string): Promise<number> {
  return withClient(own.stack.databaseUrls.kangbao, async (client) => {
    let sum = 0
    for (const { orgId } of orgs) {
      await client.query(`select set_config('app.org_id', $1, false)`, [orgId])
      const { rows } = await client.query(`select count(*)::int as value from reports where ${where}`)
      sum += Number(rows[0]?.value)
    }
    return sum
  })
}

const reportsMade = () => overOrgs('true')
const openReports = () => overOrgs(`state in ('queued', 'retrying')`)

/** Looks every second how many calls came; returns the most of any second. */
function watchPace(): () => Promise<number> {
  let most = 0
  let last: number | null = null
  let looking = Promise.resolve()
  const timer = setInterval(() => {
    looking = looking.then(async () => {
      const calls = await ledger.calls()
      if (last !== null) most = Math.max(most, calls - last)
      last = calls
    })
  }, 1_000)
  return async () => {
    clearInterval(timer)
    await looking
    return most
  }
}
