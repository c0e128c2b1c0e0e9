import { sql } from 'drizzle-orm'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Contract, InputOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import { urlOf } from '@kangbao/shared/contracts/client.ts'
import {
  getReportPause,
  listDailyRunOrgs,
  listDailyRuns,
  pauseReports,
  repeatDailyRun,
  resumeReports,
  startDailyRun,
  type DailyRun,
} from '@kangbao/shared/contracts/operations.ts'
import { getHealthStatus, sendReport } from '@kangbao/shared/contracts/reports.ts'
import { jobContext } from '../../jobs/define-job.ts'
import { RetryLater } from '../../jobs/retry-later.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { newWorld, signToken, type World } from '../../../test/world.ts'
import { beginDailyRuns, reportRange } from './daily-run.jobs.ts'
import { deliverReports } from './delivery.jobs.ts'

let server: TestServer
let works: World
let other: World
const shanghai = (text: string) => Date.parse(`${text}+08:00`)

beforeAll(async () => {
  server = await startTestServer()
  works = await newWorld(server, { members: 1 })
  other = await newWorld(server, { members: 1 })
  await works.publish('zhengzhou/daily')
})
afterAll(() => server.close())
beforeEach(() => {
  server.ports.verdict = (report) => ({ accepted: true, receiptNo: `R-${report.sequence}` })
})

const inJob = () => jobContext(server.deps, 'test', 0)
const ask = <C extends Contract>(
  contract: C,
  input: { params?: object; query?: object; body?: object } = {},
) => {
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
const codeOf = async (...asked: Parameters<typeof ask>) =>
  ((await ask(...asked)).json() as { code?: string }).code

/** Runs the ranges that are owed, as the worker does. */
async function runRanges(): Promise<void> {
  const owed = await server.deps.database.inSystem(async ({ tx }) => {
    const { rows } = await tx.execute<{ payload: unknown }>(
      sql`delete from outbox where job = 'reports.range' returning payload`,
    )
    return rows
  })
  for (const { payload } of owed) await reportRange.run(Value.Parse(reportRange.data, payload), inJob())
}
const deliver = (world: World) => deliverReports.run({ orgId: world.orgId, kind: 'health' }, inJob())
const standing = async (run: DailyRun, world: World) => {
  const { items } = await answered(listDailyRunOrgs, { params: { runId: run.id }, query: {} })
  return items.find(({ orgId }) => orgId === world.orgId)
}
const startHealth = (day?: string) =>
  answered(startDailyRun, { body: { kind: 'health', ...(day ? { day } : {}) } })

describe('Z-45: a daily run, again', () => {
  it('reports refused and skipped orgs once more when asked, and only those', async () => {
    server.ports.verdict = () => ({ accepted: false, refusal: { code: 'x', title: '未备案', detail: '' } })
    const run = await startHealth()
    expect(await codeOf(repeatDailyRun, { params: { runId: run.id }, body: { states: ['refused'] } })).toBe(
      'run.running',
    )
    await runRanges()
    expect(await standing(run, works)).toMatchObject({ state: 'refused', reason: '未备案' })
    expect(await standing(run, other)).toMatchObject({ state: 'skipped', reason: 'form-missing' })

    server.ports.verdict = (report) => ({ accepted: true, receiptNo: `R-${report.sequence}` })
    const again = (states: ('refused' | 'skipped')[]) =>
      answered(repeatDailyRun, { params: { runId: run.id }, body: { states } })
    expect(await again(['refused'])).toMatchObject({ finishedAt: null, waiting: 1, skipped: 1 })
    await runRanges()
    expect(await standing(run, works)).toMatchObject({ state: 'delivered', receiptNo: 'R-2' })
    expect(await standing(run, other)).toMatchObject({ state: 'skipped' })

    await other.publish('zhengzhou/daily')
    await again(['refused', 'skipped'])
    await runRanges()
    expect(await standing(run, other)).toMatchObject({ state: 'delivered', receiptNo: 'R-1' })
    expect(await codeOf(repeatDailyRun, { params: { runId: run.id }, body: { states: ['refused'] } })).toBe(
      'run.nobody',
    )
  })

  it('makes up by itself for a day on which the server was down from the hour until midnight', async () => {
    server.deps.clock.set(shanghai('2026-03-02T22:10:00'))
    await beginDailyRuns.run(inJob())
    await runRanges()
    server.deps.clock.set(shanghai('2026-03-05T09:00:00'))
    await beginDailyRuns.run(inJob())
    await beginDailyRuns.run(inJob())
    const days = (await answered(listDailyRuns)).items.map(({ kind, day }) => `${kind} ${day}`)
    expect(days).toEqual([
      'health 2026-03-04',
      'health 2026-03-03',
      'health 2026-03-02',
      // What a day missed of the registrations, the next run carries.
      'employment 2026-03-02',
    ])
    await runRanges()
    const [missed] = (await answered(listDailyRuns)).items
    // Nobody was asked that day, and nobody is asked for it now.
    expect(missed).toMatchObject({ waiting: 0, skipped: 2, delivered: 0 })
  })

  it('can be begun by hand for one of the last seven days, no other', async () => {
    server.deps.clock.set(testNow)
    for (const day of ['2026-03-03', '2026-02-22'])
      expect(await codeOf(startDailyRun, { body: { kind: 'health', day } })).toBe('run.day')
    expect(await startHealth('2026-02-23')).toMatchObject({ day: '2026-02-23' })
    await runRanges()
  })
})

describe('Z-45: deliveries stopped by the operator', () => {
  it('reports are made and wait, screens say why, and going on sends them at once and in order', async () => {
    server.deps.clock.set(shanghai('2026-03-05T10:00:00'))
    const before = server.ports.reports.length
    const reason = '接收方系统升级'
    expect(await answered(pauseReports, { body: { reason } })).toMatchObject({ pause: { reason } })
    const tapped = await works.admin.inject(sendReport, { params: { kind: 'health' } })
    expect(tapped.status).toBe(200)
    await expect(deliver(works)).rejects.toThrow(RetryLater)
    const { body } = await works.admin.inject(getHealthStatus, {})
    expect(body).toMatchObject({ pause: { reason }, inFlight: { state: 'queued', attempts: 0 } })
    const run = await startHealth()
    await runRanges()
    expect(await standing(run, other)).toMatchObject({ state: 'queued', attempts: 0 })
    expect(server.ports.reports).toHaveLength(before)

    expect(await answered(resumeReports)).toEqual({ pause: null })
    expect(await answered(getReportPause)).toEqual({ pause: null })
    const late = await server.deps.database.inSystem(async ({ tx }) => {
      const { rows } = await tx.execute<{ n: number }>(sql`
        select count(*)::int as n from outbox
        where job = 'reports.deliver' and available_at > ${new Date(server.deps.clock.now()).toISOString()}::timestamptz`)
      return rows[0]?.n
    })
    expect(late).toBe(0)
    await deliver(works)
    await deliver(other)
    const sent = server.ports.reports.slice(before).filter(({ org }) => org.corpId === works.corpId)
    expect(sent.map(({ automatic }) => automatic)).toEqual([false, true])
    expect(await standing(run, other)).toMatchObject({ state: 'delivered' })
  })
})
