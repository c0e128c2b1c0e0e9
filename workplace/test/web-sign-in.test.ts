import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { isvCorpId } from '../api/pushes/payloads.ts'
import { eventually, newPhone, newWorld, type Person, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await newWorld({
    suite: {
      adminUrl: 'http://localhost:7200/isv-admin?from=workplace',
      ssoSecret: 'sso-secret-of-the-isv-0001',
      redirectUrls: ['https://portal.example.test/back'],
    },
  })
  await world.startPushes()
  await eventually(
    async () => (await world.db.one<{ ticket: string | null }>(sql`select ticket from suites`))?.ticket,
  )
})
afterAll(() => world.close())

const request = (changes: object = {}) => ({
  client_id: world.suite.suiteKey,
  redirect_uri: 'https://portal.example.test/back?keep=1',
  response_type: 'code',
  scope: 'openid',
  state: 's t/1',
  ...changes,
})
const ask = (person: Person, changes: object = {}) =>
  person.call('POST', '/web-sign-ins/questions', request(changes))
const decide = (person: Person, decision: 'allow' | 'refuse', changes: object = {}, more: object = {}) =>
  person.call('POST', '/web-sign-ins', { request: request(changes), decision, ...more })
const exchange = (code: string | null) =>
  world.openapi('POST', '/v1.0/oauth2/userAccessToken', {
    body: {
      clientId: world.suite.suiteKey,
      clientSecret: world.suite.suiteSecret,
      code,
      grantType: 'authorization_code',
    },
  })

it('Z-23: a person signs in to the website of an app: question, answer, code, token, who it is', async () => {
  const person = await world.person('赵网页')
  expect((await ask(person)).body).toMatchObject({
    suite: { name: '智能填表' },
    returnsTo: 'portal.example.test',
    orgs: null,
  })
  const back = new URL((await decide(person, 'allow')).body.redirectTo)
  expect(back.origin + back.pathname).toBe('https://portal.example.test/back')
  expect([back.searchParams.get('keep'), back.searchParams.get('state')]).toEqual(['1', 's t/1'])
  expect(back.searchParams.get('authCode')).toBe(back.searchParams.get('code'))
  const { body } = await exchange(back.searchParams.get('authCode'))
  expect(body).toMatchObject({ expireIn: 7200, corpId: '' })
  expect(
    (await world.openapi('GET', '/v1.0/contact/users/me', { token: body.accessToken })).body,
  ).toMatchObject({ nick: '赵网页', mobile: person.phone.replace(/^(...)....(....)$/, '$1****$2') })
  // Who he is, and nothing he could do.
  expect(
    (
      await world.openapi('POST', '/v1.0/todo/users/me/personalTasks', {
        token: body.accessToken,
        body: { subject: 'x' },
      })
    ).status,
  ).toBe(403)

  const refused = new URL((await decide(person, 'refuse')).body.redirectTo)
  expect(refused.searchParams.get('error')).toBe('access_denied')
  expect([refused.searchParams.get('state'), refused.searchParams.get('code')]).toEqual(['s t/1', null])
})

it('S-71: nobody is sent to an address the app has not registered, nor asked by an app there is not', async () => {
  const person = await world.person()
  for (const redirect_uri of [
    'https://evil.example/back',
    'https://portal.example.test/other',
    'http://portal.example.test/back',
    'https://portal.example.test.evil.example/back',
    'https://a@portal.example.test/back',
    'javascript:alert(1)',
    'not an address',
    '',
  ])
    for (const answer of [
      await ask(person, { redirect_uri }),
      await decide(person, 'refuse', { redirect_uri }),
    ])
      expect([answer.status, answer.body.code], redirect_uri).toEqual([400, 'web-sign-in.redirect'])
  expect((await ask(person, { client_id: 'nobody' })).body.code).toBe('web-sign-in.app')
  for (const changes of [{ response_type: 'token' }, { scope: 'everything openid' }, { scope: 'corpid' }])
    expect((await decide(person, 'allow', changes)).body.code).toBe('web-sign-in.request')
  // The app's own site is registered by being its site.
  expect((await ask(person, { redirect_uri: 'http://localhost:7200/anywhere' })).status).toBe(200)
  const stranger = await world.app.inject({
    method: 'POST',
    url: '/client-api/web-sign-ins',
    payload: { request: request(), decision: 'allow' },
  })
  expect(stranger.statusCode).toBe(401)
})

it('Z-23: asked for an org the person chooses one of his own, and the token tells which', async () => {
  const [one, two] = [await world.orgWithAdmin('甲公司'), await world.orgWithAdmin('乙公司')]
  const invite = await two.admin.call('GET', `/orgs/${two.orgId}/invite`)
  await one.admin.call('POST', `/join-codes/${invite.body.code}`, {})
  const scope = 'openid corpid'
  expect((await ask(one.admin, { scope, corpId: two.corpId })).body.orgs).toEqual([
    { orgId: two.orgId, name: '乙公司' },
    { orgId: one.orgId, name: '甲公司' },
  ])
  const exclusive = { scope, exclusiveLogin: 'true', exclusiveCorpId: two.corpId }
  expect((await ask(one.admin, exclusive)).body.orgs).toEqual([{ orgId: two.orgId, name: '乙公司' }])
  for (const [changes, more] of [
    [{ scope }, {}],
    [exclusive, { orgId: one.orgId }],
    [{ scope }, { orgId: (await world.orgWithAdmin()).orgId }],
  ] as const)
    expect((await decide(one.admin, 'allow', changes, more)).body.code).toBe('web-sign-in.org')
  const back = new URL((await decide(one.admin, 'allow', { scope }, { orgId: two.orgId })).body.redirectTo)
  expect((await exchange(back.searchParams.get('code'))).body.corpId).toBe(two.corpId)
})

it('S-20: a person sees what he allows an app and takes it back; its tokens and codes are worth nothing then', async () => {
  const org = await world.orgWithAdmin()
  const { agentId } = (
    await org.admin.call('POST', `/orgs/${org.orgId}/apps`, {
      suiteId: world.suite.suiteId,
      acceptTerms: true,
      scope: { kind: 'all' },
    })
  ).body
  const allow = async () =>
    (
      await org.admin.call('POST', `/orgs/${org.orgId}/apps/${agentId}/personal-consents`, {
        scopes: ['Contact.User.Read'],
      })
    ).body.code as string
  const list = async (person = org.admin) => (await person.call('GET', '/me/personal-consents')).body.items
  expect(await list()).toEqual([])
  const inOrg = (await exchange(await allow())).body
  const onTheWeb = new URL((await decide(org.admin, 'allow')).body.redirectTo).searchParams.get('code')
  const web = (await exchange(onTheWeb)).body
  const shown = await list()
  expect(shown).toHaveLength(2)
  expect(shown).toContainEqual(
    expect.objectContaining({
      name: '智能填表',
      org: { orgId: org.orgId, name: '河南测试有限公司' },
      scopes: ['Contact.User.Read'],
    }),
  )
  expect(shown).toContainEqual(
    expect.objectContaining({ org: null, scopes: ['Contact.User.Read', 'Contact.User.mobile'] }),
  )
  const pending = await allow()
  const end = (body: object, person = org.admin) => person.call('POST', '/me/personal-consents/end', body)
  const { suiteId } = world.suite
  const stranger = await world.person()
  expect((await end({ suiteId, orgId: org.orgId }, stranger)).status).toBe(404)
  expect(await list(stranger)).toEqual([])
  expect((await end({ suiteId, orgId: org.orgId })).body).toEqual({ done: true })
  const me = async (token: string) => (await world.openapi('GET', '/v1.0/contact/users/me', { token })).status
  expect([await me(inOrg.accessToken), await me(web.accessToken)]).toEqual([400, 200])
  expect((await exchange(pending)).status).toBe(400)
  const renewal = await world.openapi('POST', '/v1.0/oauth2/userAccessToken', {
    body: {
      clientId: world.suite.suiteKey,
      clientSecret: world.suite.suiteSecret,
      refreshToken: inOrg.refreshToken,
      grantType: 'refresh_token',
    },
  })
  expect(renewal.status).toBe(400)
  expect(await list()).toHaveLength(1)
  expect((await end({ suiteId, orgId: null })).body).toEqual({ done: true })
  expect(await list()).toEqual([])
})

it('Z-23: an admin opens the app’s back end with a code of his own, redeemed by the ISV’s own token', async () => {
  const org = await world.orgWithAdmin()
  const { agentId } = (
    await org.admin.call('POST', `/orgs/${org.orgId}/apps`, {
      suiteId: world.suite.suiteId,
      acceptTerms: true,
      scope: { kind: 'all' },
    })
  ).body
  expect((await org.admin.call('GET', `/orgs/${org.orgId}/apps`)).body.items).toMatchObject([
    { hasAdminPage: true },
  ])
  const open = async () =>
    new URL((await org.admin.call('POST', `/orgs/${org.orgId}/apps/${agentId}/admin-page`)).body.url)
  const url = await open()
  expect([url.pathname, url.searchParams.get('from')]).toEqual(['/isv-admin', 'workplace'])
  const code = url.searchParams.get('code') ?? ''

  const sso = (corpsecret: string, corpid = isvCorpId) =>
    world.oapi('/sso/gettoken', { query: { corpid, corpsecret }, get: true })
  expect(await sso('wrong')).toMatchObject({ errcode: 40089 })
  expect(await sso(world.suite.ssoSecret, 'dingother')).toMatchObject({ errcode: 40089 })
  const { access_token } = await sso(world.suite.ssoSecret)
  const who = (given: string, token = String(access_token)) =>
    world.oapi('/sso/getuserinfo', { query: { access_token: token, code: given }, get: true })
  const appCode = await org.admin.call('POST', `/orgs/${org.orgId}/apps/${agentId}/auth-codes`)
  expect(await who(appCode.body.code)).toMatchObject({ errcode: 41007 })
  expect(await who(code, await world.corpToken(org.corpId))).toMatchObject({ errcode: 40014 })
  expect(await who(code)).toMatchObject({
    errcode: 0,
    is_sys: true,
    user_info: { userid: org.userid, name: '王管理' },
    corp_info: { corpid: org.corpId },
  })
  expect(await who(code)).toMatchObject({ errcode: 41007 })

  const fresh = await world.openapi('POST', '/v1.0/oauth2/ssoAccessToken', {
    body: { corpid: isvCorpId, ssoSecret: world.suite.ssoSecret },
  })
  const again = (await open()).searchParams.get('code') ?? ''
  expect(
    (await world.openapi('GET', `/v1.0/oauth2/ssoUserInfo?code=${again}`, { token: fresh.body.accessToken }))
      .body,
  ).toMatchObject({ userId: org.userid, corpId: org.corpId, isAdmin: true })
  expect(
    (await world.openapi('GET', '/v1.0/oauth2/ssoUserInfo?code=none', { token: fresh.body.accessToken })).body
      .code,
  ).toBe('invalidCode')
  const late = (await open()).searchParams.get('code') ?? ''
  world.clock.advance(301_000)
  expect(await who(late)).toMatchObject({ errcode: 41007 })

  const phone = newPhone()
  await org.admin.call('POST', `/orgs/${org.orgId}/members`, {
    name: '员工',
    phone,
    departments: [{ deptId: 1 }],
  })
  const plain = await world.person('员工', phone)
  expect((await plain.call('POST', `/orgs/${org.orgId}/apps/${agentId}/admin-page`)).status).toBe(403)
})
