import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadSuites } from '../api/suites/registered.repo.ts'
import { eventually, newWorld, type Json, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await newWorld()
  await world.startPushes()
})
afterAll(() => world.close())

const facts = {
  name: '访客登记',
  developer: '独立开发者',
  description: '来访预约与登记',
  icon: '',
  pushStyle: 'synchttp',
  callbackUrl: 'http://127.0.0.1:9/callback',
  homeUrl: 'https://visit.example.com/m/?corpId=$CORPID$',
  pcHomeUrl: '',
  templatesOnly: false,
}

async function operator(method: 'GET' | 'POST' | 'PUT', path: string, payload?: object) {
  const answer = await world.app.inject({
    method,
    url: `/client-api/operator${path}`,
    ...(payload && { payload }),
  })
  return { status: answer.statusCode, body: answer.json<Json>() }
}

const register = async (more: object = {}) => (await operator('POST', '/suites', { ...facts, ...more })).body

/** As the developer's server asks, with the ticket it was pushed. */
async function suiteToken({ suiteId, suiteKey, suiteSecret }: Json): Promise<Json> {
  const { ticket } = await eventually(() =>
    world.db.one<{ ticket: string }>(
      sql`select ticket from suites where suite_id = ${suiteId} and ticket is not null`,
    ),
  )
  return world.oapi('/service/get_suite_token', {
    body: { suite_key: suiteKey, suite_secret: suiteSecret, suite_ticket: ticket },
  })
}

it('Z-09: a suite that was just registered gets a ticket, a token, and is installed', async () => {
  const made = await register()
  expect(made.callbackAesKey).toMatch(/^[A-Za-z0-9]{43}$/)
  expect(await suiteToken(made)).toMatchObject({ errcode: 0 })
  const { admin, orgId } = await world.orgWithAdmin()
  const shown = (await admin.call('GET', '/suites')).body.items.map(({ suite }: Json) => suite.suiteId)
  expect(shown).toContain(made.suiteId)
  const installed = await admin.call('POST', `/orgs/${orgId}/apps`, {
    suiteId: made.suiteId,
    acceptTerms: true,
    scope: { kind: 'all' },
  })
  expect(installed).toMatchObject({ status: 200, body: { name: '访客登记' } })
  const told = await operator('GET', `/deliveries?suiteId=${made.suiteId}`)
  expect(told.body.items.map(({ orgId: org }: Json) => org)).toContain(orgId)
})

it('Z-09: the secrets are told once and lie sealed; a new secret ends the old one and its tokens', async () => {
  const made = await register({ name: '考勤' })
  const row = await world.db.one<{ whole: string }>(
    sql`select row_to_json(r)::text as whole from registered_suites r where suite_id = ${made.suiteId}`,
  )
  expect(row?.whole).not.toContain(made.suiteSecret)
  const seen = JSON.stringify([
    (await operator('GET', '/suites')).body,
    (await operator('GET', `/suites/${made.suiteId}/facts`)).body,
    (await operator('GET', `/deliveries?suiteId=${made.suiteId}`)).body,
  ])
  for (const secret of [made.suiteSecret, made.callbackToken, made.callbackAesKey])
    expect(seen).not.toContain(secret)
  const { suiteSecret } = (await operator('POST', `/suites/${made.suiteId}/secret`)).body
  expect((await suiteToken(made)).errcode).not.toBe(0)
  expect(await suiteToken({ ...made, suiteSecret })).toMatchObject({ errcode: 0 })
})

it('Z-09: stopped, it is offered to nobody and gets no token; started, all is as before', async () => {
  const made = await register({ name: '停用' })
  const { admin } = await world.orgWithAdmin()
  const offered = async () =>
    (await admin.call('GET', '/suites')).body.items.some(({ suite }: Json) => suite.suiteId === made.suiteId)
  await suiteToken(made)
  expect(await offered()).toBe(true)
  await operator('PUT', `/suites/${made.suiteId}/state`, { state: 'stopped' })
  expect(await offered()).toBe(false)
  expect((await suiteToken(made)).errcode).not.toBe(0)
  const listed = (await operator('GET', '/suites')).body.items.find(
    (one: Json) => one.suiteId === made.suiteId,
  )
  expect(listed).toMatchObject({ isStopped: true, isRegistered: true, name: '停用' })
  await operator('PUT', `/suites/${made.suiteId}/state`, { state: 'active' })
  expect(await offered()).toBe(true)
  expect(await suiteToken(made)).toMatchObject({ errcode: 0 })
})

it('Z-09: changed, and known to another process that reads the list anew', async () => {
  const made = await register()
  const change = { ...facts, name: '访客登记二', homeUrl: 'https://visit2.example.com/' }
  expect((await operator('PUT', `/suites/${made.suiteId}/facts`, change)).status).toBe(200)
  expect((await operator('GET', `/suites/${made.suiteId}/facts`)).body).toEqual(change)
  const other = { ...world.deps, config: { ...world.deps.config, suites: [world.suite] } }
  await loadSuites(other)
  expect(other.config.suites.find(({ suiteId }) => suiteId === made.suiteId)).toMatchObject({
    name: '访客登记二',
    suiteSecret: made.suiteSecret,
  })
  expect(other.config.suites[0]).toBe(world.suite)
})

it.each([
  ['homeUrl', { homeUrl: '' }],
  ['homeUrl', { homeUrl: 'javascript:alert(1)' }],
  ['callbackUrl', { callbackUrl: 'visit.example.com' }],
  ['callbackUrl', { callbackUrl: 'http://user:word@visit.example.com/' }],
  ['icon', { icon: 'data:image/svg+xml,<svg/>' }],
  ['pcHomeUrl', { pcHomeUrl: 'ftp://visit.example.com/' }],
])('Z-09: a %s nobody could call is named', async (item, change) => {
  const refused = await operator('POST', '/suites', { ...facts, ...change })
  expect(refused).toMatchObject({ status: 422, body: { code: 'suite.address', details: { item } } })
})

it('Z-09: one of the suites file is not changed here, and nobody but the operator registers', async () => {
  const path = `/suites/${world.suite.suiteId}`
  expect((await operator('PUT', `${path}/facts`, facts)).status).toBe(404)
  expect((await operator('POST', `${path}/secret`)).status).toBe(404)
  expect((await operator('PUT', `${path}/state`, { state: 'stopped' })).status).toBe(404)
  expect((await register({ pushStyle: 'stream', callbackUrl: '' })).suiteId).toBeDefined()
})
