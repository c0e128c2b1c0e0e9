import { afterAll, beforeAll, expect, it } from 'vitest'
import { withClient } from '@kangbao/launcher/postgres.ts'
import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { seeded } from '../demo/city.ts'
import { until } from '../drivers/http.ts'
import { OwnStack } from '../support/own-stack.ts'
import { totalQueue } from './harness/checkers.ts'
import { atMost, zero } from './harness/figures.ts'
import { makeOrgs, undelivered, untilOpened, untilQuiet, type SmallOrg } from './harness/many-orgs.ts'
import { drawSeed, Nemesis, planBlows } from './harness/nemesis.ts'
import { arrivalsOf, effectKey, hurryRun, lateOf, ReceiverLedger } from './harness/receiver.ts'
import { startSecondServer, type SecondServer } from './harness/second-server.ts'
import { sized } from './harness/sizes.ts'

const days = sized(7, 2)
const orgCount = sized(1_500, 60)
/** Spread over the days, so that each has some. */
const killsPerDay = sized(3, 1)
/** The hour comes by itself, for all processes in the same moment: a clock that is set is set in one after the other. */
const beforeTheHour = '21:59:57'
/** A kill's jobs go to another worker when its locks have run out. */
const doneWithinMs = 60_000
/** Jobs of the reports' queue one process runs at once, times the calls of a range. */
const callsUnderWay = 4 * 50

let own: OwnStack
let orgs: SmallOrg[]
let second: SecondServer
beforeAll(async () => {
  own = await OwnStack.start()
  await own.putClocks('11:00')
  orgs = await makeOrgs(own, orgCount)
  second = await startSecondServer(own, 'worker')
})
afterAll(async () => {
  await second?.stop()
  await own.stop()
})

it(`R-02, R-18: ${orgCount} orgs, ${days} daily runs, two schedulers, workers killed ${days * killsPerDay} times`, async () => {
  const seed = drawSeed()
  const random = seeded(seed)
  const ledger = new ReceiverLedger(own)
  const owed: string[] = []
  const slowest: number[] = []
  for (let n = 0; n < days; n += 1) {
    // At noon the day's period is opened; then it is quiet.
    await own.putClocks('12:00', n)
    await untilOpened(own, orgs, civilDayOf(own.now(), 'Asia/Shanghai'))
    await untilQuiet(own)
    await own.putClocks(beforeTheHour, n)
    const day = civilDayOf(own.now(), 'Asia/Shanghai')
    owed.push(...orgs.map(({ corpId }) => effectKey(corpId, 'health', day)))
    const before = await ledger.count()
    const plan = planBlows(orgCount, killsPerDay, random, ['worker', 'server'])
    const nemesis = new Nemesis(plan, async (name) => {
      if (name === 'worker') await second.killAndRestart()
      else await own.killAndRestart('server')
    })
    await hurryRun(own, ledger, before)
    await until(
      `progress of day ${day}`,
      async () => {
        const done = (await ledger.count()) - before
        nemesis.progress(done)
        return nemesis.struck
      },
      (struck) => struck === killsPerDay,
      300_000,
    )
    await nemesis.done()
    const from = performance.now()
    await until(
      'the rest of the day',
      () => undelivered(own),
      (count) => count === 0,
      300_000,
    )
    slowest.push(performance.now() - from)
  }

  const applied = (await ledger.applied()).filter(({ kind }) => kind === 'health')
  const verdict = totalQueue(owed, arrivalsOf(applied))
  if (verdict.missing.length > 0) console.log(await whatBecameOfOrgs())
  const kills = days * killsPerDay
  zero({ id: 'R-02', n: owed.length, value: verdict.missing.length, unit: 'missing', seed })
  zero({ id: 'R-02', n: applied.length, value: verdict.appliedTwice.length, unit: 'applied-twice', seed })
  zero({
    id: 'R-13',
    n: applied.length,
    value: await ledger.conflicts(),
    unit: 'other-body-under-a-key',
    seed,
  })
  atMost(kills * callsUnderWay, {
    id: 'R-02',
    n: applied.length,
    value: verdict.wireDuplicates,
    unit: 'wire-duplicates',
    seed,
  })
  zero({ id: 'R-18', n: owed.length, value: verdict.missing.length, unit: 'missing', seed })
  zero({ id: 'R-18', n: applied.length, value: verdict.unexpected.length, unit: 'extra', seed })
  zero({ id: 'R-18', n: applied.length, value: lateOf(applied), unit: 'order-breaks', seed })
  const failed = await own
    .rows<{ failed: number }>(
      orgs[0]?.orgId ?? '',
      `select count(*)::int as failed from bull.job where state = 'failed'`,
    )
    .catch(() => [{ failed: 0 }])
  zero({ id: 'R-02', n: owed.length, value: failed[0]?.failed ?? 0, unit: 'left-in-failed', seed })
  expect(second.crashes()).toBe(0)
  atMost(doneWithinMs, {
    id: 'R-02',
    n: kills,
    value: Math.round(Math.max(...slowest)),
    unit: 'ms-after-last-kill',
    seed,
  })
})

/** How each day's run ended for the orgs, as the register of runs has it. */
async function whatBecameOfOrgs(): Promise<string> {
  return withClient(own.stack.databaseUrls.kangbao, async (client) => {
    const { rows } = await client.query(`
      select r.kind, r.day::text, r.started_at, d.state, d.reason, d.report_id is not null as has_report, count(*)
      from daily_run_orgs d join daily_runs r on r.id = d.run_id group by 1, 2, 3, 4, 5, 6 order by 1, 2, 7`)
    return rows.map((row) => JSON.stringify(row)).join('\n')
  })
}
