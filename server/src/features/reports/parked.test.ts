import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addEndpoint, listEndpoints } from '@kangbao/shared/contracts/endpoints.ts'
import type { GovernmentReport, GovernmentTakenReport } from '@kangbao/shared/contracts/government.ts'
import { listParkedReports, settleParkedReport } from '@kangbao/shared/contracts/parked-reports.ts'
import { getHealthStatus, listReports, sendReport } from '@kangbao/shared/contracts/reports.ts'
import { jobContext } from '../../jobs/define-job.ts'
import { RetryLater } from '../../jobs/retry-later.ts'
import { GovernmentUnavailable, type Government } from '../../ports/government.ts'
import { operatorOf } from '../../../test/operator.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { newWorld, type World } from '../../../test/world.ts'
import { deliverReports } from './delivery.jobs.ts'
import { askAboutParked, askForParked } from './parked.jobs.ts'

const health = { params: { kind: 'health' as const } }
/** A receiver that counts twice what it gets twice. */
const counted: GovernmentReport[] = []
let answersWith: 'receipt' | 'cut' | 'untaken' = 'receipt'
let listed: GovernmentTakenReport[] | null = null
let server: TestServer
let operator: ReturnType<typeof operatorOf>
let endpointId: string

const digestOf = (report: GovernmentReport) =>
  createHash('sha256').update(JSON.stringify(report)).digest('hex')
const receiver: Government = {
  submit: async (report) => {
    if (answersWith === 'untaken') throw new GovernmentUnavailable('busy', null, { isUntaken: true })
    counted.push(report)
    if (answersWith === 'cut') throw new GovernmentUnavailable('cut', null)
    return { accepted: true, receiptNo: `R-${report.sequence}` }
  },
  taken: async () => (listed === null ? null : { items: listed, next: null }),
  digestOf,
}

beforeAll(async () => {
  server = await startTestServer()
  server.ports.endpointAt = () => receiver
  operator = operatorOf(server)
  const body = {
    name: '不识别重复',
    address: 'https://reports.example.gov.cn',
    keyId: 'asks',
    signature: 'hmac-sha256' as const,
    secret: 'a-secret-of-the-test',
    callsPerSecond: 0,
    mode: 'ask-before-resend' as const,
    region: '410000',
  }
  endpointId = (await operator.does(addEndpoint, { body })).id
})
afterAll(() => server.close())
beforeEach(async () => {
  server.deps.clock.set(testNow)
  await server.deps.database.inSystem(({ tx }) =>
    tx.execute(sql`update government_endpoints set failures = 0, next_try_at = null`),
  )
  counted.length = 0
  listed = null
  answersWith = 'receipt'
})

const inJob = () => jobContext(server.deps, 'test', 0)
async function anOrg(): Promise<World> {
  const world = await newWorld(server, { members: 1 })
  await server.deps.database.inSystem(({ tx }) =>
    tx.execute(sql`update orgs set region = '410105' where id = ${world.orgId}`),
  )
  await world.publish('zhengzhou/daily')
  return world
}
const deliver = ({ orgId }: World) => deliverReports.run({ orgId, kind: 'health' }, inJob())
/** An org whose report came in, and whose connection was cut before the receipt. */
async function cutOff(): Promise<World> {
  const world = await anOrg()
  await world.admin.inject(sendReport, health)
  answersWith = 'cut'
  await deliver(world)
  answersWith = 'receipt'
  return world
}
const latest = async (world: World) =>
  (await world.admin.inject(listReports, { ...health, query: {} })).body.items[0]
const parkedOf = async ({ orgId }: World) =>
  (await operator.does(listParkedReports, { query: { endpointId, limit: 200 } })).items.find(
    (each) => each.orgId === orgId,
  )
const onList = (report: GovernmentReport): GovernmentTakenReport => ({
  reportId: report.reportId,
  corpId: report.org.corpId,
  kind: report.kind,
  day: report.day,
  sequence: report.sequence,
  bodyHash: digestOf(report),
  receiptNo: `L-${report.sequence}`,
})
const settle = (
  world: World,
  reportId: string,
  given: { outcome: 'again' | 'delivered'; receiptNo?: string },
) =>
  operator.does(settleParkedReport, {
    params: { reportId },
    body: { orgId: world.orgId, reason: '已与接收方核实', ...given },
  })

describe('R-17: a receiver that does not know repeats', () => {
  it('gets nothing twice: an unknown outcome is parked, shown as such, and holds up what comes after it', async () => {
    const world = await cutOff()
    await deliver(world)
    await deliver(world)
    expect(counted).toHaveLength(1)
    expect(await latest(world)).toMatchObject({ state: 'parked', attempts: 1, nextAttemptAt: null })
    const { body } = await world.admin.inject(getHealthStatus, {})
    expect(body).toMatchObject({ canReport: false, inFlight: { state: 'parked' } })
    expect((await world.admin.inject(sendReport, health)).problem.code).toBe('report.in-progress')
    expect(await parkedOf(world)).toMatchObject({ endpointName: '不识别重复', absentAt: null })
    const { items } = await operator.does(listEndpoints, { query: {} })
    expect(items.find(({ id }) => id === endpointId)?.parked).toBeGreaterThan(0)
  })

  it('is sent again what certainly was not taken', async () => {
    const world = await anOrg()
    await world.admin.inject(sendReport, health)
    answersWith = 'untaken'
    await expect(deliver(world)).rejects.toThrow(RetryLater)
    expect(await latest(world)).toMatchObject({ state: 'retrying' })
    answersWith = 'receipt'
    await deliver(world)
    expect(await latest(world)).toMatchObject({ state: 'delivered', receiptNo: 'R-1' })
  })

  it('a worker that was killed in the middle of a call leaves an unknown outcome, and no second call', async () => {
    const world = await anOrg()
    await world.admin.inject(sendReport, health)
    await server.deps.database.inOrg(world.orgId, { kind: 'system', name: 'test' }, ({ tx }) =>
      tx.execute(sql`update reports set trying_since = now() where org_id = ${world.orgId}`),
    )
    await deliver(world)
    expect(counted).toHaveLength(0)
    expect(await latest(world)).toMatchObject({ state: 'parked' })
  })

  it('the receiver’s list settles what is on it, byte by byte, and nothing else', async () => {
    const [held, altered, absent] = [await cutOff(), await cutOff(), await cutOff()]
    const [first, second] = counted
    if (!first || !second) throw new Error('three came in')
    listed = [onList(first), { ...onList(second), bodyHash: 'f'.repeat(64) }]
    server.deps.clock.set(testNow + 120_000)
    await askForParked.run(inJob())
    await askForParked.run(inJob())
    const owed = await server.deps.database.inSystem(({ tx }) =>
      tx.execute<{ payload: { endpointId: string }; generation: number }>(
        sql`delete from outbox where job = 'reports.ask-parked' returning payload, generation`,
      ),
    )
    expect(owed.rows).toEqual([{ payload: { endpointId }, generation: 1 }])
    await askAboutParked.run({ endpointId }, inJob())
    expect(await latest(held)).toMatchObject({ state: 'delivered', receiptNo: 'L-1' })
    expect(await parkedOf(held)).toBeUndefined()
    for (const world of [altered, absent]) {
      expect(await latest(world)).toMatchObject({ state: 'parked' })
      expect((await parkedOf(world))?.absentAt).not.toBeNull()
    }
    expect(counted).toHaveLength(3)
  })

  it('a person settles the rest, with a reason in the log; the next report follows', async () => {
    const [arrived, lost] = [await cutOff(), await cutOff()]
    const ids = [(await latest(arrived))?.id ?? '', (await latest(lost))?.id ?? ''] as const
    const unsaid = {
      params: { reportId: ids[0] },
      body: { orgId: arrived.orgId, outcome: 'delivered' as const, reason: '没有编号' },
    }
    expect(await operator.codeOf(settleParkedReport, unsaid)).toBe('request.invalid')
    await settle(arrived, ids[0], { outcome: 'delivered', receiptNo: '电话-17' })
    await settle(lost, ids[1], { outcome: 'again' })
    expect(await latest(arrived)).toMatchObject({ state: 'delivered', receiptNo: '电话-17' })
    await deliver(lost)
    expect(await latest(lost)).toMatchObject({ state: 'delivered', receiptNo: 'R-1' })
    await arrived.admin.inject(sendReport, health)
    await deliver(arrived)
    expect(await latest(arrived)).toMatchObject({ sequence: 2, state: 'delivered' })
    const again = {
      params: { reportId: ids[0] },
      body: { orgId: arrived.orgId, outcome: 'again' as const, reason: '再来一次' },
    }
    expect(await operator.codeOf(settleParkedReport, again)).toBe('resource.missing')
    const { rows } = await server.deps.database.inSystem(({ tx }) =>
      tx.execute<{ detail: unknown }>(
        sql`select detail from system_audit_log where action = 'parked-report.settled' order by id`,
      ),
    )
    expect(rows).toEqual([
      { detail: { orgId: arrived.orgId, outcome: 'delivered', reason: '已与接收方核实' } },
      { detail: { orgId: lost.orgId, outcome: 'again', reason: '已与接收方核实' } },
    ])
  })
})
