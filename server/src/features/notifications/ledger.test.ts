import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import {
  getMessageUsage,
  listDeliveries,
  listPushes,
  searchDeliveries,
  type DeliveryState,
} from '@kangbao/shared/contracts/ledger.ts'
import { fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import { healthyAnswers } from '../../../test/answers.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { until } from '../../../test/until.ts'
import { newWorld } from '../../../test/world.ts'
import type { Runner } from '../../jobs/runner.ts'
import { WorkplaceBusy } from '../../ports/workplace.ts'

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

const period = '2026-03-02'
const five = Date.parse(`${period}T17:00:00+08:00`)

it('Z-33: the ledger tells of every person what became of his message, page by page', async () => {
  const world = await newWorld(server, { members: 5 })
  const form = await world.publish('zhengzhou/daily')
  const { workplace } = server.ports
  const { sendMessage, sendResult, readers } = workplace
  let isBusy = true
  let asked = 0
  Object.assign(workplace, {
    sendMessage: async (...args: Parameters<typeof sendMessage>) => {
      if (isBusy) throw new WorkplaceBusy('not now')
      return sendMessage(...args)
    },
    sendResult: async () => ({
      isFinished: true,
      failed: [{ userId: 'user2', reason: '143105' }],
      read: ['user3'],
      unread: ['user4', 'user5', 'admin'],
    }),
    readers: async () => {
      asked += 1
      if (asked === 1) throw new WorkplaceBusy('not now')
      return asked === 2
        ? { read: ['user3', 'user4'], unread: ['user5', 'admin'] }
        : { read: ['admin', 'user3', 'user4', 'user5'], unread: [] }
    },
  })
  const params = { formId: form.id, period }
  const ledger = async () => (await world.admin.inject(listPushes, { params, query: {} })).body.items
  server.deps.clock.set(five)
  await until(ledger, ([push]) => push?.state === 'sending')
  // Files while the platform is busy: he is left in peace, and the ledger says so.
  const filed = await world.member.inject(fileSubmission, {
    params,
    body: { answers: healthyAnswers(period) },
  })
  expect(filed.status).toBe(200)
  isBusy = false
  server.deps.clock.advance(10_000)
  await until(ledger, ([push]) => push?.state === 'sent')
  expect((await ledger())[0]).toMatchObject({ planned: 6, sent: 5, delivered: 0, failed: 0, leftOut: 1 })
  server.deps.clock.advance(120_000)
  await until(ledger, ([push]) => push?.delivered === 4)
  expect(await ledger()).toMatchObject([
    {
      ...{ kind: 'send', state: 'sent', planned: 6, sent: 5, delivered: 4 },
      ...{ read: 1, failed: 1, leftOut: 1, reason: null },
    },
  ])

  const people = async (state?: DeliveryState, limit = 2) => {
    const all = []
    let cursor: string | undefined
    do {
      const query = { limit, ...(state ? { state } : {}), ...(cursor ? { cursor } : {}) }
      const { status, body } = await world.admin.inject(listDeliveries, { params, query })
      expect(status).toBe(200)
      all.push(...body.items)
      cursor = body.nextCursor ?? undefined
    } while (cursor)
    return all
  }
  const everybody = await people()
  expect(new Set(everybody.map(({ memberId }) => memberId)).size).toBe(6)
  expect(everybody).toHaveLength(6)
  expect(await people('failed')).toMatchObject([{ name: '员工2', state: 'failed', reason: '143105' }])
  expect(await people('left-out')).toMatchObject([{ name: world.member.name, reason: null }])
  expect(await people('delivered')).toHaveLength(3)
  expect(await people('read')).toMatchObject([{ name: '员工3', state: 'read', reason: null }])
  const found = async (search: string) => {
    const reply = await world.admin.inject(searchDeliveries, { params, body: { search } })
    return reply.body.items.map(({ name, state }) => `${name} ${state}`)
  }
  const inWorld = async (statement: ReturnType<typeof sql>) => {
    const done = await server.deps.database.inOrg(
      world.orgId,
      { kind: 'system', name: 'test' },
      async ({ tx }) => tx.execute(statement),
    )
    return done.rowCount
  }
  await inWorld(sql`update members set job_number = 'A-0' || substr(user_id, 5) where user_id like 'user%'`)
  expect(await found('员工3')).toEqual(['员工3 read'])
  expect(await found('a-02')).toEqual(['员工2 failed'])
  expect(await found('0%')).toEqual([])
  expect((await found('A-0')).length).toBe(5)

  // The platform is asked again, and once more when it was busy, until everybody has opened it.
  server.deps.clock.advance(10 * 60_000)
  const postponed = () =>
    inWorld(sql`select from outbox where job = 'notifications.reads' and attempts = 1 and relayed_at is null`)
  await until(postponed, (count) => count === 1)
  server.deps.clock.advance(5 * 60_000)
  await until(ledger, ([push]) => push?.read === 2)
  server.deps.clock.advance(30 * 60_000)
  await until(ledger, ([push]) => push?.read === 4)
  expect((await ledger())[0]).toMatchObject({ delivered: 4, read: 4 })
  expect(await people('delivered')).toEqual([])
  expect(await inWorld(sql`select from push_batches where ask_reads_at is not null`)).toBe(0)
  // One call to send, two for the result, two to ask who has read it; what was answered "busy" does not count.
  const usage = (await world.admin.inject(getMessageUsage)).body
  expect(usage).toMatchObject({ month: '2026-03', used: { messages: 5, calls: 5 }, runsOutOn: null })
  expect(usage.apps).toEqual([{ app: 'forms', messages: 5, calls: 5 }])
  // From tomorrow to the end of the month, six people a day in one call.
  expect(usage.forms).toMatchObject([{ formId: form.id, sends: 29, messages: 29 * 6, calls: 29 * 8 }])
  expect(usage.forecast).toEqual({ messages: 5 + 29 * 6, calls: 5 + 29 * 8 })
  const [push] = await ledger()
  const another = { pushId: form.id, limit: 50 }
  expect((await world.admin.inject(listDeliveries, { params, query: another })).body.items).toEqual([])
  const same = { pushId: push?.id ?? '', limit: 50 }
  expect((await world.admin.inject(listDeliveries, { params, query: same })).body.items).toHaveLength(6)
  Object.assign(workplace, { sendMessage, sendResult, readers })
})

it('Z-33: the ledger is for those who publish, and of no period there is not', async () => {
  const world = await newWorld(server, { members: 1 })
  const form = await world.publish('zhengzhou/daily')
  const params = { formId: form.id, period }
  const asMember = await world.member.inject(listPushes, { params, query: {} })
  expect(asMember.status).toBe(403)
  const once = await world.admin.inject(listPushes, { params: { ...params, period: 'once' }, query: {} })
  expect(once.problem.code).toBe('resource.missing')
  const bad = await world.admin.inject(listDeliveries, { params, query: { cursor: 'x' } })
  expect(bad.problem.code).toBe('request.invalid')
})
