import { afterAll, beforeAll, expect, it } from 'vitest'
import { getAnswerStatistics } from '@kangbao/shared/contracts/completeness.ts'
import { fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import { healthyAnswers } from '../../../test/answers.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'
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
