import { expect, test } from '@playwright/test'
import { figure } from '@kangbao/launcher/figure.ts'
import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import {
  getHealthStatus,
  sendReport,
  type Report,
  type ReportKind,
} from '@kangbao/shared/contracts/reports.ts'
import { fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import { until } from '../drivers/http.ts'
import type { Member } from '../drivers/member.ts'
import { receivedReports, shownReports, tellReceiver } from '../support/ledgers.ts'
import { OwnStack } from '../support/own-stack.ts'
import { dayAnswers, foundOrg, outlineOf, type WorkingOrg } from '../support/working-org.ts'

test.describe.configure({ mode: 'serial', timeout: 300_000 })

const minuteMs = 60_000

let own: OwnStack
let org: WorkingOrg
test.beforeAll(async () => {
  own = await OwnStack.start()
  await own.putClocks('20:55')
  org = await foundOrg(own.urls, outlineOf(1, 2))
  const day = civilDayOf(own.now(), 'Asia/Shanghai')
  const params = { formId: org.forms.daily, period: day }
  for (const member of org.members)
    await member.call(fileSubmission, { params, body: { answers: dayAnswers(day) } })
})
test.afterAll(() => own.stop())

const reportOf = async (admin: Member, sequence: number, kind: ReportKind = 'health'): Promise<Report> => {
  const report = (await shownReports(admin, kind)).find((each) => each.sequence === sequence)
  if (!report) throw new Error(`no report ${sequence}`)
  return report
}

/** Waits out one pause between two tries. */
async function nextTry(admin: Member, sequence: number): Promise<Report> {
  const { attempts, nextAttemptAt } = await reportOf(admin, sequence)
  if (nextAttemptAt === null) throw new Error('the screen names no next attempt')
  await own.advance(Math.max(0, Date.parse(nextAttemptAt) - own.now()) + 1_000)
  return until(
    `try ${attempts + 1} of report ${sequence}`,
    () => reportOf(admin, sequence),
    (report) => report.attempts > attempts || report.state === 'delivered',
  )
}

test('Z-44, R-14: the receiver is down for an hour; both reports arrive once and in order', async () => {
  await own.putClocks('21:15')
  const admin = await org.openAdmin()
  const hourIsOverAt = own.now() + 60 * minuteMs
  await tellReceiver(own, { mode: 'fail', status: 503, forMs: 60 * minuteMs })
  await admin.call(sendReport, { params: { kind: 'health' } })
  const first = await until(
    'the first try',
    () => reportOf(admin, 1),
    ({ state }) => state !== 'queued',
  )
  expect(first).toMatchObject({ state: 'retrying', attempts: 1, receiptNo: null, refusal: null })

  // Nothing is lost by looking: the button says what is going on, and a second tap makes no second report.
  const status = await admin.call(getHealthStatus, {})
  expect(status).toMatchObject({ canReport: false, inFlight: { id: first.id, state: 'retrying' } })
  expect(await admin.try(sendReport, { params: { kind: 'health' } })).toMatchObject({
    status: 409,
    body: { code: 'report.in-progress' },
  })

  let latest = first
  while (own.now() < hourIsOverAt) {
    expect(latest.state).toBe('retrying')
    expect(Date.parse(latest.nextAttemptAt ?? '')).toBeGreaterThan(own.now() - minuteMs)
    latest = await nextTry(admin, 1)
  }
  // Tried for as long as it takes, and not all the time: pauses double up to half an hour.
  expect(latest.attempts).toBeLessThanOrEqual(16)

  // The daily run at ten makes the second one, whatever became of the first (Z-45).
  await own.putClocks('22:31')
  const reports = await until(
    'both reports at the receiver',
    () => shownReports(admin, 'health'),
    (all) => all.length === 2 && all.every(({ state }) => state === 'delivered'),
    60_000,
  )
  const received = await receivedReports(own, org, 'health')
  expect(received.map(({ reportId, sequence, orderState }) => ({ reportId, sequence, orderState }))).toEqual(
    reports.map(({ id, sequence }) => ({ reportId: id, sequence, orderState: 'in-order' })),
  )
  expect(received.map(({ counts }) => counts)).toEqual(reports.map(({ counts }) => counts))
  expect(received.every(({ attempts }) => attempts === 1)).toBe(true)
  const breaks = received.filter(({ orderState }) => orderState !== 'in-order').length
  figure({
    id: 'R-14',
    n: reports.length,
    value: breaks,
    unit: 'order-breaks',
    target: '=0',
    ok: breaks === 0,
  })
})

test('Z-44: two reports wait together and arrive one after the other', async () => {
  const admin = await org.openAdmin()
  // Down until after the next daily run, which adds its report to the one that waits.
  await own.advance(22.9 * 60 * minuteMs)
  const later = await org.openAdmin()
  await tellReceiver(own, { mode: 'fail', status: 500 })
  await later.call(sendReport, { params: { kind: 'health' } })
  await until(
    'the first try',
    () => reportOf(later, 3),
    ({ state }) => state === 'retrying',
  )
  await own.advance(70 * minuteMs)
  const waiting = await until(
    'the report of the daily run',
    () => shownReports(later, 'health'),
    (all) => all.length === 4,
    60_000,
  )
  expect(waiting.slice(2).map(({ state }) => state)).not.toContain('delivered')
  expect((await receivedReports(own, org, 'health')).length).toBe(2)

  await tellReceiver(own, { mode: 'ok' })
  await own.advance(31 * minuteMs)
  const reports = await until(
    'both at the receiver',
    () => shownReports(later, 'health'),
    (all) => all.every(({ state }) => state === 'delivered'),
    60_000,
  )
  const received = await receivedReports(own, org, 'health')
  expect(received.map(({ reportId }) => reportId)).toEqual(reports.map(({ id }) => id))
  expect(received.map(({ orderState }) => orderState)).toEqual(reports.map(() => 'in-order'))
  expect(admin.session.token).not.toBe(later.session.token)
})

test('R-15: a refused report shows its reason, is not tried again, and the next one goes through', async () => {
  const admin = await org.openAdmin()
  const known = (await shownReports(admin, 'health')).length
  const detail = '统计口径与上次不一致，请核对后重新上报'
  await tellReceiver(own, { mode: 'refuse', status: 422, code: 'counts.implausible', detail, times: 1 })
  await admin.call(sendReport, { params: { kind: 'health' } })
  const refused = await until(
    'the refusal',
    () => reportOf(admin, known + 1),
    ({ state }) => state !== 'queued',
  )
  expect(refused).toMatchObject({
    state: 'refused',
    attempts: 1,
    nextAttemptAt: null,
    receiptNo: null,
    refusal: { code: 'counts.implausible', detail },
  })
  await own.advance(40 * minuteMs)
  const next = await (await org.openAdmin()).call(sendReport, { params: { kind: 'health' } })
  const delivered = await until(
    'the next report',
    () => reportOf(admin, next.sequence),
    ({ state }) => state === 'delivered',
  )
  expect(delivered.receiptNo).toBeTruthy()
  expect((await reportOf(admin, refused.sequence)).attempts).toBe(1)
  const received = await receivedReports(own, org, 'health')
  expect(received.map(({ reportId }) => reportId)).not.toContain(refused.id)
  expect(received.at(-1)?.reportId).toBe(next.id)
})

test('R-15, R-16: late, cut-off and dripping answers end in one report each', async () => {
  for (const behaviour of [
    { mode: 'delay', delayMs: 2_000, times: 1 },
    { mode: 'cut', times: 3 },
    // Longer than we wait for an answer: taken there, unknown here.
    { mode: 'slow', delayMs: 14_000, times: 1 },
  ]) {
    const admin = await org.openAdmin()
    await tellReceiver(own, behaviour)
    const { id, sequence } = await admin.call(sendReport, { params: { kind: 'health' } })
    let report = await until(
      `an outcome of ${behaviour.mode}`,
      () => reportOf(admin, sequence),
      ({ state }) => state !== 'queued',
    )
    while (report.state === 'retrying') report = await nextTry(admin, sequence)
    expect(report.state).toBe('delivered')
    const received = await receivedReports(own, org, 'health')
    const mine = received.filter(({ reportId }) => reportId === id)
    expect(mine).toHaveLength(1)
    expect(mine[0]?.attempts).toBe(behaviour.mode === 'cut' ? 4 : behaviour.mode === 'slow' ? 2 : 1)
    expect(mine[0]?.receiptNo).toBe(report.receiptNo)
    figure({
      id: 'R-16',
      n: mine[0]?.attempts ?? 0,
      value: mine.length - 1,
      unit: `applied-twice (${behaviour.mode})`,
      target: '=0',
      ok: mine.length === 1,
    })
  }
})
