import { sql } from 'drizzle-orm'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { civilDate } from '@kangbao/shared/calendar/civil-day.ts'
import {
  getHealthStatus,
  listReports,
  remindReportPeople,
  sendReport,
} from '@kangbao/shared/contracts/reports.ts'
import { remindMissing } from '@kangbao/shared/contracts/completeness.ts'
import { crowd, largeWorld, prepare } from '../../../test/large-world.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { newWorld, type World } from '../../../test/world.ts'
import { jobContext } from '../../jobs/define-job.ts'
import { beginDailyRun, reportRange } from './daily-run.jobs.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  server.ports.verdict = (report) => ({ accepted: true, receiptNo: `R-${report.sequence}` })
})
afterAll(() => server.close())
beforeEach(() => server.deps.clock.set(testNow))

const health = { params: { kind: 'health' as const } }
const everybody = crowd + 3

const sentBy = ({ corpId }: World) => server.ports.reports.filter(({ org }) => org.corpId === corpId)

it('Z-45: the daily run waits for a list that is being written, and the day is delivered once', async () => {
  const [large, small] = [await largeWorld(server), await newWorld(server, { members: 3 })]
  const form = await large.publish('zhengzhou/daily')
  await small.publish('zhengzhou/daily')
  // Nobody has opened the next day: the run does, and then the large list begins.
  const day = civilDate('2026-03-03')
  server.deps.clock.set(Date.parse('2026-03-03T22:00:05+08:00'))
  const request = { kind: 'health' as const, day, unlessSince: server.deps.clock.now(), evenIfRunning: false }
  const run = await beginDailyRun(server.deps, request)
  const owed = async () => {
    const { rows } = await server.deps.database.inSystem(({ tx }) =>
      tx.execute(sql`delete from outbox where job = ${reportRange.name} returning payload`),
    )
    return rows.map(({ payload }) => Value.Parse(reportRange.data, payload))
  }
  const takeOwed = async () => {
    for (const range of await owed()) await reportRange.run(range, jobContext(server.deps, 'test', 0))
  }
  const finished = async () => {
    const { rows } = await server.deps.database.inSystem(({ tx }) =>
      tx.execute(sql`select finished_at is not null as is_finished from daily_runs where id = ${run?.id}`),
    )
    return rows[0]?.['is_finished']
  }

  await takeOwed()
  expect(sentBy(small)).toMatchObject([{ day, counts: { totalMembers: 4 } }])
  expect(sentBy(large)).toEqual([])
  const period = { formId: form.id, periodStart: day }
  await expect(prepare(server, large, period, 1)).rejects.toThrow('killed')
  await takeOwed()
  expect([sentBy(large), await finished()]).toEqual([[], false])

  await prepare(server, large, period)
  await takeOwed()
  expect(sentBy(large)).toMatchObject([
    { day, automatic: true, counts: { totalMembers: everybody, collected: 0, notCollected: everybody } },
  ])
  expect(await owed()).toEqual([])
  expect([sentBy(small).length, await finished()]).toEqual([1, true])
})

it('Z-41: while the list of people is being written a tap is refused, and nothing is kept or sent', async () => {
  const world = await largeWorld(server)
  const form = await world.publish('zhengzhou/daily')
  const period = { formId: form.id, periodStart: civilDate('2026-03-02') }
  await expect(prepare(server, world, period, 1)).rejects.toThrow('killed')
  const status = async () => (await world.admin.inject(getHealthStatus)).body
  expect(await status()).toMatchObject({ isPreparing: true, canReport: false })

  const early = await world.admin.inject(sendReport, health)
  expect([early.status, early.problem.code]).toEqual([409, 'form.preparing'])
  expect((await world.admin.inject(listReports, { ...health, query: {} })).body.items).toEqual([])
  // Nor is half an organisation reminded.
  const reminded = await world.admin.inject(remindReportPeople, health)
  const onBoard = await world.admin.inject(remindMissing, {
    params: { formId: form.id, period: '2026-03-02' },
    body: {},
  })
  expect([reminded.problem.code, onBoard.problem.code]).toEqual(['form.preparing', 'form.preparing'])

  await prepare(server, world, period)
  expect(await status()).toMatchObject({ isPreparing: false, canReport: true, totalMembers: everybody })
  expect((await world.admin.inject(sendReport, health)).body).toMatchObject({
    sequence: 1,
    counts: { totalMembers: everybody, collected: 0, notCollected: everybody },
  })
})
