import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import type { Reminders } from '@kangbao/shared/calendar/reminders.ts'
import { healthyAnswers } from '../../../test/answers.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { until } from '../../../test/until.ts'
import { newWorld, type Person, type World } from '../../../test/world.ts'
import type { Runner } from '../../jobs/runner.ts'

let server: TestServer
let runner: Runner
beforeAll(async () => {
  server = await startTestServer()
  runner = server.startJobs()
})
afterAll(async () => {
  await runner.close()
  await server.close()
})
beforeEach(() => server.deps.clock.set(testNow)) // Monday 10:00 in Shanghai

const day = '2026-03-02'
const at = (hours: number, minutes = 0) =>
  Date.parse(`${day}T00:00:00+08:00`) + (hours * 60 + minutes) * 60_000
const quietHours = { from: '22:00', to: '07:00' }
const off: Reminders = { memberAfterMinutes: null, headsAfterMinutes: null }

const sentTo = ({ corpId }: World) => server.ports.sent.filter(({ target }) => target.corpId === corpId)
const calls = (world: World, count: number) =>
  until(
    () => sentTo(world),
    (sent) => sent.length >= count,
  )
async function rowsOf<Row extends Record<string, unknown>>(world: World, query: ReturnType<typeof sql>) {
  const actor = { kind: 'system', name: 'test' } as const
  return server.deps.database.inOrg(world.orgId, actor, async ({ tx }) => (await tx.execute<Row>(query)).rows)
}
const ledger = (world: World) =>
  rowsOf<{ kind: string; state: string; reason: string | null; recipients: number }>(
    world,
    sql`select kind, state, reason, recipients from pushes order by made_at, id`,
  )
/** Waits until a step was taken: then the ledger has so many lines. */
const lines = (world: World, count: number) =>
  until(
    () => ledger(world),
    (rows) => rows.length >= count && rows.every(({ state }) => state !== 'planned' && state !== 'sending'),
  )
async function makeHead(world: World, person: Person | undefined, departmentId = 2) {
  await rowsOf(
    world,
    sql`insert into member_departments (org_id, member_id, department_id, valid_from, is_head)
      values (${world.orgId}, ${person?.memberId ?? ''}, ${departmentId}, now(), true)
      on conflict do nothing`,
  )
  await rowsOf(
    world,
    sql`update member_departments set is_head = true where org_id = ${world.orgId}
      and member_id = ${person?.memberId ?? ''} and department_id = ${departmentId}`,
  )
}
async function file(form: { id: string }, person: Person) {
  const body = { answers: healthyAnswers(day) }
  const reply = await person.inject(fileSubmission, { params: { formId: form.id, period: day }, body })
  expect(reply.status).toBe(200)
}
const sorted = (ids: readonly string[] = []) => [...ids].sort()

describe('Z-33: the ladder', () => {
  it('climbs from the person to the person again, the heads, the admins; every text is another one', async () => {
    const world = await newWorld(server)
    const form = await world.publish('zhengzhou/daily', {
      repeat: { weekdays: [1], time: '12:00' },
      reminders: {
        memberAfterMinutes: 60,
        againAfterMinutes: 120,
        headsAfterMinutes: 180,
        adminsAfterMinutes: 240,
        quietHours,
      },
    })
    await makeHead(world, world.members[1])
    await file(form, world.member)
    server.deps.clock.set(at(12))
    await lines(world, 1)
    server.deps.clock.set(at(13))
    await lines(world, 2)
    await file(form, world.admin)
    server.deps.clock.set(at(14))
    await lines(world, 3)
    server.deps.clock.set(at(15))
    await lines(world, 4)
    server.deps.clock.set(at(16))
    const rows = await lines(world, 5)
    expect(rows.map(({ kind, recipients }) => [kind, recipients])).toEqual([
      ['send', 4],
      ['remind-members', 4],
      ['remind-again', 3],
      ['remind-heads', 1],
      ['remind-admins', 1],
    ])
    const sent = await calls(world, 5)
    expect(sent.map(({ userIds }) => sorted(userIds))).toEqual([
      ['admin', 'user2', 'user3', 'user4'],
      ['admin', 'user2', 'user3', 'user4'],
      ['user2', 'user3', 'user4'],
      ['user2'],
      ['admin'],
    ])
    expect(new Set(sent.map(({ message }) => message.title)).size).toBe(5)
    expect(new Set(sent.map(({ message }) => JSON.stringify(message.lines) + message.text)).size).toBe(5)
    for (const { message } of sent) expect(JSON.stringify(message.lines)).toContain(day)
    const [, , , head, admin] = sent.map(({ message }) => message)
    expect(head?.lines).toContainEqual({ label: '生产部', value: '1 人未填写' })
    expect(head?.text).toContain('员工2')
    expect(head?.text).not.toContain('员工3')
    expect(head?.url).toContain(`/m/forms/for/${form.id}?`)
    expect(admin?.url).toContain(`/m/forms/manage/forms/${form.id}`)
    expect(admin?.lines).toContainEqual({ label: '全员', value: '3 人未填写' })
    for (const name of ['员工2', '员工3', '员工4']) expect(admin?.text).toContain(name)
  })

  it('tells a manager of all forms that are due within half an hour in one message, and names ten at most', async () => {
    const world = await newWorld(server, { members: 30 })
    await makeHead(world, world.member)
    const reminders = { ...off, headsAfterMinutes: 60, quietHours }
    await world.publish('zhengzhou/daily', { repeat: { weekdays: [1], time: '12:00' }, reminders })
    await world.publish('zhengzhou/work-start', { repeat: { weekdays: [1], time: '12:20' }, reminders })
    server.deps.clock.set(at(12))
    await lines(world, 1)
    server.deps.clock.set(at(12, 20))
    await lines(world, 2)
    server.deps.clock.set(at(13))
    const rows = await lines(world, 4)
    expect(rows.slice(2).map(({ kind, state }) => [kind, state])).toEqual([
      ['remind-heads', 'sent'],
      ['remind-heads', 'joined'],
    ])
    const digests = (await calls(world, 3)).filter(({ message }) => message.title.includes('汇总'))
    expect(digests.map(({ userIds }) => userIds)).toEqual([['user1']])
    const message = digests[0]?.message
    expect(message?.title).toContain('2 个表单')
    expect(message?.lines.filter(({ value }) => value === '15 人未填写')).toHaveLength(2)
    expect(message?.text.match(/员工/g)).toHaveLength(10)
    // A head need not be an admin: the page lists whom he may file for.
    expect(message?.url).toMatch(/\/m\/forms\/for\?/)
  })

  it('waits with what comes due just after a digest until its window is over', async () => {
    const world = await newWorld(server, { members: 2 })
    await makeHead(world, world.member)
    const reminders = { ...off, headsAfterMinutes: 5 }
    await world.publish('zhengzhou/daily', { repeat: { weekdays: [1], time: '12:00' }, reminders })
    server.deps.clock.set(at(12))
    await lines(world, 1)
    server.deps.clock.set(at(12, 5))
    await lines(world, 2)
    server.deps.clock.set(at(12, 10))
    // Published meanwhile and sent at once: nobody could know.
    await world.publish('zhengzhou/work-start', { repeat: null, reminders })
    await lines(world, 3)
    server.deps.clock.set(at(12, 15))
    await until(
      () =>
        rowsOf<{ due_at: string }>(
          world,
          sql`select due_at from due_sends where org_id = ${world.orgId} and kind = 'remind-heads'`,
        ),
      (due) => Math.abs(Date.parse(due[0]?.due_at ?? '') - at(12, 35)) < 60_000,
    )
    server.deps.clock.set(at(12, 37))
    const rows = await lines(world, 4)
    expect(rows.filter(({ kind }) => kind === 'remind-heads').map(({ state }) => state)).toEqual([
      'sent',
      'sent',
    ])
  })
})

describe('Z-33: quiet hours', () => {
  it('drop what would come too late, and the ledger says so', async () => {
    const world = await newWorld(server, { members: 2 })
    await makeHead(world, world.member)
    await world.publish('zhengzhou/daily', {
      repeat: { weekdays: [1], time: '21:00' },
      reminders: { memberAfterMinutes: 90, headsAfterMinutes: 120, adminsAfterMinutes: 240, quietHours },
    })
    server.deps.clock.set(at(21))
    await lines(world, 1)
    server.deps.clock.set(at(22, 30))
    await lines(world, 2)
    server.deps.clock.set(at(23))
    await lines(world, 3)
    server.deps.clock.set(at(25))
    const rows = await lines(world, 4)
    expect(rows.map(({ kind, state, reason }) => [kind, state, reason])).toEqual([
      ['send', 'sent', null],
      ['remind-members', 'dropped', 'quiet-hours'],
      ['remind-heads', 'dropped', 'quiet-hours'],
      ['remind-admins', 'dropped', 'after-cut-off'],
    ])
    expect(sentTo(world)).toHaveLength(1)
  })

  it('move what may still come to their end', async () => {
    const world = await newWorld(server, { members: 2 })
    server.deps.clock.set(at(21))
    await world.publish('zhengzhou/work-start', {
      repeat: null,
      reminders: { ...off, memberAfterMinutes: 90, quietHours },
    })
    await lines(world, 1)
    server.deps.clock.set(at(22, 30))
    await until(
      () =>
        rowsOf<{ due_at: string }>(
          world,
          sql`select due_at from due_sends where org_id = ${world.orgId} and kind = 'remind-members'`,
        ),
      (due) => Date.parse(due[0]?.due_at ?? '') === at(31),
    )
    expect(sentTo(world)).toHaveLength(1)
    server.deps.clock.set(at(31))
    const [, reminder] = await calls(world, 2)
    expect(sorted(reminder?.userIds)).toEqual(['admin', 'user1', 'user2'])
    expect(reminder?.message.text).toContain('07:00')
  })
})

it('Z-33: two days’ cards differ, so that “the same text once a day” swallows none', async () => {
  const world = await newWorld(server, { members: 1 })
  await world.publish('zhengzhou/daily', { repeat: { weekdays: [1, 2], time: '12:00' } })
  server.deps.clock.set(at(12))
  await lines(world, 1)
  server.deps.clock.set(at(36))
  await lines(world, 2)
  const [first, second] = (await calls(world, 2)).map(({ message }) => message)
  expect(first?.title).not.toBe(second?.title)
  expect(first?.lines).not.toEqual(second?.lines)
})
