import { afterAll, beforeAll, expect, it } from 'vitest'
import { checkUrl } from '../api/pushes/tickets.ts'
import { eventually, newWorld, type Json, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await newWorld({ pushStyle: 'legacy' })
  await world.startPushes()
})
afterAll(() => world.close())

const message = (type: string): Promise<Json> =>
  eventually(() => world.isv.received.find((received) => received['EventType'] === type))

it('Z-20: an app of long ago proves its address as a new one does, and a changed one as a changed one', async () => {
  await message('check_create_suite_url')
  expect(world.isv.received[0]).toMatchObject({
    EventType: 'check_create_suite_url',
    TestSuiteKey: 'suite4xxxxxxxxxxxxxxx',
    Random: expect.stringMatching(/^[\w-]{6,}$/) as string,
  })
  const moved = { ...world.suite, callbackUrl: `${world.isv.url}/moved` }
  expect(await checkUrl(world.deps, moved)).toBe(true)
  expect(await message('check_update_suite_url')).toMatchObject({ TestSuiteKey: world.suite.suiteKey })
  // One that does not answer stays unproved.
  world.isv.isDown = true
  expect(await checkUrl(world.deps, { ...moved, callbackUrl: `${world.isv.url}/again` })).toBe(false)
  world.isv.isDown = false
})

it('Z-09: legacy pushes: ticket, temporary code, permanent code, activation, change, removal', async () => {
  const { SuiteTicket: suite_ticket, SuiteKey } = await message('suite_ticket')
  expect(SuiteKey).toBe(world.suite.suiteKey)
  const { admin, orgId, corpId } = await world.orgWithAdmin()
  const app = await admin.call('POST', `/orgs/${orgId}/apps`, {
    suiteId: world.suite.suiteId,
    acceptTerms: true,
    scope: { kind: 'all' },
  })
  const { AuthCode: tmp_auth_code, AuthCorpId } = await message('tmp_auth_code')
  expect(AuthCorpId).toBe(corpId)

  const { suiteKey: suite_key, suiteSecret: suite_secret } = world.suite
  const suite = await world.oapi('/service/get_suite_token', {
    body: { suite_key, suite_secret, suite_ticket },
  })
  const query = { suite_access_token: String(suite['suite_access_token']) }
  const exchanged = await world.oapi('/service/get_permanent_code', { query, body: { tmp_auth_code } })
  expect(exchanged).toMatchObject({ errcode: 0, auth_corp_info: { corpid: corpId } })
  expect(await world.oapi('/service/get_permanent_code', { query, body: { tmp_auth_code } })).toMatchObject({
    errcode: 40078,
  })
  const { permanent_code } = exchanged
  const body = { suite_key, auth_corpid: corpId, permanent_code }
  expect(await world.oapi('/service/activate_suite', { query, body })).toMatchObject({ errcode: 0 })
  expect(await world.oapi('/service/get_corp_token', { query, body })).toMatchObject({
    errcode: 0,
    expires_in: 7200,
  })

  await admin.call('PUT', `/orgs/${orgId}/apps/${app.body.agentId}/scope`, { kind: 'admins' })
  expect(await message('change_auth')).toMatchObject({ AuthCorpId: corpId })
  await admin.call('DELETE', `/orgs/${orgId}/apps/${app.body.agentId}`)
  expect(await message('suite_relieve')).toMatchObject({ AuthCorpId: corpId })
  expect(await world.oapi('/service/get_corp_token', { query, body })).toMatchObject({ errcode: 41030 })
})
