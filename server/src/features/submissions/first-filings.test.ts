import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { bareFiling } from '../../../test/filings.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { newWorld, type World } from '../../../test/world.ts'
import type { Filing } from './filing.ts'
import { firstFilings } from './filing-statement.ts'
import { submissionWriter } from './submission-writer.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

/** An org whose daily form is open today, and a filing of one of its people. */
async function openOrg() {
  const world = await newWorld(server, { members: 3 })
  const form = await world.publish('zhengzhou/daily')
  const filing = (memberId: string, parts: Partial<Filing> = {}) =>
    bareFiling({ orgId: world.orgId, formId: form.id, memberId, at: server.deps.clock.now() }, parts)
  return { world, formId: form.id, filing }
}

const inOrg = (world: World, query: ReturnType<typeof sql>) =>
  server.deps.database
    .inOrg(world.orgId, { kind: 'system', name: 'test' }, ({ tx }) => tx.execute(query))
    .then(({ rows }) => rows)

const totals = (world: World) =>
  inOrg(
    world,
    sql`select (select count(*)::int from submissions where org_id = ${world.orgId}) as stored,
      (select coalesce(sum(collected), 0)::int from completeness_counters
        where org_id = ${world.orgId} and department_id = 0) as collected`,
  )

it('X-01: a batch stores filings of the orgs it names, and nothing of an org it does not name', async () => {
  const [ours, also, theirs] = await Promise.all([openOrg(), openOrg(), openOrg()])
  const attempts = [ours, also, theirs].map(({ world, filing }) => ({
    filing: filing(world.member.memberId),
    revision: 1,
  }))
  const sealer = await server.deps.vault.sealer(attempts.map((each) => each.filing.orgId))
  const { call, outcomesOf } = firstFilings(sealer, attempts, 0)
  const [, ...values] = call.values
  const named = [[ours.world.orgId, also.world.orgId], ...values]
  const outcomes = outcomesOf(await server.deps.database.callBound({ ...call, values: named }))
  expect(outcomes.map((each) => each?.outcome ?? null)).toEqual(['saved', 'saved', null])
  expect(await totals(ours.world)).toEqual([{ stored: 1, collected: 1 }])
  expect(await totals(theirs.world)).toEqual([{ stored: 0, collected: 0 }])
})

it('X-01: the connection forgets whom it was bound to', async () => {
  const { world, filing } = await openOrg()
  const attempt = { filing: filing(world.member.memberId), revision: 1 }
  const sealer = await server.deps.vault.sealer([world.orgId])
  await server.deps.database.callBound(firstFilings(sealer, [attempt], 0).call)
  const { pool } = server.deps.database
  const idle = await Promise.all(
    Array.from({ length: 16 }, () => pool.query('select count(*)::int as seen from submissions')),
  )
  expect(idle.map(({ rows }) => rows[0])).toEqual(idle.map(() => ({ seen: 0 })))
})

it('Z-35: whoever filed before he was expected is counted with the revision that follows', async () => {
  const { world, filing } = await openOrg()
  const { memberId } = world.member
  const writer = submissionWriter(server.deps)
  await inOrg(world, sql`delete from expectations where org_id = ${world.orgId} and member_id = ${memberId}`)
  expect(await writer.file(filing(memberId, { isExpected: false }))).toMatchObject({ outcome: 'saved' })
  await inOrg(
    world,
    sql`insert into expectations (org_id, form_id, period_start, member_id, department_id, department_path)
      select org_id, form_id, period_start, ${memberId}::uuid, 2, '{1,2}' from expectations
      where org_id = ${world.orgId} limit 1`,
  )
  // Another process, which has not seen the first.
  const outcome = await submissionWriter(server.deps).file(filing(memberId))
  expect(outcome).toMatchObject({ outcome: 'saved', filed: { revision: 2 } })
  expect(await totals(world)).toEqual([{ stored: 1, collected: 1 }])
})

it('Z-35: a form that has ended or has a newer version takes nothing by the short way either', async () => {
  const { world, formId, filing } = await openOrg()
  const writer = submissionWriter(server.deps)
  const [first, second] = world.members
  const stale = await writer.file(filing(first?.memberId ?? '', { formVersion: 7 }))
  await inOrg(world, sql`update forms set state = 'ended' where org_id = ${world.orgId} and id = ${formId}`)
  const ended = await writer.file(filing(second?.memberId ?? ''))
  expect([stale.outcome, ended.outcome]).toEqual(['stale', 'ended'])
  expect(await totals(world)).toEqual([{ stored: 0, collected: 0 }])
})
