import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { getCompleteness } from '@kangbao/shared/contracts/completeness.ts'
import { fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import type { Answers } from '@kangbao/shared/forms/answers.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { newWorld } from '../../../test/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const healthy: Answers = {
  date: '2026-03-02', place: { code: '410105' }, temperature: 36.5, symptoms: ['none'],
  'contact-case': 'no', 'contact-region': 'no', 'been-region': 'no', isolation: 'none', 'at-work': 'yes',
}
describe('smoke', () => {
  it('files', async () => {
    const world = await newWorld(server)
    const form = await world.publish('zhengzhou/daily')
    const params = { formId: form.id, period: '2026-03-02' }
    const one = await world.member.inject(fileSubmission, { params, body: { answers: healthy } })
    console.log(one.body)
    const two = await world.member.inject(fileSubmission, { params, body: { answers: { ...healthy, temperature: 37.3 } } })
    console.log(two.body)
    console.log((await world.admin.inject(getCompleteness, { params })).body)
    expect(one.status).toBe(200)
  })
})
