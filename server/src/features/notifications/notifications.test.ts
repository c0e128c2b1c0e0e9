import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { endForm, getForm } from '@kangbao/shared/contracts/forms.ts'
import { remindMissing } from '@kangbao/shared/contracts/completeness.ts'
import { fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import type { Answers } from '@kangbao/shared/forms/answers.ts'
import { healthyAnswers } from '../../../test/answers.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { until } from '../../../test/until.ts'
import { newWorld, type Person, type World } from '../../../test/world.ts'
import type { Runner } from '../../jobs/runner.ts'
import { WorkplaceBusy, WorkplaceRefused } from '../../ports/workplace.ts'

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

const minute = 60_000
const hour = 60 * minute
const day = '2026-03-02'

function sentTo(world: World) {
  return server.ports.sent.filter(({ target }) => target.corpId === world.corpId)
}
const calls = (world: World, count: number) =>
  until(
    () => sentTo(world),
    (sent) => sent.length >= count,
  )
/** Long enough for a tick and what follows it. */
const quiet = () => new Promise((resolve) => setTimeout(resolve, 2_500))

async function file(form: { id: string }, person: Person, date = day, changes: Answers = {}) {
  const params = { formId: form.id, period: date }
  const reply = await person.inject(fileSubmission, {
    params,
    body: { answers: healthyAnswers(date, changes) },
  })
  expect([reply.status, reply.problem.code]).toEqual([200, undefined])
}
async function rowsOf<Row extends Record<string, unknown>>(world: World, query: ReturnType<typeof sql>) {
  const actor = { kind: 'system', name: 'test' } as const
  return server.deps.database.inOrg(world.orgId, actor, async ({ tx }) => (await tx.execute<Row>(query)).rows)
}
const ledger = (world: World) =>
  rowsOf<{ kind: string; state: string; recipients: number }>(
    world,
    sql`select kind, state, recipients from pushes order by made_at`,
  )
const at = (hours: number, minutes = 0) =>
  Date.parse(`${day}T00:00:00+08:00`) + hours * hour + minutes * minute
const nextSendAt = async (world: World, form: { id: string }) =>
  (await world.admin.inject(getForm, { params: { formId: form.id } })).body.nextSendAt

describe('Z-33: the sending', () => {
  it('at the set time reaches everyone who has not filed, once, and then waits for tomorrow', async () => {
    const world = await newWorld(server)
    const form = await world.publish('zhengzhou/daily')
    expect(await nextSendAt(world, form)).toBe(new Date(at(17)).toISOString())
    await file(form, world.member)
    server.deps.clock.set(at(16, 59))
    await quiet()
    expect(sentTo(world)).toEqual([])

    server.deps.clock.set(at(17))
    const [sent] = await calls(world, 1)
    expect(sent?.target).toMatchObject({ app: 'forms', agentId: '1001' })
    expect([...(sent?.userIds ?? [])].sort()).toEqual(['admin', 'user2', 'user3', 'user4'])
    expect(sent?.message.url).toContain(`/m/forms/fill/${form.id}?corpId=${world.corpId}`)
    expect(JSON.stringify(sent?.message)).toContain('2026-03-02 23:59')
    expect(sent?.message.title).not.toContain('DING')
    await until(
      () => nextSendAt(world, form),
      (next) => next === new Date(at(41)).toISOString(),
    )
    await quiet()
    expect(sentTo(world)).toHaveLength(1)
    expect(await ledger(world)).toEqual([{ kind: 'send', state: 'sent', recipients: 4 }])
  })

  it('with a time earlier than now begins tomorrow, and tomorrow’s card is another text', async () => {
    const world = await newWorld(server, { members: 1 })
    const form = await world.publish('zhengzhou/daily', {
      repeat: { weekdays: [1, 2, 3, 4, 5, 6, 7], time: '09:00' },
      sendsDing: true,
    })
    expect(await nextSendAt(world, form)).toBe(new Date(at(33)).toISOString())
    await quiet()
    expect(sentTo(world)).toEqual([])
    server.deps.clock.set(at(33))
    const [first] = await calls(world, 1)
    await until(
      () => nextSendAt(world, form),
      (next) => next === new Date(at(57)).toISOString(),
    )
    server.deps.clock.set(at(57))
    const [, second] = await calls(world, 2)
    expect(first?.message.title).toContain('【DING】')
    expect(first?.message.title).not.toBe(second?.message.title)
  })

  it('without a repetition goes out at once', async () => {
    const world = await newWorld(server, { members: 1 })
    await world.publish('zhengzhou/work-start', { repeat: null })
    const [sent] = await calls(world, 1)
    expect(sent?.userIds).toHaveLength(2)
  })

  it('missed while the server was down is sent on the same day, once, and skipped after it', async () => {
    const [late, alsoLate] = [await newWorld(server, { members: 1 }), await newWorld(server, { members: 1 })]
    await late.publish('zhengzhou/daily', { reminders: { memberAfterMinutes: 120, headsAfterMinutes: null } })
    const repeat = { weekdays: [1], time: '12:00' } // only today
    await alsoLate.publish('zhengzhou/daily', { repeat })
    await runner.close()

    server.deps.clock.set(at(20))
    const revived = await startAgain()
    expect((await calls(late, 1))[0]?.userIds).toHaveLength(2)
    // Its reminder counts from the true sending.
    server.deps.clock.set(at(21, 59))
    await quiet()
    expect(sentTo(late)).toHaveLength(1)
    server.deps.clock.set(at(22))
    await calls(late, 2)
    await calls(alsoLate, 1)
    await revived.stop()

    const missed = await newWorld(server, { members: 1 })
    await missed.publish('zhengzhou/daily', { repeat: { weekdays: [2], time: '12:00' } })
    server.deps.clock.set(at(24 + 24 + 1)) // Wednesday: Tuesday's noon went by
    const again = await startAgain()
    await quiet()
    expect(sentTo(missed)).toEqual([])
    const [due] = await rowsOf<{ due_at: string }>(
      missed,
      sql`select due_at from due_sends where org_id = ${missed.orgId} and kind = 'send'`,
    )
    expect(new Date(due?.due_at ?? 0).toISOString()).toBe('2026-03-10T04:00:00.000Z')
    await again.stop()
    runner = (await startAgain()).runner
  })

  it('reminds those missing after two hours, then the heads with their numbers; who filed is in peace', async () => {
    const world = await newWorld(server)
    const form = await world.publish('zhengzhou/daily', {
      repeat: { weekdays: [1], time: '14:00' },
      reminders: { memberAfterMinutes: 120, headsAfterMinutes: 240 },
    })
    const head = world.members[1]
    await rowsOf(
      world,
      sql`update member_departments set is_head = true
        where org_id = ${world.orgId} and member_id = ${head?.memberId ?? ''}`,
    )
    server.deps.clock.set(at(14))
    await calls(world, 1)
    for (const person of [world.admin, world.member]) await file(form, person)
    server.deps.clock.set(at(16))
    const [, reminder] = await calls(world, 2)
    expect([...(reminder?.userIds ?? [])].sort()).toEqual(['user2', 'user3', 'user4'])
    expect(reminder?.message.title).toContain('提醒')
    server.deps.clock.set(at(18))
    const [, , digest] = await calls(world, 3)
    expect(digest?.userIds).toEqual([head?.userId])
    // Department 2 holds user1, who filed, and user2.
    expect(digest?.message.lines).toContainEqual({ label: '生产部', value: '1 人未填写' })
    await quiet()
    expect((await ledger(world)).map(({ kind }) => kind)).toEqual(['send', 'remind-members', 'remind-heads'])
  })

  it('stops at once when the form is ended or the app taken away', async () => {
    const [ended, removed] = [await newWorld(server, { members: 1 }), await newWorld(server, { members: 1 })]
    const form = await ended.publish('zhengzhou/daily')
    await removed.publish('zhengzhou/daily')
    await ended.admin.inject(endForm, { params: { formId: form.id } })
    await rowsOf(
      removed,
      sql`update installations set state = 'removed' where org_id = ${removed.orgId} and app = 'forms'`,
    )
    server.deps.clock.set(at(17, 1))
    await quiet()
    expect([sentTo(ended), sentTo(removed)]).toEqual([[], []])
    const reply = await ended.admin.inject(remindMissing, {
      params: { formId: form.id, period: day },
      body: {},
    })
    expect(reply.problem.code).toBe('form.ended')
  })
})

describe('the ledger', () => {
  it('goes on after a failure without sending a batch again, and notes whom the platform did not reach', async () => {
    const world = await newWorld(server, { members: 249 })
    const form = await world.publish('zhengzhou/daily')
    const { workplace } = server.ports
    const { sendMessage, sendResult } = workplace
    let busy = 1
    Object.assign(workplace, {
      sendMessage: async (...args: Parameters<typeof sendMessage>) => {
        if (args[0].corpId === world.corpId && args[1].includes('user120') && busy-- > 0)
          throw new WorkplaceBusy('not now')
        return sendMessage(...args)
      },
      sendResult: async (...[target, taskId]: Parameters<typeof sendResult>) =>
        target.corpId === world.corpId
          ? { isFinished: true, failed: [{ userId: 'user7', reason: '143105' }], read: [], unread: [] }
          : sendResult(target, taskId),
    })
    server.deps.clock.set(at(17))
    await until(
      async () => (await ledger(world))[0]?.state,
      (state) => state === 'sending',
    )
    // Files while his batch still waits: he is left in peace.
    const filer = world.members.find(({ userId }) => userId === 'user120')
    if (filer) await file(form, filer)
    server.deps.clock.advance(5_000)
    await until(
      async () => (await ledger(world))[0]?.state,
      (state) => state === 'sent',
    )
    const reached = sentTo(world).flatMap(({ userIds }) => userIds)
    expect(reached).toHaveLength(249)
    expect(new Set(reached).size).toBe(249)
    expect(reached).not.toContain('user120')
    expect(
      sentTo(world)
        .map(({ userIds }) => userIds.length)
        .sort(),
    ).toSatisfy((sizes: number[]) => sizes.length === 3)

    server.deps.clock.advance(2 * minute)
    const batches = await until(
      () => rowsOf<{ state: string; sent_to: number }>(world, sql`select state, sent_to from push_batches`),
      (rows) => rows.every(({ state }) => state === 'settled'),
    )
    expect(batches.reduce((sum, { sent_to }) => sum + sent_to, 0)).toBe(249)
    const failures = await rowsOf<{ reason: string }>(world, sql`select reason from push_failures`)
    expect(failures).toEqual([{ reason: '143105' }])
    Object.assign(workplace, { sendMessage, sendResult })
  })

  it('keeps a refused batch with its reason', async () => {
    const world = await newWorld(server, { members: 1 })
    const { workplace } = server.ports
    const { sendMessage } = workplace
    Object.assign(workplace, {
      sendMessage: async (...args: Parameters<typeof sendMessage>) => {
        if (args[0].corpId === world.corpId) throw new WorkplaceRefused('33002', 'bad agent')
        return sendMessage(...args)
      },
    })
    await world.publish('zhengzhou/daily')
    server.deps.clock.set(at(17))
    await until(
      async () => (await ledger(world))[0]?.state,
      (state) => state === 'failed',
    )
    const [batch] = await rowsOf(world, sql`select state, reason from push_batches`)
    expect(batch).toEqual({ state: 'failed', reason: '33002' })
    Object.assign(workplace, { sendMessage })
  })
})

describe('alerts', () => {
  it('Z-38: an abnormal answer tells the admins at once: who and what kind, no more', async () => {
    const world = await newWorld(server)
    const form = await world.publish('zhengzhou/daily')
    await file(form, world.member, day, { temperature: 38.4 })
    const [alert] = await calls(world, 1)
    expect(alert?.userIds).toEqual(['admin'])
    const text = JSON.stringify(alert?.message)
    expect(text).toContain(world.member.name)
    expect(text).toContain('体温 ≥ 37.3')
    expect(text).not.toContain('38.4')
    expect(alert?.message.url).toContain(`/people/${world.member.memberId}`)
  })

  it('Z-31: the publisher hears of new answers, gathered', async () => {
    const world = await newWorld(server)
    const form = await world.publish('zhengzhou/daily', { tellsPublisher: true })
    for (const person of world.members.slice(0, 3)) await file(form, person)
    server.deps.clock.advance(11 * minute)
    const [told] = await calls(world, 1)
    expect(told?.userIds).toEqual(['admin'])
    expect(told?.message.title).toContain('3 份')
    await quiet()
    expect(sentTo(world)).toHaveLength(1)
  })
})

/** The jobs of the same server on queues of their own, as a process started again. */
async function startAgain() {
  const { openQueues } = await import('../../jobs/queues.ts')
  const { startRunner } = await import('../../jobs/runner.ts')
  const { features } = await import('../index.ts')
  const deps = { ...server.deps, queues: openQueues(server.deps.config, server.deps.log) }
  const jobs = features.flatMap((feature) => feature.jobs ?? [])
  const ticks = features.flatMap((feature) => feature.ticks ?? [])
  const again = startRunner(deps, jobs, ticks)
  return { runner: again, stop: () => again.close() }
}
