import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  getDailyRun,
  getSystemStatus,
  listDailyRunOrgs,
  listDailyRuns,
  listInstalledOrgs,
  startDailyRun,
} from '@kangbao/shared/contracts/operations.ts'
import type { Contract, InputOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import { urlOf } from '@kangbao/shared/contracts/client.ts'
import { listReports, sendReport } from '@kangbao/shared/contracts/reports.ts'
import { newId } from '../../db/ids.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { until } from '../../../test/until.ts'
import { newWorld, signToken, type World } from '../../../test/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  server.startJobs()
})
afterAll(() => server.close())

const at = (hours: number) => Date.parse('2026-03-02T00:00:00+08:00') + hours * 3_600_000

async function operator<C extends Contract>(
  contract: C,
  input: { params?: object; query?: object; body?: object } = {},
): Promise<ResponseOf<C>> {
  const token = signToken(server, { sub: 'operator', role: 'operator' })
  const parts: Partial<InputOf<Contract>> = input as Partial<InputOf<Contract>>
  const response = await server.app.inject({
    method: contract.method,
    url: urlOf('/api', contract.path, { ...parts.params }, { ...parts.query }),
    headers: { authorization: `Bearer ${token}` },
    ...(input.body ? { payload: input.body } : {}),
  })
  if (response.statusCode !== 200) throw new Error(response.body)
  return response.json()
}
const runsOf = async (kind: string) =>
  (await operator(listDailyRuns)).items.filter((run) => run.kind === kind)

describe('Z-45: the daily run', () => {
  it('reports 300 orgs at the hour, once, in order, and skips those with nothing to report', async () => {
    const orgs = 300
    const worlds: World[] = []
    while (worlds.length < orgs) {
      worlds.push(...(await Promise.all(Array.from({ length: 6 }, () => newWorld(server, { members: 1 })))))
    }
    const [late, refused, , bare] = worlds
    if (!late || !refused || !bare) throw new Error('worlds')
    for (let first = 0; first < orgs; first += 6) {
      const some = worlds.slice(first, first + 6).filter((world) => world !== bare)
      await Promise.all(some.map((world) => world.publish('zhengzhou/daily')))
    }
    const silent = new Set([late.corpId])
    server.ports.verdict = (report) => {
      if (silent.has(report.org.corpId)) return 'unavailable'
      if (report.org.corpId === refused.corpId)
        return { accepted: false, refusal: { code: 'x', title: '拒绝', detail: '' } }
      return { accepted: true, receiptNo: `R-${report.sequence}` }
    }
    // One org has an older report that could not be delivered yet.
    await late.admin.inject(sendReport, { params: { kind: 'health' } })

    server.deps.clock.set(at(21.99))
    await new Promise((resolve) => setTimeout(resolve, 6_000))
    expect(await runsOf('health')).toEqual([])
    server.deps.clock.set(at(22) + 1000)
    await until(
      () => runsOf('health'),
      (runs) => runs.length === 1,
      20_000,
    )
    // Spread over the window: at first a range, not all.
    const begun = await until(
      async () => (await runsOf('health'))[0],
      (run) => (run?.delivered ?? 0) >= 97,
    )
    expect(begun?.waiting).toBeGreaterThanOrEqual(200)
    server.deps.clock.set(at(22.5))
    const run = await until(
      async () => (await runsOf('health'))[0],
      (seen) => seen?.waiting === 1,
      30_000,
    )
    expect(run).toMatchObject({
      due: 300,
      delivered: 297,
      refused: 1,
      skipped: 1,
      waiting: 1,
      finishedAt: null,
    })

    silent.clear()
    server.deps.clock.set(at(23.6))
    await until(
      async () => (await runsOf('health'))[0],
      (seen) => seen?.finishedAt !== null,
      30_000,
    )
    const ofLate = server.ports.reports.filter(({ org }) => org.corpId === late.corpId)
    expect(ofLate.map(({ sequence, automatic }) => [sequence, automatic])).toEqual([
      [1, false],
      [2, true],
    ])
    const [healthRun] = await runsOf('health')
    expect(healthRun).toMatchObject({ delivered: 298, waiting: 0 })
    expect(await operator(getDailyRun, { params: { runId: healthRun?.id } })).toEqual(healthRun)

    const keys = server.ports.reports.filter(({ kind }) => kind === 'health').map(({ reportId }) => reportId)
    expect(new Set(keys).size).toBe(keys.length)
    const history = await worlds[5]?.admin.inject(listReports, { params: { kind: 'health' }, query: {} })
    expect(history?.body.items).toMatchObject([{ state: 'delivered', madeBy: null, receiptNo: 'R-1' }])
    const skipped = await operator(listDailyRunOrgs, {
      params: { runId: healthRun?.id },
      query: { state: 'skipped' },
    })
    expect(skipped.items).toMatchObject([{ orgId: bare.orgId, reason: 'form-missing' }])
    const page = await operator(listDailyRunOrgs, { params: { runId: healthRun?.id }, query: { limit: 200 } })
    expect([page.items.length, page.nextCursor === null]).toEqual([200, false])

    const [employment] = await runsOf('employment')
    expect(employment).toMatchObject({ due: 300, skipped: 300, waiting: 0 })
    const { rows } = await server.deps.database.inSystem(({ tx }) =>
      tx.execute(sql`select from outbox where job like 'reports.%'`),
    )
    expect(rows).toEqual([])
  }, 120_000)

  it('shows the operator orgs and the state of things, and no member', async () => {
    const status = await operator(getSystemStatus)
    expect(status).toMatchObject({ database: true, callbacks: { forgedLastDay: 0 } })
    const orgs = await operator(listInstalledOrgs, { query: { limit: 3 } })
    expect(orgs.items[0]).toMatchObject({
      state: 'active',
      members: 2,
      apps: [{ app: 'employment-report', state: 'active' }, {}, {}],
    })
    await expect(operator(getDailyRun, { params: { runId: newId() } })).rejects.toThrow('resource.missing')
    const world = await newWorld(server, { members: 1 })
    expect((await world.admin.inject(listDailyRuns, { query: {} })).problem.code).toBe('permission.missing')
  })

  it('begins at once when the operator says so, and not twice at a time', async () => {
    server.deps.clock.set(testNow + 3 * 86_400_000)
    server.ports.verdict = () => 'unavailable'
    const run = await operator(startDailyRun, { body: { kind: 'health' } })
    expect(run).toMatchObject({ kind: 'health', day: '2026-03-05' })
    await expect(operator(startDailyRun, { body: { kind: 'health' } })).rejects.toThrow('run.running')
  })
})
