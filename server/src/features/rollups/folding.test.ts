import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import { sendReport } from '@kangbao/shared/contracts/reports.ts'
import { rollupOf } from '@kangbao/shared/programmes/catalogue.ts'
import { standingDay } from '@kangbao/shared/rollups/definition.ts'
import { jobContext } from '../../jobs/define-job.ts'
import { healthCounts, placed, reported } from '../../../test/rollups.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { newWorld, type World } from '../../../test/world.ts'
import { deliverReports } from '../reports/delivery.jobs.ts'
import { foldAll } from './folding.jobs.ts'
import { recount, touchOrg } from './folding.system.ts'

let server: TestServer
let works: World
let mill: World
beforeAll(async () => {
  server = await startTestServer()
  works = await newWorld(server, { members: 1 })
  mill = await newWorld(server, { members: 1 })
  await placed(server, works.orgId, '410105')
  await placed(server, mill.orgId, '410202')
})
afterAll(() => server.close())

async function sumsOf(kind: string, day: string): Promise<Record<string, [number, ...number[]]>> {
  const { rows } = await server.deps.database.pool.query<{
    region: string
    orgs: number
    figures: string[]
  }>('select region, orgs, figures from region_rollups where kind = $1 and day = $2 and orgs <> 0', [
    kind,
    day,
  ])
  return Object.fromEntries(rows.map(({ region, orgs, figures }) => [region, [orgs, ...figures.map(Number)]]))
}
const recounted = () => server.deps.database.inSystem((system) => recount(system, rollupOf('health')))

describe('Z-46: what was reported is summed over the tree of regions', () => {
  it('a delivered report counts in its county, city, province and the country; one on its way does not', async () => {
    const day = '2026-03-02'
    await reported(server, { orgId: works.orgId, day, sequence: 1, counts: healthCounts(100, 90, 7, 5) })
    await reported(server, { orgId: mill.orgId, day, sequence: 1, counts: healthCounts(40, 40, 6) })
    await reported(server, {
      orgId: mill.orgId,
      day,
      sequence: 2,
      counts: healthCounts(40, 1),
      state: 'queued',
    })
    await reported(server, {
      orgId: mill.orgId,
      day,
      sequence: 3,
      counts: healthCounts(40, 2),
      state: 'refused',
    })
    await foldAll(server.deps)
    const both = [2, 140, 130, 10, 13, 5]
    expect(await sumsOf('health', day)).toEqual({
      '410105': [1, 100, 90, 10, 7, 5],
      '410100': [1, 100, 90, 10, 7, 5],
      '410202': [1, 40, 40, 0, 6, 0],
      '410200': [1, 40, 40, 0, 6, 0],
      '410000': both,
      '000000': both,
    })
  })

  it('the newest revision of a day stands, whichever came last, and adding again adds nothing', async () => {
    const day = '2026-03-03'
    await reported(server, { orgId: works.orgId, day, sequence: 12, counts: healthCounts(100, 80) })
    expect(await foldAll(server.deps)).toBe(1)
    await reported(server, { orgId: works.orgId, day, sequence: 13, counts: healthCounts(100, 95, 5) })
    await reported(server, { orgId: works.orgId, day, sequence: 11, counts: healthCounts(100, 10) })
    expect(await foldAll(server.deps)).toBe(1)
    expect(await foldAll(server.deps)).toBe(0)
    expect((await sumsOf('health', day))['410000']).toEqual([1, 100, 95, 5, 5, 0])
  })

  it('an organisation that is placed elsewhere takes its numbers along', async () => {
    const day = '2026-03-04'
    await reported(server, { orgId: mill.orgId, day, sequence: 21, counts: healthCounts(40, 30) })
    await foldAll(server.deps)
    await placed(server, mill.orgId, '410102')
    await server.deps.database.inSystem((system) => touchOrg(system, mill.orgId))
    await foldAll(server.deps)
    const own = [1, 40, 30, 10, 0, 0]
    expect(await sumsOf('health', day)).toEqual({
      '410102': own,
      '410100': own,
      '410000': own,
      '000000': own,
    })
  })

  it('registrations are a standing number: the newest report counts, whatever its day', async () => {
    const { orgId } = works
    const counts = (registered: number) => ({
      totalMembers: 9,
      registered,
      registeredNew: 1,
      notRegistered: 9 - registered,
    })
    await reported(server, { orgId, day: '2026-03-01', sequence: 1, counts: counts(2), kind: 'employment' })
    await reported(server, { orgId, day: '2026-03-05', sequence: 2, counts: counts(6), kind: 'employment' })
    await foldAll(server.deps)
    expect((await sumsOf('employment', standingDay))['410105']).toEqual([1, 9, 6, 3])
  })

  it('a report delivered the ordinary way is there with its receipt; nobody has placed its organisation', async () => {
    const shop = await newWorld(server, { members: 2 })
    await shop.publish('zhengzhou/daily')
    const sent = await shop.admin.inject(sendReport, { params: { kind: 'health' } })
    await deliverReports.run({ orgId: shop.orgId, kind: 'health' }, jobContext(server.deps, 'test', 0))
    await foldAll(server.deps)
    const sums = await sumsOf('health', sent.body.day)
    expect(sums['410100']?.[0]).toBeGreaterThan(0)
    const { rows } = await server.deps.database.pool.query<{ folded_region: string }>(
      'select folded_region from rollup_reports where org_id = $1',
      [shop.orgId],
    )
    expect(rows).toEqual([{ folded_region: '410100' }])
  })

  it('R-09: after any history of reports, moves and adding, a count of everything finds no difference', async () => {
    // The same every time: a linear congruence, seeded.
    let seed = 20_260_302
    const draw = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % below
    const counties = ['410105', '410102', '410202', '420102']
    for (let step = 0; step < 40; step += 1) {
      const { orgId } = draw(2) === 0 ? works : mill
      if (draw(5) === 0) {
        await placed(server, orgId, counties[draw(4)] ?? '410105')
        await server.deps.database.inSystem((system) => touchOrg(system, orgId))
      } else {
        const day = `2026-03-1${draw(3)}`
        await reported(server, {
          orgId,
          day,
          sequence: 100 + step,
          counts: healthCounts(60, draw(60), draw(9)),
        })
      }
      if (draw(3) === 0) await foldAll(server.deps)
    }
    await foldAll(server.deps)
    const wrong = await recounted()
    figure({
      id: 'R-09',
      n: 40,
      value: wrong,
      unit: 'sums of regions that differ from a count',
      target: '0',
      ok: wrong === 0,
    })
    expect(wrong).toBe(0)
  })

  it('R-09: a sum that was spoilt, lost or made up is found and put right', async () => {
    const before = await sumsOf('health', '2026-03-02')
    await server.deps.database.inSystem(async ({ tx }) => {
      await tx.execute(
        sql`update region_rollups set figures[2] = 1 where region = '410100' and day = '2026-03-02'`,
      )
      await tx.execute(sql`delete from region_rollups where region = '000000' and day = '2026-03-02'`)
      await tx.execute(sql`
        insert into region_rollups (kind, region, day, parent, orgs, figures)
        values ('health', '990000', '2026-03-02', '000000', 3, '{1,2,3,4,5}')`)
    })
    expect(await recounted()).toBe(3)
    expect(await sumsOf('health', '2026-03-02')).toEqual(before)
    expect(await recounted()).toBe(0)
  })
})
