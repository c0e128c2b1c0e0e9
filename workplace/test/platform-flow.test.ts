import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { signSuiteCall } from '../api/crypto/signatures.ts'
import { eventually, newPhone, newWorld, type Json, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await newWorld()
  await world.startPushes()
  await eventually(ticketOf)
})
afterAll(() => world.close())
afterEach(() => faults({ floodLimit: 0 }))

const ticketOf = async () =>
  (await world.db.one<{ ticket: string | null }>(sql`select ticket from suites`))?.ticket

const faults = async (payload: object) => {
  const answer = await world.app.inject({ method: 'PUT', url: '/client-api/operator/faults', payload })
  expect(answer.statusCode).toBe(200)
}

async function installed(scope: object = { kind: 'all' }) {
  const org = await world.orgWithAdmin()
  const { suiteId } = world.suite
  await org.admin.call('POST', `/orgs/${org.orgId}/apps`, { suiteId, acceptTerms: true, scope })
  return { ...org, token: await world.corpToken(org.corpId) }
}

const path = '/topapi/user/count'
const old = (token: string, given: { path?: string; body?: object } = {}): Promise<Json> =>
  world.oapi(given.path ?? path, { query: { access_token: token }, body: given.body ?? {} })
const recent = (token: string) => world.openapi('POST', '/v1.0/oauth2/jsapiTickets', { token })

it('Z-20: every way of refusing a call for now can be had, in the words of both sides', async () => {
  const { token } = await installed()
  const denied = (name: string) => `Forbidden.AccessDenied.${name}`
  const kinds = [
    ['qps', { errcode: 88, sub_code: '90018' }, denied('QpsLimitForAppkeyAndApi')],
    ['qpm', { errcode: 88, sub_code: '90018' }, denied('QpmLimitForAppkeyAndApi')],
    ['platform-qps', { errcode: 90002 }, denied('QpsLimitForApi')],
    ['org-qps', { errcode: 90008 }, denied('QpsLimitForSuitekeyAndOrgAndApi')],
    ['org-qpm', { errcode: 90010 }, denied('QpmLimitForSuitekeyAndOrgAndApi')],
    ['many-orgs', { errcode: 90017 }, denied('QpsLimitForApi')],
    ['quota', { errcode: 90020 }, denied('ApiCountLimitForOrg')],
    ['ip', { errcode: 60020 }, denied('IpNotInWhiteList')],
  ] as const
  for (const [kind, errcode, code] of kinds) {
    await faults({
      calls: [
        { path, kind, times: 1 },
        { path: '/v1.0/oauth2/jsapiTickets', kind, times: 1 },
      ],
    })
    expect(await old(token), kind).toMatchObject(errcode)
    const answer = await recent(token)
    expect([answer.status, answer.body.code], kind).toEqual([403, code])
    expect(await old(token)).toMatchObject({ errcode: 0 })
  }
  await faults({
    calls: [
      { path, kind: 'ban', times: 1 },
      { path, kind: 'ban-page', times: 1 },
    ],
  })
  const banned = await old(token)
  expect(banned).toMatchObject({ status: 1111, wait: 5, source: 'x5', punish: 'deny' })
  expect(banned).not.toHaveProperty('errcode')
  const page = await world.app.inject({
    method: 'POST',
    url: `/oapi${path}?access_token=${token}`,
    payload: {},
  })
  expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
  expect(page.body).toContain('<!doctype html>')
})

it('Z-20: a flood from one address shuts it out, whatever it asks and whatever token it has', async () => {
  const [one, two] = [await installed(), await installed()]
  await faults({ floodLimit: 20 })
  const answers: Json[] = []
  for (let n = 0; n < 25; n += 1) answers.push(await old(n % 2 ? one.token : two.token))
  expect(answers.filter(({ errcode }) => errcode === 0).length).toBeGreaterThanOrEqual(1)
  expect(answers.at(-1)).toMatchObject({ status: 1111 })
  expect((await recent(one.token)).body).toMatchObject({ status: 1111 })
  // Slower calls do not end it; the ban runs for its time.
  await faults({ floodLimit: 1000 })
  expect(await old(one.token)).toMatchObject({ status: 1111 })
  await faults({ floodLimit: 0 })
  expect(await old(one.token)).toMatchObject({ errcode: 0 })
})

it('Z-20: an app that names the addresses it calls from is refused from others', async () => {
  const { corpId, token } = await installed()
  const ticket = (await ticketOf()) ?? ''
  const timestamp = '1700000000000'
  const query = {
    accessKey: world.suite.suiteKey,
    timestamp,
    suiteTicket: ticket,
    signature: signSuiteCall(world.suite.suiteSecret, timestamp, ticket),
  }
  const name = (ip_whitelist: unknown, auth_corpid = corpId) =>
    world.oapi('/service/set_corp_ipwhitelist', { query, body: { auth_corpid, ip_whitelist } })
  expect(await name(['10.1.2.3', '192.168.0.0/16'])).toMatchObject({ errcode: 0 })
  expect(await old(token)).toMatchObject({ errcode: 60020 })
  expect((await recent(token)).body.code).toBe('Forbidden.AccessDenied.IpNotInWhiteList')
  expect(await old((await installed()).token)).toMatchObject({ errcode: 0 })
  expect(await name(['127.0.0.0/8'])).toMatchObject({ errcode: 0 })
  expect(await old(token)).toMatchObject({ errcode: 0 })
  for (const bad of [['everywhere'], ['10.0.0.0/64'], ['10.0.0.0/x']])
    expect(await name(bad)).toMatchObject({ errcode: 40035 })
  expect(await name(undefined)).toMatchObject({ errcode: 40035 })
  expect(await name([], 'dingnobody')).toMatchObject({ errcode: 41030 })
  expect(await name([])).toMatchObject({ errcode: 0 })
  expect(await old(token)).toMatchObject({ errcode: 0 })
})

it('Z-21: what is not there is told as each side tells it', async () => {
  const missing = async (url: string) => {
    const answer = await world.app.inject({ method: 'POST', url, payload: {} })
    return [answer.statusCode, answer.json<Json>()]
  }
  expect(await missing('/openapi/oauth2/corpAccessToken')).toMatchObject([404, { errcode: 404 }])
  expect(await missing('/openapi/v1.0/oauth2/nothing')).toMatchObject([
    404,
    { code: 'InvalidAction.NotFound' },
  ])
  expect(await missing('/oapi/topapi/no/such')).toMatchObject([200, { errcode: 22 }])
})

it('Z-21: authInfo tells a foreign, a made-up and a misspelt corpId apart', async () => {
  const { corpId } = await installed()
  const without = await world.orgWithAdmin()
  const { suiteKey, suiteSecret } = world.suite
  const { body } = await world.openapi('POST', '/v1.0/oauth2/suiteAccessToken', {
    body: { suiteKey, suiteSecret, suiteTicket: await ticketOf() },
  })
  const ask = async (authCorpId: string) => {
    const answer = await world.openapi('GET', `/v1.0/oauth2/apps/authInfo?authCorpId=${authCorpId}`, {
      token: body.accessToken,
    })
    return [answer.status, answer.body.code]
  }
  expect(await ask(corpId)).toEqual([200, undefined])
  expect(await ask(without.corpId)).toEqual([400, 'orgNotAuthApp'])
  expect(await ask('dingffffffffffffffffffffffffffffffff')).toEqual([400, 'orgNotExist'])
  expect(await ask('corp-1')).toEqual([400, 'invalidCorpId'])
})

it('Z-22: roles and their holders, and search by words, inside the scope', async () => {
  const org = await world.orgWithAdmin()
  const { deptId } = (
    await org.admin.call('POST', `/orgs/${org.orgId}/departments`, { name: '质检部', parentId: 1 })
  ).body
  const add = async (name: string, departments: object[]) =>
    (await org.admin.call('POST', `/orgs/${org.orgId}/members`, { name, phone: newPhone(), departments }))
      .body.userid as string
  const head = await add('孙主管', [{ deptId, isLeader: true }])
  const outside = await add('孙在外', [{ deptId: 1 }])
  await org.admin.call('POST', `/orgs/${org.orgId}/apps`, {
    suiteId: world.suite.suiteId,
    acceptTerms: true,
    scope: { kind: 'some', deptIds: [deptId] },
  })
  const token = await world.corpToken(org.corpId)
  const ask = (name: string, body: object) => old(token, { path: `/topapi/role/${name}`, body })
  const { result } = await ask('list', {})
  expect(result).toMatchObject({ hasMore: false, list: [{ name: '默认' }] })
  expect(result.list[0].roles.map((role: Json) => role.name)).toEqual([
    '主管理员',
    '子管理员',
    '主管',
    '负责人',
  ])
  expect((await ask('list', { size: 1, offset: 1 })).result).toMatchObject({
    hasMore: true,
    list: [{ roles: [{ name: '子管理员' }] }],
  })
  expect((await ask('simplelist', { role_id: 3 })).result).toEqual({
    hasMore: false,
    list: [{ userid: head, name: '孙主管', manageScopes: [] }],
  })
  // The main admin is outside the scope of the app.
  expect((await ask('simplelist', { role_id: 1 })).result.list).toEqual([])
  expect(await ask('simplelist', { role_id: 99 })).toMatchObject({ errcode: 400002 })
  expect(await ask('simplelist', { role_id: 1, size: 101 })).toMatchObject({ errcode: 40069 })

  const search = async (what: string, body: object) =>
    (await world.openapi('POST', `/v1.0/contact/${what}/search`, { token, body })).body
  expect(await search('users', { queryWord: '孙', offset: 0, size: 10 })).toEqual({
    hasMore: false,
    totalCount: 1,
    list: [head],
  })
  expect((await search('users', { queryWord: 'sunzhu' })).list).toEqual([head])
  expect((await search('users', { queryWord: '孙', fullMatchField: 1 })).list).toEqual([])
  expect((await search('users', { queryWord: '%' })).list).toEqual([])
  expect(outside).not.toBe(head)
  expect(await search('departments', { queryWord: '质' })).toEqual({
    hasMore: false,
    totalCount: 1,
    list: [deptId],
  })
  expect((await search('departments', { queryWord: '' })).code).toBe('MissingParameter')
})
