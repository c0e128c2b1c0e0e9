import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import { getCompleteness } from '@kangbao/shared/contracts/completeness.ts'
import { endForm } from '@kangbao/shared/contracts/forms.ts'
import { listSweeps, previewRetention, releaseHold, setHold } from '@kangbao/shared/contracts/retention.ts'
import { fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import { healthyAnswers, workStartAnswers } from '../../../test/answers.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { newWorld, signToken, type World } from '../../../test/world.ts'
import { jobContext } from '../../jobs/define-job.ts'
import { recountPeriod } from '../completeness/completeness.jobs.ts'
import { orgsToSweep } from './due-orgs.system.ts'
import { sweep } from './retention.jobs.ts'
import { sweepOrg } from './sweep.service.ts'

const day = '2026-03-02'
const dayMs = 86_400_000
let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ config: { RATE_LIMIT_SCALE: 10_000 } })
})
afterAll(() => server.close())

const execute = (world: World, query: ReturnType<typeof sql>) =>
  server.deps.database.inOrg(world.orgId, { kind: 'system', name: 'test' }, async ({ tx }) => {
    const { rows } = await tx.execute<Record<string, unknown>>(query)
    return rows
  })
const run = (world: World) => sweep.run({ orgId: world.orgId }, jobContext(server.deps, 'test', 0))

/** A form with answers spread over days behind now, as time would have left them. */
async function aged(world: World, days: number): Promise<string> {
  const form = await world.publish('zhengzhou/daily', { retentionDays: 30 })
  for (const person of world.members) {
    const input = { params: { formId: form.id, period: day }, body: { answers: healthyAnswers(day) } }
    expect((await person.inject(fileSubmission, input)).status).toBe(200)
  }
  await execute(
    world,
    sql`
    insert into form_periods select org_id, form_id, period_start - n, opened_at from form_periods, generate_series(1, ${days}::int) n
    where form_id = ${form.id}`,
  )
  await execute(
    world,
    sql`
    insert into submissions select (jsonb_populate_record(s, jsonb_build_object('period_start', s.period_start - n,
      'id', gen_random_uuid(), 'number', s.number || n))).* from submissions s, generate_series(1, ${days}::int) n where s.form_id = ${form.id}`,
  )
  await execute(
    world,
    sql`
    insert into expectations select (jsonb_populate_record(e, jsonb_build_object('period_start', e.period_start - n))).*
    from expectations e, generate_series(1, ${days}::int) n where e.form_id = ${form.id}`,
  )
  await execute(
    world,
    sql`
    insert into completeness_counters select (jsonb_populate_record(c, jsonb_build_object('period_start', c.period_start - n))).*
    from completeness_counters c, generate_series(1, ${days}::int) n where c.form_id = ${form.id}`,
  )
  return form.id
}

const totals = (world: World) =>
  execute(
    world,
    sql`
    select period_start::text, department_id, sum(expected) as expected, sum(collected) as collected, sum(abnormal) as abnormal
    from completeness_counters group by 1, 2 order by 1, 2`,
  )

it('S-41: the preview tells what the next sweep deletes, the sweep deletes just that and signs it; counts stay', async () => {
  const world = await newWorld(server)
  const formId = await aged(world, 60)
  const before = await totals(world)
  const preview = await world.admin.inject(previewRetention)
  const told = preview.body.forms.find((form) => form.formId === formId)?.months ?? []
  expect(told.reduce((sum, { answers }) => sum + answers, 0)).toBe(4 * 31)
  server.deps.clock.set(Date.parse(preview.body.nextAt) + 3_600_000)
  try {
    await run(world)
    await run(world)
    const admin = { ...world, admin: world.as(world.admin, 'main-admin') }.admin
    const [done, ...others] = (await admin.inject(listSweeps, { query: {} })).body.items
    expect(others).toEqual([])
    expect(done?.deleted.map(({ month, answers }) => ({ month, answers }))).toEqual(told)
    expect(done).toMatchObject({ isGenuine: true, signature: expect.stringMatching(/^[0-9a-f]{64}$/) })
    expect(await totals(world)).toEqual(before)
    const overdue = await execute(
      world,
      sql`select from submissions where period_start < date '2026-03-03' - 31`,
    )
    expect(overdue).toEqual([])
    // A number changed behind the product's back is found out.
    await execute(world, sql`update retention_sweeps set deleted = jsonb_set(deleted, '{0,answers}', '1')`)
    expect((await admin.inject(listSweeps, { query: {} })).body.items[0]?.isGenuine).toBe(false)
  } finally {
    server.deps.clock.set(testNow)
  }
})

it('S-41: 400 virtual days: nothing overdue is left, and every count is what it was', async () => {
  const world = await newWorld(server)
  const formId = await aged(world, 20)
  const once = await world.publish('zhengzhou/work-start', { repeat: null })
  const registration = { params: { formId: once.id, period: 'once' }, body: { answers: workStartAnswers() } }
  await world.member.inject(fileSubmission, registration)
  await world.admin.inject(endForm, { params: { formId: once.id } })
  const before = await totals(world)
  let sweeps = 0
  try {
    for (let passed = 0; passed <= 400; passed += 1) {
      server.deps.clock.set(testNow + passed * dayMs)
      if (passed % 10 !== 0 && passed < 395) continue
      await run(world)
      await recountPeriod.run(
        { orgId: world.orgId, formId, periodStart: day },
        jobContext(server.deps, 'test', 0),
      )
      sweeps += 1
    }
  } finally {
    server.deps.clock.set(testNow)
  }
  const left = await execute(
    world,
    sql`
    select 'answers' as what from submissions union all select 'revisions' from submission_revisions
    union all select 'expectations' from expectations union all select 'files' from files`,
  )
  const after = await totals(world)
  const changed = JSON.stringify(after) === JSON.stringify(before) ? 0 : 1
  figure({
    id: 'S-41',
    n: sweeps,
    value: left.length + changed,
    unit: 'overdue rows and changed counts',
    target: '0',
    ok: left.length + changed === 0,
  })
  expect(left).toEqual([])
  expect(after).toEqual(before)
})

it('R-56: a sweep that is killed half-way goes on where it was; its counts are what really went', async () => {
  const world = await newWorld(server, { members: 60 })
  await aged(world, 60)
  const all = Number((await execute(world, sql`select count(*) as n from submissions`))[0]?.['n'])
  let transactions = 0
  const failing = <T>(work: Parameters<typeof server.deps.database.inOrg<T>>[2]) => {
    transactions += 1
    if (transactions === 3) throw new Error('killed')
    return server.deps.database.inOrg(world.orgId, { kind: 'system', name: 'test' }, work)
  }
  await expect(sweepOrg(server.deps.vault, failing, testNow)).rejects.toThrow('killed')
  const half = Number((await execute(world, sql`select count(*) as n from submissions`))[0]?.['n'])
  expect(half).toBe(all - 1_000)
  await run(world)
  const [done] = (await world.admin.inject(listSweeps, { query: {} })).body.items
  const left = Number(
    (
      await execute(
        world,
        sql`select count(*) as n from submissions where period_start < date '2026-03-02' - 30`,
      )
    )[0]?.['n'],
  )
  const gone = done?.deleted.reduce((sum, { answers }) => sum + answers, 0)
  const kept = Number((await execute(world, sql`select count(*) as n from submissions`))[0]?.['n'])
  const ok = left === 0 && gone === all - kept
  figure({ id: 'R-56', n: all - kept, value: left, unit: 'left over after a kill', target: '0', ok })
  expect(left).toBe(0)
  expect(gone).toBe(all - kept)
  expect(done?.isGenuine).toBe(true)
})

it('X-04: a legal hold, set with a second proof and a reason, keeps what is overdue until it is lifted', async () => {
  const world = await newWorld(server)
  const formId = await aged(world, 60)
  const unproved = signToken(
    server,
    { sub: world.admin.memberId, org: world.orgId, role: 'main-admin' },
    { isProved: false },
  )
  const refused = await server.app.inject({
    method: 'POST',
    url: '/api/retention/holds',
    headers: { authorization: `Bearer ${unproved}` },
    payload: { formId, reason: '配合调查' },
  })
  expect(refused.json<{ code: string }>().code).toBe('step-up.needed')
  const { body: hold } = await world.admin.inject(setHold, { body: { formId, reason: '配合调查' } })
  const stored = () => execute(world, sql`select from submissions`)
  const before = (await stored()).length
  await run(world)
  expect(await stored()).toHaveLength(before)
  expect((await world.admin.inject(previewRetention)).body.forms[0]?.isHeld).toBe(true)
  await world.admin.inject(releaseHold, { params: { holdId: hold.id }, body: {} })
  server.deps.clock.set(testNow + dayMs)
  try {
    await run(world)
  } finally {
    server.deps.clock.set(testNow)
  }
  expect((await stored()).length).toBeLessThan(before)
  const counts = await world.admin.inject(getCompleteness, { params: { formId, period: '2026-01-10' } })
  expect(counts.body).toMatchObject({ expected: 5, collected: 4 })
})

it('X-04: every org comes up once a night by its own clock', async () => {
  await newWorld(server)
  const night = Date.parse('2026-03-02T21:30:00Z') // 05:30 in Shanghai
  const claim = (at: number) => server.deps.database.inSystem((system) => orgsToSweep(system, at))
  expect(await claim(Date.parse('2026-03-02T19:00:00Z'))).toEqual([])
  expect((await claim(night)).length).toBeGreaterThan(0)
  expect(await claim(night)).toEqual([])
})
