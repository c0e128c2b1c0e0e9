import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { eventually, newWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await newWorld({ suite: { templatesOnly: true } })
  await world.startPushes()
  await eventually(
    async () => (await world.db.one<{ ticket: string | null }>(sql`select ticket from suites`))?.ticket,
  )
})
afterAll(() => world.close())
afterEach(() => faults({}))

const faults = async (body: object) => {
  const answer = await world.app.inject({ method: 'PUT', url: '/client-api/operator/faults', payload: body })
  expect(answer.statusCode).toBe(200)
}

async function installed() {
  const org = await world.orgWithAdmin()
  const app = await org.admin.call('POST', `/orgs/${org.orgId}/apps`, {
    suiteId: world.suite.suiteId,
    acceptTerms: true,
    scope: { kind: 'all' },
  })
  return { ...org, agentId: Number(app.body.agentId), access_token: await world.corpToken(org.corpId) }
}

const departments = (access_token: string) =>
  world.oapi('/topapi/v2/department/listsub', { query: { access_token }, body: {} })

it('Z-33: an app of templates only is refused free text and may send an approved template', async () => {
  const { access_token, agentId, userid } = await installed()
  const query = { access_token }
  const free = { agent_id: agentId, userid_list: userid, msg: { msgtype: 'text', text: { content: '你好' } } }
  expect(
    await world.oapi('/topapi/message/corpconversation/asyncsend_v2', { query, body: free }),
  ).toMatchObject({ errcode: 885001 })
  const template = {
    agent_id: agentId,
    userid_list: userid,
    template_id: 'remind',
    data: JSON.stringify({ name: '健康打卡' }),
  }
  expect(
    await world.oapi('/topapi/message/corpconversation/sendbytemplate', { query, body: template }),
  ).toMatchObject({ errcode: 0 })
  expect(
    await world.oapi('/topapi/message/corpconversation/sendbytemplate', {
      query,
      body: { ...template, template_id: 'unknown' },
    }),
  ).toMatchObject({ errcode: 885001 })
})

it('Z-20: over the rate of one app and API a call is refused with 88 / 90018, and the next second works', async () => {
  const { access_token } = await installed()
  await faults({ qpsLimit: 3 })
  const answers = await Promise.all(Array.from({ length: 20 }, () => departments(access_token)))
  const refused = answers.filter(({ errcode }) => errcode !== 0)
  expect(answers.filter(({ errcode }) => errcode === 0).length).toBeGreaterThanOrEqual(3)
  expect(refused.length).toBeGreaterThan(0)
  for (const answer of refused) expect(answer).toMatchObject({ errcode: 88, sub_code: '90018' })
  // Another API of the same app has a count of its own.
  expect(
    await world.oapi('/topapi/v2/department/get', { query: { access_token }, body: { dept_id: 1 } }),
  ).toMatchObject({ errcode: 0 })
  await eventually(async () => (await departments(access_token))['errcode'] === 0)
})

it('Z-20: fault switches hold for as many calls as asked, on the API named', async () => {
  const { access_token } = await installed()
  const path = '/topapi/v2/department/listsub'
  await faults({ calls: [{ path, kind: 'busy', times: 2 }] })
  expect(await departments(access_token)).toMatchObject({ errcode: -1 })
  expect(
    await world.oapi('/topapi/v2/department/get', { query: { access_token }, body: { dept_id: 1 } }),
  ).toMatchObject({ errcode: 0 })
  expect(await departments(access_token)).toMatchObject({ errcode: -1 })
  expect(await departments(access_token)).toMatchObject({ errcode: 0 })

  await faults({
    calls: [
      { path, kind: 'qps', times: 1 },
      { path, kind: 'bad-token', times: 1 },
    ],
  })
  expect(await departments(access_token)).toMatchObject({ errcode: 88, sub_code: '90018' })
  expect(await departments(access_token)).toMatchObject({ errcode: 88, sub_code: '40014' })
  expect(await departments(access_token)).toMatchObject({ errcode: 0 })

  const started = performance.now()
  await faults({ calls: [{ path, kind: 'slow', times: 1, delayMs: 300 }] })
  expect(await departments(access_token)).toMatchObject({ errcode: 0 })
  expect(performance.now() - started).toBeGreaterThanOrEqual(290)

  await faults({ expireTokens: true })
  expect(await departments(access_token)).toMatchObject({ errcode: 88, sub_code: '40014' })
})
