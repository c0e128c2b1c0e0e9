import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { getAnswerStatistics } from '@kangbao/shared/contracts/completeness.ts'
import { fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import { healthyAnswers } from '../../../test/answers.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { until } from '../../../test/until.ts'
import { newWorld } from '../../../test/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const day = '2026-03-02'

it('Z-36: sealed answers are counted by region, by day, and as answered or not, over days, a department and a bar', async () => {
  const world = await newWorld(server)
  const { id: formId } = await world.publish('zhengzhou/daily')
  const given = [
    { place: { code: '410105' }, remarks: '一切正常' },
    { place: { code: '410108' } },
    { place: { code: '410105' }, 'at-work': 'no' },
  ]
  for (const [i, more] of given.entries()) {
    const body = { answers: { ...healthyAnswers(day), ...more } }
    const reply = await world.members[i]?.inject(fileSubmission, { params: { formId, period: day }, body })
    expect([reply?.status, reply?.problem.code]).toEqual([200, undefined])
  }
  const ask = async (query: { departmentId?: number; facets?: string } = {}) => {
    const asked = { from: day, to: day, ...query }
    const reply = await world.admin.inject(getAnswerStatistics, { params: { formId }, query: asked })
    expect([reply.status, reply.problem.code]).toEqual([200, undefined])
    const of = (id: string) => reply.body.questions.find(({ fieldId }) => fieldId === id)
    return { collected: reply.body.collected, of }
  }
  const all = await ask()
  expect(all.collected).toBe(3)
  expect(all.of('place')).toMatchObject({
    kind: 'region',
    answered: 3,
    parts: [
      { key: '410105', count: 2 },
      { key: '410108', count: 1 },
    ],
  })
  expect(all.of('remarks')).toMatchObject({ kind: 'answered', asked: 3, answered: 1, parts: [] })
  expect(all.of('date')).toMatchObject({ kind: 'date', parts: [{ key: day, count: 3 }] })
  // What people wrote is in no reply.
  expect(JSON.stringify(all.of('remarks'))).not.toContain('正常')
  expect((await ask({ departmentId: 2 })).collected).toBe(2)
  expect((await ask({ facets: '999' })).collected).toBe(0)
  const none = { from: '2026-03-01', to: '2026-03-01' }
  const empty = await world.admin.inject(getAnswerStatistics, { params: { formId }, query: none })
  expect(empty.body.collected).toBe(0)
})

it('S-80: ten admins who look at once open each answer once, and again only when an answer has changed', async () => {
  const world = await newWorld(server)
  const { id: formId } = await world.publish('zhengzhou/daily')
  const file = async (i: number, more = {}) => {
    const body = { answers: { ...healthyAnswers(day), ...more } }
    const reply = await world.members[i]?.inject(fileSubmission, { params: { formId, period: day }, body })
    expect(reply?.status).toBe(200)
  }
  const look = () =>
    world.admin.inject(getAnswerStatistics, { params: { formId }, query: { from: day, to: day } })
  const answered = async () =>
    (await look()).body.questions.find(({ fieldId }) => fieldId === 'remarks')?.answered
  for (const i of [0, 1, 2]) await file(i)
  const opened = vi.spyOn(server.deps.vault, 'open')
  const replies = await Promise.all(Array.from({ length: 10 }, look))
  expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200))
  expect(new Set(replies.map(({ body }) => JSON.stringify(body))).size).toBe(1)
  expect(opened).toHaveBeenCalledTimes(3)
  expect(await answered()).toBe(0)
  expect(opened).toHaveBeenCalledTimes(3)

  await file(3, { remarks: '一切正常' })
  expect(await answered()).toBe(1)
  await file(0, { remarks: '补充说明' })
  expect(await answered()).toBe(2)
  opened.mockRestore()
})

it('S-80: one org’s looks are taken one after the other, some wait, and the rest are told to come back', async () => {
  const world = await newWorld(server)
  const { id: formId } = await world.publish('zhengzhou/daily')
  const body = { answers: healthyAnswers(day) }
  await world.member.inject(fileSubmission, { params: { formId, period: day }, body })
  const open = server.deps.vault.open.bind(server.deps.vault)
  let letGo: () => void = () => undefined
  const gate = new Promise<void>((resolve) => (letGo = resolve))
  const opened = vi.spyOn(server.deps.vault, 'open').mockImplementation(async (...args) => {
    await gate
    return open(...args)
  })
  const statuses: number[] = []
  const look = async (from: string) => {
    const query = { from, to: day }
    statuses.push((await world.admin.inject(getAnswerStatistics, { params: { formId }, query })).status)
  }
  const looks = Array.from({ length: 12 }, (_, i) => look(`2026-02-${String(10 + i)}`))
  await until(
    () => statuses.length,
    (refused) => refused >= 3,
  )
  expect(statuses).toEqual([503, 503, 503])
  await until(
    () => opened.mock.calls.length,
    (calls) => calls > 0,
  )
  expect(opened).toHaveBeenCalledTimes(1)
  letGo()
  await Promise.all(looks)
  expect(statuses.filter((status) => status === 200)).toHaveLength(9)
  opened.mockRestore()
})
