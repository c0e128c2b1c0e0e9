import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import { idempotencyHeader } from '@kangbao/shared/contracts/contract.ts'
import { getCompleteness } from '@kangbao/shared/contracts/completeness.ts'
import { askErasure, getMyErasure, objectToErasure } from '@kangbao/shared/contracts/own-data.ts'
import { setHold } from '@kangbao/shared/contracts/retention.ts'
import { correctSubmission, fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import { healthyAnswers, workStartAnswers } from '../../../test/answers.ts'
import { callApi } from '../../../test/call.ts'
import { orgTables, rowsOf } from '../../../test/isolation/state.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { newWorld, type Person, type World } from '../../../test/world.ts'
import { jobContext } from '../../jobs/define-job.ts'
import { eraseRemovedOrg, runErasure } from './erasures.jobs.ts'
import { keptTables, largeTables, orgTables as erasedTables } from './erase-org.repo.ts'
import { replayErasures } from './replay.ts'

const day = '2026-03-02'
const testDayMs = 86_400_000
let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const execute = (world: World, query: ReturnType<typeof sql>) =>
  server.deps.database.inOrg(world.orgId, { kind: 'system', name: 'test' }, async ({ tx }) => {
    const { rows } = await tx.execute<Record<string, unknown>>(query)
    return rows
  })

async function fileBoth(world: World, person: Person) {
  const daily = await world.publish('zhengzhou/daily')
  const once = await world.publish('zhengzhou/work-start', { repeat: null })
  const file = (who: Person, formId: string, period: string, answers: object) =>
    who.inject(fileSubmission, { params: { formId, period }, body: { answers: { ...answers } } })
  for (const who of [person, world.members[1] ?? world.admin]) {
    expect((await file(who, daily.id, day, healthyAnswers(day, { temperature: 38.5 }))).status).toBe(200)
    expect((await file(who, daily.id, day, healthyAnswers(day))).status).toBe(200)
    expect((await file(who, once.id, 'once', workStartAnswers())).status).toBe(200)
  }
  return { daily, once }
}

async function erase(world: World, person: Person): Promise<string> {
  const { body } = await person.inject(askErasure, { body: {} })
  await runErasure.run({ orgId: world.orgId, erasureId: body.id }, jobContext(server.deps, 'test', 0))
  return body.id
}

/** Leaves the admin's answer behind that is kept for a repeat of the act. */
async function correctUnderKey(world: World, formId: string, person: Person): Promise<void> {
  const input = {
    params: { formId, period: day, memberId: person.memberId },
    body: { answers: healthyAnswers(day), reason: '本人来电更正' },
  }
  const headers = { [idempotencyHeader]: 'a-key-of-the-admin' }
  const reply = await callApi(server.app, correctSubmission, input, { token: world.admin.token, headers })
  expect(reply.status).toBe(200)
  expect(await naming(world, person.memberId)).toContain('repeats')
}

/** Rows of tables other than the kept ones that name a member. */
async function naming(world: World, memberId: string): Promise<string[]> {
  const rows = await rowsOf(server, world.orgId, await orgTables(server))
  return rows
    .filter((row) => row.includes(memberId))
    .map((row) => row.split(' ')[0] ?? '')
    .filter((table) => !['outbox', 'erasures', 'consents', 'revocations', 'members'].includes(table))
}

it('S-42: what a person who left asked to have deleted is gone; only numbers and counts stay', async () => {
  const world = await newWorld(server)
  const leaver = world.member
  const { daily } = await fileBoth(world, leaver)
  await correctUnderKey(world, daily.id, leaver)
  await execute(
    world,
    sql`update members set union_id = 'union-canary', job_number = 'job-canary' where id = ${leaver.memberId}`,
  )
  await execute(world, sql`update members set left_at = now() where id = ${leaver.memberId}`)
  await erase(world, leaver)
  const left = await naming(world, leaver.memberId)
  // Of periods still open it stands who was asked, by number.
  const residue = left.filter((table) => table !== 'expectations')
  const rows = await rowsOf(server, world.orgId, await orgTables(server))
  const canaries = rows.filter((row) => /canary|员工1\b/.test(row) && !row.includes('员工1'))
  figure({
    id: 'S-42',
    n: rows.length,
    value: residue.length + canaries.length,
    unit: 'residues',
    target: '0',
    ok: residue.length + canaries.length === 0,
  })
  expect(residue).toEqual([])
  expect(canaries).toEqual([])
  expect(
    await execute(
      world,
      sql`select name, user_id, union_id, job_number from members where id = ${leaver.memberId}`,
    ),
  ).toEqual([{ name: '—', user_id: `erased:${leaver.memberId}`, union_id: null, job_number: '' }])
  const others = await execute(world, sql`select member_id from submissions`)
  expect(others.map((row) => row['member_id'])).toEqual([
    world.members[1]?.memberId,
    world.members[1]?.memberId,
  ])
  const counts = await world.admin.inject(getCompleteness, { params: { formId: daily.id, period: day } })
  expect(counts.body).toMatchObject({ expected: 5, collected: 1, abnormal: 0 })
})

it('S-42: asked, due within a day, done by itself; a present member keeps his row of the contact book', async () => {
  const world = await newWorld(server)
  await fileBoth(world, world.member)
  const { body } = await world.member.inject(askErasure, { body: {} })
  expect(Date.parse(body.dueAt) - Date.parse(body.askedAt)).toBeLessThanOrEqual(testDayMs)
  expect((await world.member.inject(askErasure, { body: {} })).problem.code).toBe('erasure.asked')
  const owed = await execute(
    world,
    sql`select available_at from outbox where job = 'erasures.run' and org_id = ${world.orgId}`,
  )
  expect(owed).toHaveLength(1)
  await runErasure.run({ orgId: world.orgId, erasureId: body.id }, jobContext(server.deps, 'test', 0))
  expect((await world.member.inject(getMyErasure)).body.last).toMatchObject({ state: 'done' })
  const [row] = await execute(world, sql`select name from members where id = ${world.member.memberId}`)
  expect(row).toEqual({ name: '员工1' })
  expect(
    await execute(world, sql`select from submissions where member_id = ${world.member.memberId}`),
  ).toEqual([])
})

it('S-42: an admin may object for a duty, or for a hold that exists; a hold set meanwhile stops it by itself', async () => {
  const world = await newWorld(server)
  await fileBoth(world, world.member)
  const { body } = await world.member.inject(askErasure, { body: {} })
  const params = { erasureId: body.id }
  const byHold = { ground: 'legal-hold' as const, explanation: '配合调查' }
  expect((await world.admin.inject(objectToErasure, { params, body: byHold })).problem.code).toBe(
    'hold.missing',
  )
  await world.admin.inject(setHold, { body: { formId: null, reason: '配合调查' } })
  await runErasure.run({ orgId: world.orgId, erasureId: body.id }, jobContext(server.deps, 'test', 0))
  expect((await world.member.inject(getMyErasure)).body.last).toMatchObject({
    state: 'objected',
    ground: 'legal-hold',
  })
  expect(
    await execute(world, sql`select from submissions where member_id = ${world.member.memberId}`),
  ).toHaveLength(2)
  expect((await world.admin.inject(objectToErasure, { params, body: byHold })).problem.code).toBe(
    'erasure.decided',
  )
})

it('R-53: the journal outside the database takes away again what a restored backup brings back', async () => {
  const world = await newWorld(server)
  const { daily } = await fileBoth(world, world.member)
  const person = world.member.memberId
  const backup = await execute(
    world,
    sql`select to_json(s)::text as row from submissions s where member_id = ${person}`,
  )
  const erasureId = await erase(world, world.member)
  const journal = await readFile(join(server.deps.config.DATA_DIR, 'erasures/journal.jsonl'), 'utf8')
  expect(journal).toContain(erasureId)
  expect(journal).not.toContain('员工')
  const bringBack = async () => {
    for (const { row } of backup)
      await execute(
        world,
        sql`insert into submissions select * from json_populate_record(null::submissions, ${row}::json)`,
      )
  }
  const stored = () => execute(world, sql`select from submissions where member_id = ${person}`)

  // A backup from after the erasure: what is there was filed since, and stays.
  await bringBack()
  await replayErasures(server.deps)
  expect(await stored()).toHaveLength(2)
  // A backup from before it knows nothing of the request.
  await execute(world, sql`delete from erasures where id = ${erasureId}`)
  const { failed } = await replayErasures(server.deps)
  const again = await stored()
  figure({
    id: 'R-53',
    n: backup.length,
    value: again.length,
    unit: 'resurrected',
    target: '0',
    ok: again.length === 0,
  })
  expect(failed).toBe(0)
  expect(again).toEqual([])
  await replayErasures(server.deps)
  expect(
    (await world.admin.inject(getCompleteness, { params: { formId: daily.id, period: day } })).body.collected,
  ).toBe(1)
})

it('S-41: an org that removed the product is deleted after its days, all but counts and the log', async () => {
  const world = await newWorld(server)
  const other = await newWorld(server)
  await fileBoth(world, world.member)
  await fileBoth(other, other.member)
  const tables = await orgTables(server)
  const covered = [...erasedTables, ...largeTables] as readonly string[]
  expect(
    tables.filter((name) => !covered.includes(name) && !keptTables.some((kept) => kept.test(name))),
  ).toEqual([])
  const removed = new Date(server.deps.clock.now() - 181 * testDayMs).toISOString()
  await server.deps.database.inSystem(({ tx }) =>
    tx.execute(sql`update orgs set state = 'removed', removed_at = ${removed} where id = ${world.orgId}`),
  )
  const before = (await rowsOf(server, other.orgId, tables)).length
  await eraseRemovedOrg.run({ orgId: world.orgId }, jobContext(server.deps, 'test', 0))
  await eraseRemovedOrg.run({ orgId: other.orgId }, jobContext(server.deps, 'test', 0))
  const left = (await rowsOf(server, world.orgId, tables)).filter(
    (row) => !/^(outbox|retention_sweeps|revocations) /.test(row),
  )
  expect(left).toEqual([])
  expect((await rowsOf(server, other.orgId, tables)).length).toBe(before)
  const { rows } = await server.deps.database.pool.query('select name from orgs where id = $1', [world.orgId])
  expect(rows).toEqual([{ name: '—' }])
})
