import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  addEndpoint,
  changeEndpoint,
  defaultEndpointId,
  listEndpoints,
  pauseEndpoint,
  resumeEndpoint,
  retireEndpoint,
  testEndpoint,
  type NewEndpoint,
} from '@kangbao/shared/contracts/endpoints.ts'
import type { GovernmentReport } from '@kangbao/shared/contracts/government.ts'
import { listReports, sendReport } from '@kangbao/shared/contracts/reports.ts'
import { jobContext } from '../../jobs/define-job.ts'
import { RetryLater } from '../../jobs/retry-later.ts'
import { GovernmentUnavailable, type Government, type Verdict } from '../../ports/government.ts'
import { operatorOf } from '../../../test/operator.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { newWorld, type World } from '../../../test/world.ts'
import { deliverReports } from '../reports/delivery.jobs.ts'
import { watchEndpoints } from './watch.jobs.ts'

const health = { params: { kind: 'health' as const } }
/** What came in at each key, and what each answers. */
const received = new Map<string, GovernmentReport[]>()
const answers = new Map<string, (report: GovernmentReport) => Verdict>()
let server: TestServer
let operator: ReturnType<typeof operatorOf>

function receiver(keyId: string): Government {
  return {
    submit: async (report) => {
      const verdict = answers.get(keyId)?.(report) ?? {
        accepted: true,
        receiptNo: `${keyId}-${report.sequence}`,
      }
      received.set(keyId, [...(received.get(keyId) ?? []), report])
      return verdict
    },
    taken: async () => ({ items: [], next: null }),
    digestOf: (report) => createHash('sha256').update(JSON.stringify(report)).digest('hex'),
  }
}
const down = () => {
  throw new GovernmentUnavailable('down', null)
}

beforeAll(async () => {
  server = await startTestServer()
  server.ports.endpointAt = ({ keyId }) => receiver(keyId)
  operator = operatorOf(server)
})
afterAll(() => server.close())
beforeEach(() => {
  server.deps.clock.set(testNow)
  received.clear()
  answers.clear()
})

const settings = (keyId: string, region: string): NewEndpoint => ({
  name: `接口 ${keyId}`,
  address: 'https://reports.example.gov.cn/base',
  keyId,
  signature: 'hmac-sha256',
  secret: `secret-of-${keyId}-0123456789`,
  callsPerSecond: 0,
  mode: 'idempotent',
  region,
})
const add = (keyId: string, region: string, changes: Partial<NewEndpoint> = {}) =>
  operator.does(addEndpoint, { body: { ...settings(keyId, region), ...changes } })
async function orgIn(region: string | null): Promise<World> {
  const world = await newWorld(server, { members: 1 })
  await place(world, region)
  await world.publish('zhengzhou/daily')
  return world
}
const place = ({ orgId }: World, region: string | null) =>
  server.deps.database.inSystem(({ tx }) =>
    tx.execute(sql`update orgs set region = ${region} where id = ${orgId}`),
  )
const deliver = (world: World) =>
  deliverReports.run({ orgId: world.orgId, kind: 'health' }, jobContext(server.deps, 'test', 0))
async function report(world: World): Promise<void> {
  expect((await world.admin.inject(sendReport, health)).status).toBe(200)
  await deliver(world).catch((error: unknown) => {
    if (!(error instanceof RetryLater)) throw error
  })
}
const latest = async (world: World) =>
  (await world.admin.inject(listReports, { ...health, query: {} })).body.items[0]
const one = async (id: string) =>
  (await operator.does(listEndpoints, { query: {} })).items.find((each) => each.id === id)
const countOf = (keyId: string) => received.get(keyId)?.length ?? 0
const audited = async (action: string) => {
  const { rows } = await server.deps.database.inSystem(({ tx }) =>
    tx.execute<{ detail: unknown }>(sql`select detail from system_audit_log where action = ${action}`),
  )
  return rows.map(({ detail }) => detail)
}

describe('endpoints of the government', () => {
  it('are added without their secret coming back, one to a region, and noted in the log', async () => {
    const added = await add('added', '110000')
    expect(added).toMatchObject({ region: '110000', state: 'active', health: 'unknown', waiting: 0 })
    const { items } = await operator.does(listEndpoints, { query: {} })
    expect(items[0]).toMatchObject({ id: defaultEndpointId, isDefault: true, region: null })
    expect(JSON.stringify(items)).not.toContain('secret-of')
    const { rows } = await server.deps.database.inSystem(({ tx }) =>
      tx.execute<{ secret: Buffer }>(sql`select secret from government_endpoints where id = ${added.id}`),
    )
    expect(rows[0]?.secret.toString('latin1')).not.toContain('secret-of')
    expect(await audited('endpoint.added')).toContainEqual({ name: '接口 added', region: '110000' })
    expect(await operator.codeOf(addEndpoint, { body: settings('again', '110000') })).toBe(
      'endpoint.region-taken',
    )
    const params = { endpointId: defaultEndpointId }
    expect(await operator.codeOf(retireEndpoint, { params })).toBe('endpoint.is-default')
  })

  it('changes keep the secret that is not given anew, and take no region of another', async () => {
    await add('holder', '120000')
    const { id: endpointId } = await add('kept', '130000')
    const { secret: _secret, ...rest } = settings('renamed', '130000')
    expect(await operator.does(changeEndpoint, { params: { endpointId }, body: rest })).toMatchObject({
      keyId: 'renamed',
    })
    const taken = { params: { endpointId }, body: { ...rest, region: '120000' } }
    expect(await operator.codeOf(changeEndpoint, taken)).toBe('endpoint.region-taken')
    const seen: unknown[] = []
    server.ports.endpointAt = (given) => {
      seen.push(given.keys)
      return receiver(given.keyId)
    }
    expect(await operator.does(testEndpoint, { params: { endpointId } })).toEqual({ outcome: 'answered' })
    server.ports.endpointAt = ({ keyId }) => receiver(keyId)
    expect(seen).toEqual([{ suite: 'hmac-sha256', secret: 'secret-of-kept-0123456789' }])
    expect((await one(endpointId))?.test).toMatchObject({ outcome: 'answered' })
  })

  it('a test says in one word what a call came to, and is noted', async () => {
    const { id: endpointId } = await add('tested', '140000')
    for (const fault of ['key-refused', 'unsigned', 'forbidden'] as const) {
      server.ports.endpointAt = ({ keyId }) => ({
        ...receiver(keyId),
        taken: () => Promise.reject(new GovernmentUnavailable('no', null, { fault })),
      })
      expect(await operator.does(testEndpoint, { params: { endpointId } })).toEqual({ outcome: fault })
    }
    server.ports.endpointAt = ({ keyId }) => receiver(keyId)
    expect(await audited('endpoint.tested')).toContainEqual({ outcome: 'unsigned' })
    expect(countOf('tested')).toBe(0)
  })
})

describe('Z-44: a report goes to the endpoint of the nearest region, and stays with it', () => {
  it('county, city, province, and the default one for the rest', async () => {
    await add('province', '410000')
    await add('city', '410100')
    const cases = [
      ['410105', 'city'],
      ['410100', 'city'],
      ['410200', 'province'],
      ['419001', 'province'],
    ] as const
    for (const [region, keyId] of cases) {
      received.clear()
      await report(await orgIn(region))
      expect([region, [...received.keys()]]).toEqual([region, [keyId]])
    }
    const before = server.ports.reports.length
    for (const region of ['510000', null]) await report(await orgIn(region))
    expect(server.ports.reports).toHaveLength(before + 2)
  })

  it('one that moves reports to the new one next, after what is owed the old one, under its own key', async () => {
    await add('old', '210000')
    await add('new', '220000')
    const world = await orgIn('210100')
    answers.set('old', down)
    await report(world)
    expect(await latest(world)).toMatchObject({ state: 'retrying' })
    await place(world, '220100')
    await deliver(world).catch(() => undefined)
    expect([countOf('old'), countOf('new')]).toEqual([0, 0])
    answers.delete('old')
    await deliver(world)
    const [first] = received.get('old') ?? []
    expect((await latest(world))?.id).toBe(first?.reportId)
    await report(world)
    expect(received.get('new')?.map(({ sequence }) => sequence)).toEqual([2])
  })

  it('a retired one gets what was made for it, and no more', async () => {
    const { id: endpointId } = await add('retiring', '230000')
    const world = await orgIn('230100')
    answers.set('retiring', down)
    await report(world)
    expect(await operator.does(retireEndpoint, { params: { endpointId } })).toMatchObject({
      state: 'retired',
    })
    answers.delete('retiring')
    await deliver(world)
    const before = server.ports.reports.length
    await report(world)
    expect([countOf('retiring'), server.ports.reports.length - before]).toEqual([1, 1])
    await add('successor', '230000')
  })

  it('Z-45: one that is stopped waits with its reports, while others get theirs', async () => {
    const { id: endpointId } = await add('stopped', '310000')
    const [here, elsewhere] = [await orgIn('310101'), await orgIn(null)]
    const reason = '接收方系统升级'
    await operator.does(pauseEndpoint, { params: { endpointId }, body: { reason } })
    await report(here)
    const before = server.ports.reports.length
    await report(elsewhere)
    expect([countOf('stopped'), server.ports.reports.length - before]).toEqual([0, 1])
    expect(await one(endpointId)).toMatchObject({ pause: { reason }, waiting: 1 })
    await operator.does(resumeEndpoint, { params: { endpointId } })
    await deliver(here)
    expect(countOf('stopped')).toBe(1)
  })
})

describe('R-20: an endpoint that is down', () => {
  it('rests after five organisations in a row, is tried by one call, and is caught up with at once', async () => {
    const { id } = await add('dead', '320000')
    const worlds = [
      await orgIn('320100'),
      await orgIn('320100'),
      await orgIn('320100'),
      await orgIn('320100'),
      await orgIn('320100'),
      await orgIn('320100'),
    ]
    const [first, , , , , last] = worlds
    if (!first || !last) throw new Error('six worlds')
    answers.set('dead', down)
    // One organisation again and again is one organisation.
    for (const world of [first, first, ...worlds.slice(0, 4)])
      if ((await latest(world)) === undefined) await report(world)
      else await deliver(world).catch(() => undefined)
    expect(await one(id)).toMatchObject({ health: 'failing', failures: 4 })
    await report(worlds[4] ?? first)
    expect(await one(id)).toMatchObject({ health: 'resting', failures: 5, failure: 'unreachable' })
    await report(last)
    expect(await latest(last)).toMatchObject({ state: 'queued', attempts: 0 })

    answers.delete('dead')
    server.deps.clock.set(testNow + 60_000)
    await deliver(last)
    expect(await one(id)).toMatchObject({ health: 'well', failures: 0, nextTryAt: null })
    const { rows } = await server.deps.database.inSystem(({ tx }) =>
      tx.execute<{ late: number }>(sql`
        select count(*)::int as late from outbox where job = 'reports.deliver' and payload ->> 'endpointId' = ${id}
          and available_at > ${new Date(server.deps.clock.now()).toISOString()}::timestamptz`),
    )
    expect(rows[0]?.late).toBe(0)
  })

  it('is told of once when what it is owed waits longer than fifteen minutes', async () => {
    const { id } = await add('late', '330000')
    answers.set('late', down)
    await report(await orgIn('330100'))
    const watch = () => watchEndpoints.run(jobContext(server.deps, 'test', 0))
    const told = async () =>
      (await audited('endpoint.overdue')).filter((detail) => JSON.stringify(detail).includes('接口 late'))
    server.deps.clock.set(testNow + 14 * 60_000)
    await watch()
    expect([await told(), (await one(id))?.isOverdue]).toEqual([[], false])
    server.deps.clock.set(testNow + 16 * 60_000)
    await watch()
    await watch()
    expect(await told()).toMatchObject([{ waiting: 1 }])
    expect(await one(id)).toMatchObject({ isOverdue: true })
  })
})
