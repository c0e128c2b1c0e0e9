import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addEndpoint } from '@kangbao/shared/contracts/endpoints.ts'
import { listReports, sendReport } from '@kangbao/shared/contracts/reports.ts'
import { GovernmentUnavailable, type Government } from '../../ports/government.ts'
import { operatorOf } from '../../../test/operator.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { until } from '../../../test/until.ts'
import { newWorld, type World } from '../../../test/world.ts'

const health = { params: { kind: 'health' as const } }
/** Calls of the dead one that nobody answers until the end of the test. */
const hanging = new Set<() => void>()
let server: TestServer
let under = 0
let mostUnder = 0

const dead = (): Promise<never> =>
  new Promise((_resolve, reject) => {
    under += 1
    mostUnder = Math.max(mostUnder, under)
    hanging.add(() => {
      under -= 1
      reject(new GovernmentUnavailable('silence', null))
    })
  })
const receiver = (keyId: string): Government => ({
  submit: async (report) =>
    keyId === 'dead' ? dead() : { accepted: true, receiptNo: `${keyId}-${report.sequence}` },
  taken: async () => null,
  digestOf: () => '',
})

beforeAll(async () => {
  server = await startTestServer()
  server.ports.endpointAt = ({ keyId }) => receiver(keyId)
})
afterAll(async () => {
  // Until the workers have stopped, whoever calls again is let go as well.
  const letGo = setInterval(() => {
    for (const end of hanging) end()
    hanging.clear()
  }, 20)
  await server.close()
  clearInterval(letGo)
})

async function orgIn(region: string): Promise<World> {
  const world = await newWorld(server, { members: 1 })
  await server.deps.database.inSystem(({ tx }) =>
    tx.execute(sql`update orgs set region = ${region} where id = ${world.orgId}`),
  )
  await world.publish('zhengzhou/daily')
  expect((await world.admin.inject(sendReport, health)).status).toBe(200)
  return world
}

describe('R-20: one dead endpoint of three', () => {
  it('takes four workers and no more: what is owed the others is delivered while it is silent', async () => {
    for (const [keyId, region] of [
      ['dead', '410000'],
      ['first', '420000'],
      ['second', '430000'],
    ] as const) {
      const body = {
        name: `接口 ${keyId}`,
        address: 'https://reports.example.gov.cn',
        keyId,
        signature: 'hmac-sha256' as const,
        secret: 'a-secret-of-the-test',
        callsPerSecond: 0,
        mode: 'idempotent' as const,
        region,
      }
      await operatorOf(server).does(addEndpoint, { body })
    }
    // More than there are workers, and before the others.
    for (let i = 0; i < 14; i += 1) await orgIn('410000')
    server.startJobs()
    await until(
      () => under,
      (calls) => calls === 4,
    )
    const others = [await orgIn('420000'), await orgIn('430000'), await orgIn('420000')]
    for (const world of others)
      await until(
        async () => (await world.admin.inject(listReports, { ...health, query: {} })).body.items[0]?.state,
        (state) => state === 'delivered',
        20_000,
      )
    expect([under, mostUnder]).toEqual([4, 4])
  })
})
