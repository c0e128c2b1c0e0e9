import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { listDeliveries, listPushes, type DeliveryState } from '@kangbao/shared/contracts/ledger.ts'
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
  const { sendMessage, sendResult } = workplace
  let isBusy = true
  Object.assign(workplace, {
    sendMessage: async (...args: Parameters<typeof sendMessage>) => {
      if (isBusy) throw new WorkplaceBusy('not now')
      return sendMessage(...args)
    },
    sendResult: async () => ({ isFinished: true, failed: [{ userId: 'user2', reason: '143105' }] }),
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
    { kind: 'send', state: 'sent', planned: 6, sent: 5, delivered: 4, failed: 1, leftOut: 1, reason: null },
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
  expect(await people('delivered')).toHaveLength(4)
  const [push] = await ledger()
  const another = { pushId: form.id, limit: 50 }
  expect((await world.admin.inject(listDeliveries, { params, query: another })).body.items).toEqual([])
  const same = { pushId: push?.id ?? '', limit: 50 }
  expect((await world.admin.inject(listDeliveries, { params, query: same })).body.items).toHaveLength(6)
  Object.assign(workplace, { sendMessage, sendResult })
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
