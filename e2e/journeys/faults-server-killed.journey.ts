import { randomInt } from 'node:crypto'
import { expect, test } from '@playwright/test'
import { figure } from '@kangbao/launcher/figure.ts'
import { sendReport } from '@kangbao/shared/contracts/reports.ts'
import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { seeded } from '../demo/city.ts'
import { until } from '../drivers/http.ts'
import {
  gapsOf,
  lostOf,
  receivedReports,
  shownReports,
  storedRevisions,
  tellReceiver,
  threeCounts,
} from '../support/ledgers.ts'
import { clients, drawFilings, fileAll } from '../support/load.ts'
import { OwnStack } from '../support/own-stack.ts'
import { foundOrg, outlineOf, type WorkingOrg } from '../support/working-org.ts'

test.describe.configure({ mode: 'serial', timeout: 300_000 })

const submissions = 1_000
const randomKills = 3
/** A job that a killed worker held comes back when its lease is over. */
const leaseMs = 100_000

let own: OwnStack
test.beforeAll(async () => {
  own = await OwnStack.start()
  await own.putClocks('10:00')
})
test.afterAll(() => own.stop())

test('R-01, R-13: killed in the middle of 1 000 submissions and a report, nothing acknowledged is lost', async () => {
  const seed = Number(process.env['FAULTS_SEED'] ?? randomInt(2 ** 31))
  console.log(`replay with FAULTS_SEED=${seed}`)
  const random = seeded(seed)
  const orgs = [
    await foundOrg(own.urls, outlineOf(1, 25)),
    await foundOrg(own.urls, outlineOf(2, 24)),
  ] as const
  const day = civilDayOf(own.now(), 'Asia/Shanghai')

  // The kills: one while the receiver has the report and we do not know it yet, the others anywhere in the load.
  const kills = Array.from({ length: randomKills }, (_, n) =>
    Math.floor(((n + 1 + random()) * submissions) / (randomKills + 2)),
  )
  const awayMs: number[] = []
  const afterKill: Promise<unknown>[] = []
  let killing = Promise.resolve()
  const kill = (before: () => Promise<unknown>) => {
    killing = killing.then(async () => {
      await before()
      awayMs.push(await own.killAndRestart('server'))
      await own.advance(leaseMs)
    })
    afterKill.push(killing)
  }
  const reportTapped = () => tap(orgs[0])
  const load = fileAll(drawFilings(orgs, submissions, random), day, {
    onAcknowledged(count) {
      if (count === Math.floor(submissions / 10)) kill(() => acceptedButUnknown(orgs[0]))
      // The tap and the kill race: whether the report was made is then for the records to say.
      if (kills.includes(count)) kill(async () => void reportTapped())
    },
  })
  const { acknowledged } = await load
  await Promise.all(afterKill)

  expect(acknowledged).toHaveLength(submissions)
  let lost = 0
  let gaps = 0
  let stored = 0
  for (const org of orgs) {
    const revisions = await storedRevisions(own, org, day)
    stored += revisions.length
    lost += lostOf(
      revisions,
      acknowledged.filter((each) => each.org === org),
    ).length
    gaps += gapsOf(revisions)
    const { rows, counters, shown } = await threeCounts(own, org, org.admin, day)
    expect(counters).toEqual(rows)
    expect(shown).toEqual(rows)
    expect(rows?.collected).toBe(new Set(revisions.map(({ member }) => member)).size)
  }
  const inFlight = clients * awayMs.length
  const unacknowledged = stored - acknowledged.length
  figure({ id: 'R-01', n: submissions, value: lost, unit: 'lost', target: '=0', seed, ok: lost === 0 })
  figure({ id: 'R-01', n: stored, value: gaps, unit: 'duplicates', target: '=0', seed, ok: gaps === 0 })
  figure({
    id: 'R-01',
    n: stored,
    value: unacknowledged,
    unit: 'stored-never-acknowledged',
    target: `<=${inFlight}`,
    seed,
    ok: unacknowledged <= inFlight,
  })
  const slowest = Math.round(Math.max(...awayMs))
  figure({
    id: 'R-01',
    n: awayMs.length,
    value: slowest,
    unit: 'ms-to-ready',
    target: '<=3000',
    seed,
    ok: slowest <= 3_000,
  })
  expect(lost).toBe(0)
  expect(gaps).toBe(0)
  expect(unacknowledged).toBeLessThanOrEqual(inFlight)
  expect(awayMs).toHaveLength(randomKills + 1)

  const shown = await until(
    'delivery of every report',
    () => shownReports(orgs[0].admin, 'health'),
    (reports) => reports.every(({ state }) => state === 'delivered'),
    120_000,
  )
  const received = await receivedReports(own, orgs[0], 'health')
  const applied = received.length - new Set(received.map(({ reportId }) => reportId)).size
  figure({
    id: 'R-13',
    n: shown.length,
    value: applied,
    unit: 'applied-twice',
    target: '=0',
    seed,
    ok: applied === 0,
  })
  expect(received.map(({ reportId, counts, receiptNo }) => ({ reportId, counts, receiptNo }))).toEqual(
    shown.map(({ id, counts, receiptNo }) => ({ reportId: id, counts, receiptNo })),
  )
  expect(received.map(({ orderState }) => orderState)).toEqual(shown.map(() => 'in-order'))
  // The first was sent again, since its answer was cut off by the kill: the same report under the same key.
  expect(received[0]?.attempts).toBeGreaterThan(1)
})

/** Taps 上报 as an admin does whose app repeats the call until it is answered. */
async function tap(org: WorkingOrg): Promise<void> {
  await until(
    'an answer to the tap',
    () => org.admin.try(sendReport, { params: { kind: 'health' } }).catch(() => null),
    (reply) => reply !== null && (reply.status === 200 || reply.status === 409),
    60_000,
  )
}

/** The receiver has applied the report; its answer takes so long that the kill comes first. */
async function acceptedButUnknown(org: WorkingOrg): Promise<void> {
  await tellReceiver(own, { mode: 'slow', delayMs: 8_000, times: 1 })
  await tap(org)
  await until(
    'the receiver to have it',
    () => receivedReports(own, org, 'health'),
    (reports) => reports.length === 1,
  )
  const [report] = await shownReports(org.admin, 'health')
  expect(report?.state).toBe('queued')
}
