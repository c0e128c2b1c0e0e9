import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { urlOf } from '@kangbao/shared/contracts/client.ts'
import type { Contract, InputOf } from '@kangbao/shared/contracts/contract.ts'
import { listDailyRuns } from '@kangbao/shared/contracts/operations.ts'
import {
  exportRollup,
  getRegionRollup,
  getRegionTrend,
  listRollupOrgs,
} from '@kangbao/shared/contracts/rollups.ts'
import { getMe, renewSession, requestSmsCode, signInBySms } from '@kangbao/shared/contracts/sessions.ts'
import {
  addViewer,
  endViewer,
  listViewers,
  placeOrg,
  recountRollups,
} from '@kangbao/shared/contracts/viewers.ts'
import { addresses, callApi, codeAfter } from '../../../test/call.ts'
import { healthCounts, newRegionViewer, placed, reported } from '../../../test/rollups.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { newWorld, signToken, type World } from '../../../test/world.ts'
import { foldAll } from './folding.jobs.ts'

const day = '2026-03-02'
const kind = 'health'
const jinshui = '410105'
let server: TestServer
let orgs: World[]
const newAddress = addresses()

beforeAll(async () => {
  server = await startTestServer()
  orgs = await Promise.all(Array.from({ length: 5 }, () => newWorld(server, { members: 1 })))
  const facts: readonly [region: string, abnormal: number | null][] = [
    [jinshui, 20],
    [jinshui, 3],
    ['410102', 2],
    ['420102', 8],
    [jinshui, null],
  ]
  for (const [i, [region, abnormal]] of facts.entries()) {
    const { orgId } = orgs[i] ?? { orgId: '' }
    await placed(server, orgId, region)
    if (abnormal !== null)
      await reported(server, { orgId, day, sequence: 1, counts: healthCounts(100, 90, abnormal) })
  }
  await foldAll(server.deps)
})
afterAll(() => server.close())

const call = <C extends Contract>(contract: C, input: InputOf<C>, token?: string) =>
  callApi(server.app, contract, input, { token, ip: newAddress() })
const operator = () => signToken(server, { sub: 'operator', role: 'operator' })
const viewerOf = async (region: string) =>
  signToken(server, { sub: await newRegionViewer(server, region), role: 'viewer' })
const idOf = (i: number) => orgs[i]?.orgId ?? ''

describe('Z-46: a viewer sees his region and what lies in it', () => {
  it('the city by its counties, with those who have not reported and without small numbers', async () => {
    const token = await viewerOf('410100')
    const { body } = await call(
      getRegionRollup,
      { params: { kind, region: '410100' }, query: { day } },
      token,
    )
    expect(body.whole).toEqual({
      region: '410100',
      orgsDue: 4,
      orgsReported: 3,
      figures: [300, 270, 30, 25, 0],
    })
    expect(body.parts).toEqual([
      { region: '410102', orgsDue: 1, orgsReported: 1, figures: [100, 90, 10, null, 0] },
      { region: jinshui, orgsDue: 3, orgsReported: 2, figures: [200, 180, 20, null, 0] },
    ])
  })

  it('a county by its organisations; hidden there is what would show a sister', async () => {
    const token = await viewerOf('410000')
    const ask = (region: string, state: 'all' | 'missing') =>
      call(listRollupOrgs, { params: { kind, region }, query: { day, state } }, token)
    const all = (await ask(jinshui, 'all')).body.items
    expect(all.map(({ orgId, isReported, figures }) => [orgId, isReported, figures?.[3]])).toEqual(
      [0, 1, 4].map((i) => [idOf(i), i !== 4, i === 4 ? undefined : null]).toSorted(),
    )
    const missing = (await ask('410100', 'missing')).body.items
    expect(missing).toMatchObject([
      { orgId: idOf(4), region: jinshui, isReported: false, lastReportedOn: null },
    ])
  })

  it('pages of organisations go on where the last one ended', async () => {
    const token = await viewerOf('000000')
    const seen: string[] = []
    for (let cursor: string | undefined; ;) {
      const query = { day, limit: 2, ...(cursor === undefined ? {} : { cursor }) }
      const { items, nextCursor } = (
        await call(listRollupOrgs, { params: { kind, region: '000000' }, query }, token)
      ).body
      seen.push(...items.map(({ orgId }) => orgId))
      if (nextCursor === null) break
      cursor = nextCursor
    }
    expect(seen).toEqual(orgs.map(({ orgId }) => orgId).toSorted())
  })

  it('X-01: a region above, beside or that never was is answered alike, and nothing else is his', async () => {
    const token = await viewerOf(jinshui)
    const codes = await Promise.all(
      ['410100', '410102', '420102', '999999', '000000'].flatMap((region) =>
        [getRegionRollup, getRegionTrend, listRollupOrgs].map(
          async (contract) =>
            (await call(contract, { params: { kind, region }, query: { day } }, token)).code,
        ),
      ),
    )
    expect(new Set(codes)).toEqual(new Set(['resource.missing']))
    expect((await call(listDailyRuns, { query: {} }, token)).code).toBe('permission.missing')
    expect(
      (await call(getRegionRollup, { params: { kind, region: jinshui }, query: {} }, operator())).code,
    ).toBe('permission.missing')
  })

  it('the trend has fourteen days, each with its own numbers', async () => {
    const token = await viewerOf('410000')
    const { days } = (
      await call(getRegionTrend, { params: { kind, region: '410000' }, query: { day } }, token)
    ).body
    expect(days).toHaveLength(14)
    expect(days.at(-1)).toEqual({ day, orgsReported: 3, figures: [300, 270, 30, 25, 0] })
    expect(days.at(0)).toEqual({ day: '2026-02-17', orgsReported: 0, figures: [0, 0, 0, 0, 0] })
  })

  it('X-07: what is exported hides what the screen hides, and neutralises formulas', async () => {
    const shop = await newWorld(server, { members: 1 })
    await server.deps.database.pool.query(`update orgs set name = '=1+1', region = '410104' where id = $1`, [
      shop.orgId,
    ])
    const response = await server.app.inject({
      method: 'GET',
      url: urlOf('/api', exportRollup.path, { kind, region: '410100' }, { day }),
      headers: { authorization: `Bearer ${await viewerOf('410100')}`, 'accept-language': 'zh-CN' },
    })
    const lines = response.body.trim().split('\r\n')
    const cells = lines.map((line) => line.replaceAll('"', ''))
    expect(cells[1]).toBe('地区代码,地区,组织,是否已上报,最近上报日,应报人数,已填报,未填报,异常,发热')
    expect(cells.filter((line) => line.includes('金水区'))).toHaveLength(3)
    expect(cells.find((line) => line.startsWith('410102'))).toMatch(/,100,90,10,\*,\*$/)
    expect(cells.find((line) => line.startsWith('410104'))).toContain(",'=1+1,")
  })
})

describe('the operator and viewers', () => {
  it('a viewer signs in with his phone, and is out at once when his right ends', async () => {
    const phone = '13812340001'
    const body = { name: '金水区疫情防控办 王处长', phone, region: jinshui }
    const added = await call(addViewer, { body }, operator())
    expect((await call(addViewer, { body: { ...body, name: '别人' } }, operator())).code).toBe(
      'viewer.phone-taken',
    )
    expect((await call(listViewers, { query: {} }, operator())).body.items[0]).toEqual(added.body)
    const { reply, code } = await codeAfter(server, phone, () => call(requestSmsCode, { body: { phone } }))
    const signedIn = await call(signInBySms, {
      body: { phone, code, challenge: reply.body.challenge, isConsole: true },
    })
    const [session] = signedIn.body.sessions
    const token = session?.token
    const viewer = { id: added.body.id, name: body.name, region: jinshui }
    expect(session?.me).toEqual({ role: 'viewer', org: null, member: null, viewer })
    expect((await call(getMe, {}, token)).body.viewer).toEqual(viewer)
    const renewed = await call(renewSession, { body: { refreshToken: session?.refreshToken ?? '' } })
    expect(renewed.body.me.viewer).toEqual(viewer)

    await call(endViewer, { params: { viewerId: added.body.id } }, operator())
    expect((await call(getMe, {}, token)).code).toBe('session.expired')
    const again = await call(renewSession, { body: { refreshToken: renewed.body.refreshToken } })
    expect(again.code).toBe('session.expired')
    expect((await call(listViewers, { query: {} }, operator())).body.items.map(({ id }) => id)).not.toContain(
      viewer.id,
    )
  })

  it('a right that ended is gone even for a token that was not called back', async () => {
    const viewerId = await newRegionViewer(server, jinshui)
    const token = signToken(server, { sub: viewerId, role: 'viewer' })
    await call(endViewer, { params: { viewerId } }, operator())
    const input = { params: { kind, region: jinshui }, query: { day } } as const
    expect((await call(getRegionRollup, input, token)).code).toBe('session.expired')
  })

  it('places an organisation, whose numbers move; a region that is none is refused', async () => {
    const orgId = idOf(3)
    const place = (region: string | null) =>
      call(placeOrg, { params: { orgId }, body: { region } }, operator())
    expect((await place('410199')).code).toBe('region.unknown')
    expect((await place('410103')).status).toBe(200)
    await foldAll(server.deps)
    const token = await viewerOf('410100')
    const input = { params: { kind, region: '410103' }, query: { day } } as const
    expect((await call(getRegionRollup, input, token)).body.whole).toMatchObject({
      orgsDue: 1,
      orgsReported: 1,
    })
    expect((await call(recountRollups, {}, operator())).body).toEqual({ wrong: 0 })
    await place('420102')
    await foldAll(server.deps)
  })
})
