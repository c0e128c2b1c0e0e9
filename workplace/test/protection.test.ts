import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { failInterrupted } from '../api/imports/running.ts'
import { newPhone, newWorld, type World } from './world.ts'

describe('request limits', () => {
  let world: World
  beforeAll(async () => {
    world = await newWorld({ requestLimits: { perSession: 5, perAddress: 8, smsPerAddress: 4 } })
  })
  afterAll(() => world.close())

  const statuses = async (count: number, ask: () => Promise<{ statusCode: number }>) => {
    const seen: number[] = []
    for (let i = 0; i < count; i += 1) seen.push((await ask()).statusCode)
    return seen
  }

  it('Z-08: people behind one address do not use up each other’s requests', async () => {
    const [one, two] = [await world.person('甲'), await world.person('乙')]
    const me = (token: string) => () =>
      world.app.inject({ url: '/client-api/me', headers: { authorization: `Bearer ${token}` } })
    expect(await statuses(6, me(one.token))).toEqual([200, 200, 200, 200, 200, 429])
    expect(await statuses(5, me(two.token))).toEqual([200, 200, 200, 200, 200])
  })

  it('Z-01: SMS codes are limited per address, whatever bearer comes along', async () => {
    let i = 0
    const ask = () => {
      i += 1
      return world.app.inject({
        method: 'POST',
        url: '/client-api/sms-codes',
        remoteAddress: '10.1.1.1',
        headers: { authorization: `Bearer made-up-${i}` },
        payload: { phone: newPhone() },
      })
    }
    expect(await statuses(5, ask)).toEqual([200, 200, 200, 200, 429])
    const other = await world.app.inject({
      method: 'POST',
      url: '/client-api/sms-codes',
      remoteAddress: '10.1.1.2',
      payload: { phone: newPhone() },
    })
    expect(other.statusCode).toBe(200)
  })

  it('Z-08: the refusal says what it is and how long it lasts', async () => {
    const ask = () => world.app.inject({ url: '/client-api/join-codes/none', remoteAddress: '10.1.1.3' })
    await statuses(8, ask)
    const refused = await ask()
    expect(refused.json()).toMatchObject({
      status: 429,
      code: 'rate.limited',
      details: { retryAfterSeconds: 60 },
    })
  })

  it('Z-20: the open platform keeps its own limits', async () => {
    const ask = () => world.app.inject({ method: 'POST', url: '/oapi/service/get_suite_token', payload: {} })
    expect(await statuses(20, ask)).toEqual(Array.from({ length: 20 }, () => 200))
  })
})

describe('bodies and imports', () => {
  let world: World
  beforeAll(async () => {
    world = await newWorld()
  })
  afterAll(() => world.close())

  it('Z-08: a body says its own types, a query is read', async () => {
    const { admin, orgId } = await world.orgWithAdmin()
    for (const joinNeedsApproval of ['false', 1, null]) {
      const answer = await admin.call('PATCH', `/orgs/${orgId}`, { joinNeedsApproval })
      expect(answer).toMatchObject({ status: 400, body: { code: 'request.invalid' } })
    }
    const named = await admin.call('POST', `/orgs/${orgId}/departments`, { name: 7 })
    expect(named.status).toBe(400)
    expect((await admin.call('GET', `/orgs/${orgId}/members?deep=true&limit=2`)).status).toBe(200)
    expect((await admin.call('GET', `/orgs/${orgId}/members?limit=many`)).status).toBe(400)
  })

  it('Z-04: an import a dead process left is failed at start, with its reason and nothing written', async () => {
    const { admin, orgId, userid } = await world.orgWithAdmin()
    const ids = {
      checking: '0190a000-0000-7000-8000-000000000001',
      importing: '0190a000-0000-7000-8000-000000000002',
    }
    await world.db.withOrg(orgId, async (scope) => {
      for (const [state, id] of Object.entries(ids)) {
        await scope.run(sql`insert into directory_imports (org_id, id, userid, file_name, state, counts, created_at)
          values (${orgId}, ${id}, ${userid}, 'a.xlsx', ${state}, '{}', now())`)
        await scope.run(sql`insert into running_imports (org_id, import_id) values (${orgId}, ${id})`)
        await scope.run(sql`insert into directory_import_rows (org_id, import_id, row_no, verdict, data)
          values (${orgId}, ${id}, 1, 'created', '{}')`)
      }
    })
    expect(await failInterrupted(world.db)).toBe(2)
    for (const id of Object.values(ids)) {
      const { body } = await admin.call('GET', `/orgs/${orgId}/imports/${id}`)
      expect(body).toMatchObject({ state: 'failed', failure: 'import.interrupted', problemCount: 0 })
    }
    expect((await admin.call('GET', `/orgs/${orgId}/members?deep=true`)).body.items).toHaveLength(1)
    expect(await failInterrupted(world.db)).toBe(0)
  })
})
