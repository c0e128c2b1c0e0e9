import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Contract, InputOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import { urlOf } from '@kangbao/shared/contracts/client.ts'
import type { GovernmentReport, GovernmentTakenReport } from '@kangbao/shared/contracts/government.ts'
import {
  getReconciliation,
  listReconciliationDifferences,
  listReconciliations,
  startReconciliation,
  type Reconciliation,
} from '@kangbao/shared/contracts/reconciliations.ts'
import { sendReport } from '@kangbao/shared/contracts/reports.ts'
import { jobContext } from '../../jobs/define-job.ts'
import { GovernmentUnavailable } from '../../ports/government.ts'
import { deliverReports } from '../reports/delivery.jobs.ts'
import { figure } from '@kangbao/launcher/figure.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { newWorld, signToken, type World } from '../../../test/world.ts'
import { nightlyReconciliation, reconcileDay } from './reconciliation.jobs.ts'

const day = '2026-03-02'
const orgs = 10
const reportsPerOrg = 6
const reports = orgs * reportsPerOrg
let server: TestServer
const worlds: World[] = []
/** What the receiver holds, by report. */
const held: GovernmentTakenReport[] = []

beforeAll(async () => {
  server = await startTestServer()
  server.ports.verdict = (report) => {
    held.push(lineOf(report))
    return { accepted: true, receiptNo: receiptOf(report) }
  }
  server.ports.takenOf = () => ({ items: held, next: null })
  while (worlds.length < orgs) worlds.push(await newWorld(server, { members: 1 }))
  for (const world of worlds) {
    await world.publish('zhengzhou/daily')
    for (let n = 0; n < reportsPerOrg; n += 1) await report(world)
  }
})
afterAll(() => server.close())
beforeEach(() => server.deps.clock.set(testNow + 60_000))

const inJob = () => jobContext(server.deps, 'test', 0)

/** Taps 上报, and delivers as the worker does. */
async function report(world: World): Promise<void> {
  const sent = await world.admin.inject(sendReport, { params: { kind: 'health' } })
  if (sent.status !== 200) throw new Error(JSON.stringify(sent.body))
  await deliver(world)
}
const deliver = (world: World) => deliverReports.run({ orgId: world.orgId, kind: 'health' }, inJob())

const receiptOf = (report: GovernmentReport) => `R-${report.org.corpId}-${report.sequence}`
const lineOf = (report: GovernmentReport): GovernmentTakenReport => ({
  reportId: report.reportId,
  corpId: report.org.corpId,
  kind: report.kind,
  day: report.day,
  sequence: report.sequence,
  bodyHash: createHash('sha256').update(JSON.stringify(report)).digest('hex'),
  receiptNo: receiptOf(report),
})

async function ask<C extends Contract>(
  contract: C,
  input: { params?: object; query?: object; body?: object } = {},
) {
  const parts: Partial<InputOf<Contract>> = input as Partial<InputOf<Contract>>
  return server.app.inject({
    method: contract.method,
    url: urlOf('/api', contract.path, { ...parts.params }, { ...parts.query }),
    headers: { authorization: `Bearer ${signToken(server, { sub: 'operator', role: 'operator' })}` },
    ...(input.body ? { payload: input.body } : {}),
  })
}
async function answered<C extends Contract>(contract: C, input = {}): Promise<ResponseOf<C>> {
  const response = await ask(contract, input)
  if (response.statusCode !== 200) throw new Error(response.body)
  return response.json()
}
const ofDay = async (wanted: string): Promise<Reconciliation | undefined> =>
  (await answered(listReconciliations)).items.find((each) => each.day === wanted)
const compare = (id: string) => reconcileDay.run({ reconciliationId: id, day }, inJob())
async function compared(): Promise<Reconciliation> {
  const { id, state } = await answered(startReconciliation, { body: { day } })
  expect(state).toBe('running')
  await compare(id)
  return answered(getReconciliation, { params: { reconciliationId: id } })
}

describe('R-19: reports compared with the receiver’s list', () => {
  it('agrees when both sides hold the same', async () => {
    const whole = { state: 'agreed', delivered: reports, open: 0, taken: reports, differences: 0 }
    expect(await compared()).toMatchObject(whole)
  })

  it('finds 50 of 50 planted differences, names the organisations, and raises no false alarm', async () => {
    const before = [...held]
    const planted = before.slice(0, 50)
    held.length = 0
    for (const [i, line] of before.entries()) {
      if (i >= 50) held.push(line)
      else if (i % 3 === 1) held.push({ ...line, bodyHash: 'f'.repeat(64) })
      else if (i % 3 === 2)
        held.push(line, { ...line, reportId: line.reportId.replace(/.{4}$/, 'ffff'), receiptNo: 'R-again' })
    }
    try {
      const { id, state, differences } = await compared()
      expect({ state, differences }).toEqual({ state: 'different', differences: 50 })
      const first = await answered(listReconciliationDifferences, {
        params: { reconciliationId: id },
        query: { limit: 30 },
      })
      const second = await answered(listReconciliationDifferences, {
        params: { reconciliationId: id },
        query: { limit: 30, cursor: first.nextCursor },
      })
      const found = [...first.items, ...second.items]
      expect(second.nextCursor).toBeNull()
      const places = new Set(found.map(({ corpId, sequence }) => `${corpId}/${sequence}`))
      const missed = planted.filter(({ corpId, sequence }) => !places.has(`${corpId}/${sequence}`)).length
      const falseAlarms = found.length - planted.length
      figure({
        id: 'R-19',
        n: 50,
        value: missed,
        unit: 'planted differences missed',
        target: '=0',
        ok: missed === 0,
      })
      figure({
        id: 'R-19',
        n: reports,
        value: falseAlarms,
        unit: 'false alarms',
        target: '=0',
        ok: falseAlarms === 0,
      })
      const of = (kind: string) => found.filter((each) => each.kind === kind).length
      expect([of('missing'), of('altered'), of('double'), of('unexpected')]).toEqual([17, 17, 16, 0])
      expect(found.every(({ orgName }) => orgName !== null)).toBe(true)
      expect(found.find(({ kind }) => kind === 'altered')?.fields).toEqual(['bodyHash'])
    } finally {
      held.splice(0, held.length, ...before)
    }
  })

  it('what is delivered while the list is read may be on it or not', async () => {
    const [racer] = worlds
    if (!racer) throw new Error('world')
    const before = [...held]
    server.ports.takenOf = () => ({ items: before, next: null })
    const { taken } = server.ports.government
    const port = server.deps.government
    const spied = {
      ...port,
      taken: async (...asked: Parameters<typeof taken>) => {
        const page = await taken(...asked)
        server.deps.clock.set(testNow + 61_000)
        await report(racer)
        return page
      },
    }
    const { id } = await answered(startReconciliation, { body: { day } })
    await reconcileDay.run(
      { reconciliationId: id, day },
      jobContext({ ...server.deps, government: spied }, 'test', 0),
    )
    expect(await ofDay(day)).toMatchObject({ state: 'agreed', open: 1 })
    server.ports.takenOf = () => ({ items: held, next: null })
  })

  it('counts what is on its way as open, and compares the day again the next night', async () => {
    const [late] = worlds
    if (!late) throw new Error('world')
    const { verdict } = server.ports
    const delivered = held.length
    server.ports.verdict = () => 'unavailable'
    await expect(report(late)).rejects.toThrow('did not take')
    server.deps.clock.set(testNow + 120_000)
    expect(await compared()).toMatchObject({ state: 'agreed', delivered, open: 1 })

    server.ports.verdict = verdict
    await deliver(late)
    const night = (time: string) => {
      server.deps.clock.set(Date.parse(`2026-03-03T${time}+08:00`))
      return nightlyReconciliation.run(inJob())
    }
    await night('01:59:00')
    expect(await ofDay(day)).toMatchObject({ open: 1 })
    await night('02:00:30')
    const again = await ofDay(day)
    expect(again).toMatchObject({ state: 'running', finishedAt: null })
    await compare(again?.id ?? '')
    expect(await ofDay(day)).toMatchObject({ state: 'agreed', open: 0, taken: delivered + 1 })
    await night('02:01:30')
    expect(await ofDay(day)).toMatchObject({ state: 'agreed' })
    // The night after has a day of its own, and this one is settled.
    server.deps.clock.set(Date.parse('2026-03-04T02:00:30+08:00'))
    await nightlyReconciliation.run(inJob())
    expect(await ofDay('2026-03-03')).toMatchObject({ state: 'running' })
    expect(await ofDay(day)).toMatchObject({ state: 'agreed' })
  })

  it('waits for a receiver that does not answer, and says so; one without a list has none', async () => {
    server.ports.takenOf = () => {
      throw new GovernmentUnavailable('down', null)
    }
    const { id } = await answered(startReconciliation, { body: { day } })
    await expect(compare(id)).rejects.toThrow(GovernmentUnavailable)
    expect(await ofDay(day)).toMatchObject({ state: 'unanswered', finishedAt: null })
    expect((await ask(startReconciliation, { body: { day } })).json()).toMatchObject({ code: 'run.running' })
    server.ports.takenOf = () => null
    await compare(id)
    expect(await ofDay(day)).toMatchObject({ state: 'no-list' })
    server.ports.takenOf = () => ({ items: held, next: null })
  })

  it('owes each comparison to the worker', async () => {
    const { id } = await answered(startReconciliation, { body: { day } })
    const owed = await server.deps.database.inSystem(async ({ tx }) => {
      const found = await tx.execute<{ payload: unknown }>(
        sql`select payload from outbox where job = 'reports.reconcile' and payload ->> 'reconciliationId' = ${id}`,
      )
      return found.rows
    })
    expect(owed.at(-1)).toMatchObject({ payload: { reconciliationId: id, day } })
  })

  it('refuses days to come and days of more than a month ago', async () => {
    for (const wrong of ['2026-03-03', '2026-01-30'])
      expect((await ask(startReconciliation, { body: { day: wrong } })).json()).toMatchObject({
        code: 'reconciliation.day',
      })
  })

  it('is written into the installation’s log', async () => {
    const rows = await server.deps.database.inSystem(async ({ tx }) => {
      const found = await tx.execute<{ n: number }>(
        sql`select count(*)::int as n from system_audit_log where action = 'reconciliation.started'`,
      )
      return found.rows
    })
    expect(rows[0]?.n).toBeGreaterThan(3)
  })
})
