import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as contracts from '@kangbao/shared/contracts/completeness.ts'
import type { PersonState } from '@kangbao/shared/contracts/completeness.ts'
import { fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import { changeFormSettings, getForm } from '@kangbao/shared/contracts/forms.ts'
import { healthyAnswers } from '../../../test/answers.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { newWorld, plainSettings, type Person, type World } from '../../../test/world.ts'
import { jobContext } from '../../jobs/define-job.ts'
import { recountPeriod } from './completeness.jobs.ts'
import { memberJoined, memberLeft, memberMoved, membersChanged } from './index.ts'

const day = '2026-03-02'
let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const now = () => server.deps.clock.now()

function inWorld<T extends Record<string, unknown>>(
  world: World,
  query: ReturnType<typeof sql>,
): Promise<T[]> {
  return server.deps.database.inOrg(
    world.orgId,
    { kind: 'system', name: 'test' },
    async ({ tx }) => (await tx.execute(query)).rows as T[],
  )
}

const changeMembers = (world: World, change: typeof memberJoined, ids: readonly string[]) =>
  server.deps.database.inOrg(world.orgId, { kind: 'system', name: 'test' }, (scope) =>
    change(scope, ids, now()),
  )

async function file(person: Person, formId: string, changes = {}) {
  const reply = await person.inject(fileSubmission, {
    params: { formId, period: day },
    body: { answers: healthyAnswers(day, changes) },
  })
  expect(reply.status).toBe(200)
}

const at = (formId: string) => ({ params: { formId, period: day } })

async function numbers(person: Person, formId: string) {
  const { expected, collected, missing, abnormal } = (
    await person.inject(contracts.getCompleteness, at(formId))
  ).body
  return [expected, collected, missing, abnormal]
}

async function byDepartment(person: Person, formId: string, parentId?: number) {
  const reply = await person.inject(contracts.listDepartmentCompleteness, {
    ...at(formId),
    query: parentId === undefined ? {} : { parentId },
  })
  return reply.body.items.map(({ name, expected, collected, abnormal }) => [
    name,
    expected,
    collected,
    abnormal,
  ])
}

/** Those found by what was typed. */
async function foundBy(person: Person, formId: string, search: string) {
  const body = { state: 'expected' as const, search }
  const reply = await person.inject(contracts.searchCompletenessPeople, { ...at(formId), body })
  return reply.body.items.map(({ name }) => name)
}

async function names(person: Person, formId: string, state: PersonState, more = {}) {
  const reply = await person.inject(contracts.listCompletenessPeople, {
    ...at(formId),
    query: { state, ...more },
  })
  return reply.body.items.map(({ name }) => name)
}

/** What the counters should say, from the rows they stand for. */
async function drift(world: World, formId: string) {
  const ctx = jobContext(server.deps, 'test', 0)
  const before = await inWorld(world, countersOf(formId))
  await recountPeriod.run({ orgId: world.orgId, formId, periodStart: day }, ctx)
  await recountPeriod.run({ orgId: world.orgId, formId, periodStart: day }, ctx)
  const after = await inWorld(world, countersOf(formId))
  return { before, after }
}
const countersOf = (formId: string) => sql`
  select department_id, sum(expected)::int as expected, sum(collected)::int as collected, sum(abnormal)::int as abnormal
  from completeness_counters where form_id = ${formId} group by department_id
  having (sum(expected), sum(collected), sum(abnormal)) <> (0, 0, 0) order by department_id`

async function manager(world: World, person: Person, departments: number[]): Promise<Person> {
  await inWorld(
    world,
    sql`
    update members set role = 'sub-admin', manages = ${sql.param(departments)}::bigint[] where id = ${person.memberId}`,
  )
  return world.as(person, 'sub-admin')
}

describe('Z-36: the board', () => {
  it('counts mixed filings by org and department, and lists the people behind each number', async () => {
    const world = await newWorld(server)
    const [one, two, three] = world.members
    if (!one || !two || !three) throw new Error('members')
    const form = await world.publish('zhengzhou/daily')
    expect(await numbers(world.admin, form.id)).toEqual([5, 0, 5, 0])
    await file(one, form.id)
    await file(two, form.id, { temperature: 38 })
    await file(three, form.id, { symptoms: ['dry-cough'] })
    expect(await numbers(world.admin, form.id)).toEqual([5, 3, 2, 2])
    await file(three, form.id) // revised: not abnormal any more
    await file(one, form.id, { 'contact-case': 'yes' })
    expect(await numbers(world.admin, form.id)).toEqual([5, 3, 2, 2])
    expect(await byDepartment(world.admin, form.id)).toEqual([
      ['生产部', 2, 2, 2],
      ['行政部', 2, 1, 0],
    ])
    expect(await names(world.admin, form.id, 'missing')).toEqual(['管理员甲', '员工4'])
    expect(await names(world.admin, form.id, 'collected')).toEqual(['员工1', '员工2', '员工3'])
    expect(await names(world.admin, form.id, 'abnormal')).toEqual(['员工1', '员工2'])
    expect(await names(world.admin, form.id, 'missing', { departmentId: 3 })).toEqual(['员工4'])
    expect(await names(world.admin, form.id, 'collected', { facet: 7002 })).toEqual(['员工1'])
    expect(await foundBy(world.admin, form.id, '员工2')).toEqual(['员工2'])
    const form2 = (await world.admin.inject(getForm, { params: { formId: form.id } })).body
    expect(form2.current).toEqual({ period: day, expected: 5, collected: 3, abnormal: 2, preparing: null })
    const { before, after } = await drift(world, form.id)
    expect(after).toEqual(before)
  })

  it('searches by pinyin, initials and a percent sign that is just a sign', async () => {
    const world = await newWorld(server)
    const form = await world.publish('zhengzhou/daily')
    await inWorld(
      world,
      sql`
      update members set name = '王小明', pinyin = 'wangxiaoming', initials = 'wxm' where id = ${world.member.memberId}`,
    )
    for (const search of ['王小', 'wangxiao', 'WXM', 'wang xiao'])
      expect(await foundBy(world.admin, form.id, search)).toEqual(['王小明'])
    expect(await foundBy(world.admin, form.id, '%')).toEqual([])
  })

  it('pages by key: every person once, whatever is filed meanwhile', async () => {
    const world = await newWorld(server, { members: 9 })
    const form = await world.publish('zhengzhou/daily')
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const query: { state: PersonState; limit: number; cursor?: string } = { state: 'expected', limit: 4 }
      if (cursor !== null) query.cursor = cursor
      const { body } = await world.admin.inject(contracts.listCompletenessPeople, { ...at(form.id), query })
      seen.push(...body.items.map(({ memberId }) => memberId))
      await file(world.member, form.id)
      cursor = body.nextCursor
    } while (cursor !== null)
    expect(new Set(seen).size).toBe(10)
    expect(seen).toHaveLength(10)
    const bad = await world.admin.inject(contracts.listCompletenessPeople, {
      ...at(form.id),
      query: { state: 'expected', cursor: "x' or 1=1" },
    })
    expect(bad.problem.code).toBe('request.invalid')
  })

  it('counts every option and band of every countable question, those nobody chose as 0', async () => {
    const world = await newWorld(server)
    const [one, two] = world.members
    if (!one || !two) throw new Error('members')
    const form = await world.publish('zhengzhou/daily')
    await file(one, form.id, { temperature: 37.3 })
    await file(two, form.id, { symptoms: ['fever', 'fatigue'] })
    const { body } = await world.admin.inject(contracts.getStatistics, { ...at(form.id), query: {} })
    expect(body.collected).toBe(2)
    expect(body.questions.map(({ fieldId }) => fieldId)).toEqual([
      'temperature',
      'symptoms',
      'contact-case',
      'contact-region',
      'been-region',
      'isolation',
      'at-work',
    ])
    expect(body.questions[0]?.counts).toEqual([
      { facet: 4001, count: 1 },
      { facet: 4002, count: 1 },
      { facet: 4003, count: 0 },
    ])
    expect(body.questions[1]?.counts.map(({ count }) => count)).toEqual([1, 1, 0, 1, 0, 0])
    const other = await world.admin.inject(contracts.getStatistics, {
      ...at(form.id),
      query: { departmentId: 3 },
    })
    expect(other.body.collected).toBe(0)
  })

  it('tells the trend day by day, at most 92 days', async () => {
    const world = await newWorld(server)
    const form = await world.publish('zhengzhou/daily')
    await file(world.member, form.id, { temperature: 39 })
    const trend = (from: string, to: string) =>
      world.admin.inject(contracts.getTrend, { params: { formId: form.id }, query: { from, to } })
    const { body } = await trend('2026-03-01', day)
    expect(body.days).toMatchObject([
      { period: '2026-03-01', expected: 0, collected: 0 },
      { period: day, expected: 5, collected: 1, missing: 4, abnormal: 1 },
    ])
    expect((await trend('2025-12-01', '2026-03-02')).status).toBe(200)
    for (const [from, to] of [
      ['2025-11-30', day],
      [day, '2026-03-01'],
      ['2026-02-30', day],
    ] as const)
      expect((await trend(from, to)).problem.code).toBe('request.invalid')
  })

  it('reminds those missing, not the others, and not twice at once', async () => {
    const world = await newWorld(server)
    const form = await world.publish('zhengzhou/daily')
    await file(world.member, form.id)
    const remind = (body: { departmentId?: number; memberIds?: string[] }, who = world.admin) =>
      who.inject(contracts.remindMissing, { ...at(form.id), body })
    expect((await remind({ departmentId: 2 })).body).toEqual({ reminded: 1 })
    expect((await remind({})).body).toEqual({ reminded: 3 })
    expect((await remind({})).problem.code).toBe('reminder.too-soon')
    expect((await remind({ memberIds: [world.member.memberId] })).problem.code).toBe('reminder.nobody')
    expect((await remind({}, world.member)).status).toBe(403)
    const { items } = (
      await world.admin.inject(contracts.listCompletenessPeople, {
        ...at(form.id),
        query: { state: 'missing' },
      })
    ).body
    expect(items.every(({ remindedAt }) => remindedAt !== null)).toBe(true)
  })
})

describe('who sees which numbers', () => {
  it('Z-24: a sub-admin sees the departments he manages, and nothing of the others', async () => {
    const world = await newWorld(server)
    const form = await world.publish('zhengzhou/daily')
    for (const person of world.members) await file(person, form.id)
    const sub = await manager(world, world.member, [2])
    expect(await numbers(sub, form.id)).toEqual([2, 2, 0, 0])
    expect(await byDepartment(sub, form.id)).toEqual([['生产部', 2, 2, 0]])
    expect(await names(sub, form.id, 'collected')).toEqual(['员工1', '员工2'])
    const elsewhere = await sub.inject(contracts.getStatistics, {
      ...at(form.id),
      query: { departmentId: 3 },
    })
    expect(elsewhere.status).toBe(404)
    const below = await sub.inject(contracts.listDepartmentCompleteness, {
      ...at(form.id),
      query: { parentId: 3 },
    })
    expect(below.status).toBe(404)
  })

  it('Z-31: a shared viewer sees the form he was named for, no other, and may not remind', async () => {
    const world = await newWorld(server)
    const shared = await world.publish('zhengzhou/daily', { sharedViewers: [world.member.userId] })
    const closed = await world.publish('zhengzhou/work-start', { repeat: null })
    expect(await numbers(world.member, shared.id)).toEqual([5, 0, 5, 0])
    expect((await world.member.inject(getForm, { params: { formId: shared.id } })).status).toBe(200)
    const other = await world.member.inject(contracts.getCompleteness, {
      params: { formId: closed.id, period: 'once' },
    })
    expect(other.problem.code).toBe('permission.missing')
    const remind = await world.member.inject(contracts.remindMissing, { ...at(shared.id), body: {} })
    expect(remind.problem.code).toBe('permission.missing')
  })

  it('X-01: another org finds nothing under these ids', async () => {
    const [world, other] = await Promise.all([newWorld(server), newWorld(server)])
    const form = await world.publish('zhengzhou/daily')
    const { params } = at(form.id)
    const replies = await Promise.all([
      other.admin.inject(contracts.getCompleteness, { params }),
      other.admin.inject(contracts.listDepartmentCompleteness, { params, query: {} }),
      other.admin.inject(contracts.listCompletenessPeople, { params, query: { state: 'expected' } }),
      other.admin.inject(contracts.getStatistics, { params, query: {} }),
      other.admin.inject(contracts.getTrend, { params: { formId: form.id }, query: { from: day, to: day } }),
      other.admin.inject(contracts.remindMissing, { params, body: {} }),
    ])
    expect(replies.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404])
    expect((await world.member.inject(contracts.getCompleteness, { params })).status).toBe(403)
  })
})

describe('Z-22: the directory moves while a period is open', () => {
  it('joiners are expected, leavers are not, movers count where they stand', async () => {
    const world = await newWorld(server)
    const [one, two, three, four] = world.members
    if (!one || !two || !three || !four) throw new Error('members')
    const form = await world.publish('zhengzhou/daily')
    await file(one, form.id, { temperature: 38 })
    await file(three, form.id)

    await inWorld(world, sql`update members set department_id = 3 where id = ${one.memberId}`)
    await changeMembers(world, memberMoved, [one.memberId])
    expect(await byDepartment(world.admin, form.id)).toEqual([
      ['生产部', 1, 0, 0],
      ['行政部', 3, 2, 1],
    ])
    await inWorld(
      world,
      sql`update members set left_at = now() where id in (${three.memberId}, ${four.memberId})`,
    )
    await changeMembers(world, memberLeft, [three.memberId, four.memberId])
    expect(await numbers(world.admin, form.id)).toEqual([3, 1, 2, 1])
    expect(await names(world.admin, form.id, 'collected')).toEqual(['员工1'])
    await inWorld(world, sql`update members set left_at = null where id = ${three.memberId}`)
    await changeMembers(world, memberJoined, [three.memberId])
    expect(await numbers(world.admin, form.id)).toEqual([4, 2, 2, 1])
    const { before, after } = await drift(world, form.id)
    expect(after).toEqual(before)
  })

  it('a department that moves takes its numbers along; yesterday stays as it was', async () => {
    const world = await newWorld(server)
    const form = await world.publish('zhengzhou/daily')
    await file(world.member, form.id)
    await inWorld(
      world,
      sql`
      insert into expectations (org_id, form_id, period_start, member_id, department_id, department_path, filed_at)
      values (${world.orgId}, ${form.id}, '2026-03-01', ${world.member.memberId}, 2, '{1,2}', null)`,
    )
    await inWorld(world, sql`update departments set parent_id = 3, path = '{1,3,2}' where department_id = 2`)
    await server.deps.database.inOrg(world.orgId, { kind: 'system', name: 'test' }, (scope) =>
      membersChanged(scope, 'all', now()),
    )
    expect(await byDepartment(world.admin, form.id)).toEqual([['行政部', 4, 1, 0]])
    expect(await byDepartment(world.admin, form.id, 3)).toEqual([['生产部', 2, 1, 0]])
    const paths = await inWorld(
      world,
      sql`
      select department_path from expectations where period_start = '2026-03-01'`,
    )
    expect(paths).toEqual([{ department_path: ['1', '2'] }])
    const { before, after } = await drift(world, form.id)
    expect(after).toEqual(before)
  })

  it('a changed range changes who is expected today', async () => {
    const world = await newWorld(server)
    const form = await world.publish('zhengzhou/daily')
    const settings = {
      ...plainSettings,
      audience: { kind: 'some' as const, departmentIds: [3], userIds: ['user1'] },
    }
    await world.admin.inject(changeFormSettings, { params: { formId: form.id }, body: settings })
    expect(await numbers(world.admin, form.id)).toEqual([3, 0, 3, 0])
    expect(await names(world.admin, form.id, 'expected')).toEqual(['员工1', '员工3', '员工4'])
  })

  it('the night’s recount finds drift, corrects it once, and leaves it at that', async () => {
    const world = await newWorld(server)
    const form = await world.publish('zhengzhou/daily')
    await file(world.member, form.id)
    const right = await inWorld(world, countersOf(form.id))
    await inWorld(
      world,
      sql`update completeness_counters set collected = collected + 7 where department_id = 2 and stripe = 0`,
    )
    await inWorld(world, sql`delete from completeness_counters where department_id = 1 and stripe = 0`)
    const { before, after } = await drift(world, form.id)
    expect(before).not.toEqual(right)
    expect(after).toEqual(right)
  })
})
