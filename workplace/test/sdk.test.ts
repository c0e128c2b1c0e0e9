import Contact, * as contact from '@alicloud/dingtalk/dist/contact_1_0/client.js'
import * as oauth from '@alicloud/dingtalk/dist/oauth2_1_0/client.js'
import * as robot from '@alicloud/dingtalk/dist/robot_1_0/client.js'
import * as todo from '@alicloud/dingtalk/dist/todo_1_0/client.js'
import { Config } from '@alicloud/openapi-client'
import { RuntimeOptions } from '@alicloud/tea-util'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually, newWorld, type World } from './world.ts'

/* DingTalk's own SDK, as it comes from npm, with the workplace as its endpoint and nothing else changed. */
let world: World
let config: Config
let org: Awaited<ReturnType<World['orgWithAdmin']>> & { agentId: number }
const runtime = new RuntimeOptions({ connectTimeout: 5000, readTimeout: 10_000, autoretry: false })

beforeAll(async () => {
  world = await newWorld({ suite: { ssoSecret: 'sdkssosecret0001' } })
  await world.startPushes()
  await eventually(ticket)
  const url = await world.app.listen({ port: 0, host: '127.0.0.1' })
  config = new Config({ protocol: 'http', endpoint: `${url.replace('http://', '')}/openapi` })
  const made = await world.orgWithAdmin()
  const scope = { suiteId: world.suite.suiteId, acceptTerms: true, scope: { kind: 'all' } }
  const app = await made.admin.call('POST', `/orgs/${made.orgId}/apps`, scope)
  org = { ...made, agentId: Number(app.body.agentId) }
}, 60_000)
afterAll(() => world.close())

const ticket = async (): Promise<string | undefined> =>
  (await world.db.one<{ ticket: string | null }>(sql`select ticket from suites`))?.ticket ?? undefined

const suiteTokenRequest = async (change: object = {}) =>
  new oauth.GetSuiteAccessTokenRequest({
    suiteKey: world.suite.suiteKey,
    suiteSecret: world.suite.suiteSecret,
    suiteTicket: await ticket(),
    ...change,
  })

async function corpToken(): Promise<string> {
  const { suiteKey, suiteSecret } = world.suite
  const answer = await new oauth.default(config).getCorpAccessToken(
    new oauth.GetCorpAccessTokenRequest({
      suiteKey,
      suiteSecret,
      authCorpId: org.corpId,
      suiteTicket: await ticket(),
    }),
  )
  expect(answer.statusCode).toBe(200)
  expect(answer.body).toMatchObject({ accessToken: expect.any(String), expireIn: 7200 })
  return answer.body?.accessToken ?? ''
}

describe('Z-21: @alicloud/dingtalk, oauth2', () => {
  it('gets suite tokens, corp tokens old and new, and a jsapi ticket', async () => {
    const client = new oauth.default(config)
    const suite = await client.getSuiteAccessToken(await suiteTokenRequest())
    expect(suite.body).toMatchObject({ accessToken: expect.any(String), expireIn: 7200 })

    const newest = await client.getToken(
      org.corpId,
      new oauth.GetTokenRequest({
        clientId: world.suite.suiteKey,
        clientSecret: world.suite.suiteSecret,
        grantType: 'client_credentials',
      }),
    )
    expect(newest.body).toMatchObject({ accessToken: expect.any(String), expiresIn: 7200 })

    const headers = new oauth.CreateJsapiTicketHeaders({ xAcsDingtalkAccessToken: await corpToken() })
    const jsapi = await client.createJsapiTicketWithOptions(headers, runtime)
    expect(jsapi.body).toMatchObject({ jsapiTicket: expect.any(String), expireIn: 7200 })
  })

  it('reads what the organisation authorised, every field of the SDK’s own classes', async () => {
    const client = new oauth.default(config)
    const suite = await client.getSuiteAccessToken(await suiteTokenRequest())
    const headers = new oauth.GetAuthInfoHeaders({ xAcsDingtalkAccessToken: suite.body?.accessToken })
    const request = new oauth.GetAuthInfoRequest({ authCorpId: org.corpId })
    const { body } = await client.getAuthInfoWithOptions(request, headers, runtime)
    expect(body?.authCorpInfo).toMatchObject({
      corpName: '河南测试有限公司',
      authLevel: 0,
    })
    expect(body?.authUserInfo?.userId).toBe(org.userid)
    expect(body?.authAppInfo?.agentList?.[0]).toMatchObject({ agentId: org.agentId, adminList: [org.userid] })
    expect(unset(body?.authCorpInfo)).toEqual([])
    expect(unset(body?.authAppInfo?.agentList?.[0])).toEqual([])
  })

  it('understands the refusals: code, status and request id', async () => {
    const client = new oauth.default(config)
    const refused = client.getSuiteAccessToken(await suiteTokenRequest({ suiteTicket: 'no-such-ticket' }))
    await expect(refused).rejects.toMatchObject({
      code: 'invalidSuiteTicket',
      message: expect.stringMatching(/code: 400, .* request id: \S+/),
    })
    const headers = new oauth.CreateJsapiTicketHeaders({ xAcsDingtalkAccessToken: 'no-such-token' })
    await expect(client.createJsapiTicketWithOptions(headers, runtime)).rejects.toMatchObject({
      code: 'InvalidAuthentication',
    })
  })

  it('lets an admin into the back end of the app by SSO', async () => {
    const client = new oauth.default(config)
    const corpid = 'dingisv0000000000000000000000000'
    const request = new oauth.GetSsoAccessTokenRequest({ corpid, ssoSecret: 'sdkssosecret0001' })
    const { body } = await client.getSsoAccessToken(request)
    expect(body).toMatchObject({ accessToken: expect.any(String), expireIn: 7200 })
    const headers = new oauth.GetSsoUserInfoHeaders({ xAcsDingtalkAccessToken: body?.accessToken })
    const unknown = new oauth.GetSsoUserInfoRequest({ code: 'no-such-code' })
    await expect(client.getSsoUserInfoWithOptions(unknown, headers, runtime)).rejects.toHaveProperty('code')
  })
})

describe('Z-08: @alicloud/dingtalk, the person and his to-dos', () => {
  async function personalToken(): Promise<string> {
    const path = `/orgs/${org.orgId}/apps/${org.agentId}/personal-consents`
    const scopes = ['Todo.Todo.Write', 'Contact.User.Read', 'Contact.User.mobile']
    const { code } = (await org.admin.call('POST', path, { scopes })).body
    const request = new oauth.GetUserTokenRequest({
      clientId: world.suite.suiteKey,
      clientSecret: world.suite.suiteSecret,
      code,
      grantType: 'authorization_code',
    })
    const { body } = await new oauth.default(config).getUserToken(request)
    expect(body).toMatchObject({ corpId: org.corpId, expireIn: 7200, refreshToken: expect.any(String) })
    return body?.accessToken ?? ''
  }

  async function me(token: string) {
    const headers = new contact.GetUserHeaders({ xAcsDingtalkAccessToken: token })
    return (await new Contact(config).getUserWithOptions('me', headers, runtime)).body
  }

  it('reads the person of a personal token, the phone masked', async () => {
    expect(await me(await personalToken())).toMatchObject({
      nick: '王管理',
      unionId: expect.any(String),
      openId: expect.any(String),
      mobile: `${org.admin.phone.slice(0, 3)}****${org.admin.phone.slice(-4)}`,
      stateCode: '86',
    })
  })

  it('makes a to-do, reads it, changes it, does it and removes it', async () => {
    const client = new todo.default(config)
    const personal = await personalToken()
    const unionId = (await me(personal))?.unionId ?? ''
    const url = 'https://isv.example.com/m/forms/'
    const request = new todo.CreateTodoTaskRequest({
      operatorId: unionId,
      sourceId: 'sdk-1',
      subject: '审核今天的填报',
      creatorId: unionId,
      executorIds: [unionId],
      detailUrl: new todo.CreateTodoTaskRequestDetailUrl({ appUrl: url, pcUrl: url }),
      priority: 20,
    })
    const headers = new todo.CreateTodoTaskHeaders({ xAcsDingtalkAccessToken: personal })
    const { body: made } = await client.createTodoTaskWithOptions(unionId, request, headers, runtime)
    expect(made).toMatchObject({ id: expect.any(String), subject: '审核今天的填报', done: false })
    const id = made?.id ?? ''

    const token = { xAcsDingtalkAccessToken: await corpToken() }
    const read = async () =>
      (await client.getTodoTaskWithOptions(unionId, id, new todo.GetTodoTaskHeaders(token), runtime)).body
    const change = new todo.UpdateTodoTaskRequest({
      operatorId: unionId,
      subject: '审核今天和昨天的填报',
      done: true,
    })
    await client.updateTodoTaskWithOptions(
      unionId,
      id,
      change,
      new todo.UpdateTodoTaskHeaders(token),
      runtime,
    )
    expect(await read()).toMatchObject({ subject: '审核今天和昨天的填报', done: true, sourceId: 'sdk-1' })

    const removal = new todo.DeleteTodoTaskRequest({ operatorId: unionId })
    const gone = await client.deleteTodoTaskWithOptions(
      unionId,
      id,
      removal,
      new todo.DeleteTodoTaskHeaders(token),
      runtime,
    )
    expect(gone.body?.result).toBe(true)
    await expect(read()).rejects.toHaveProperty('code', 'todo.task.notFound')
  })
})

describe('Z-22, Z-33: @alicloud/dingtalk, words and robots', () => {
  it('searches people and departments by words', async () => {
    const client = new Contact(config)
    const token = { xAcsDingtalkAccessToken: await corpToken() }
    const users = await client.searchUserWithOptions(
      new contact.SearchUserRequest({ queryWord: '王管', offset: 0, size: 10 }),
      new contact.SearchUserHeaders(token),
      runtime,
    )
    expect(users.body).toMatchObject({ hasMore: false, totalCount: 1, list: [org.userid] })
    const departments = await client.searchDepartmentWithOptions(
      new contact.SearchDepartmentRequest({ queryWord: '没有的部门', offset: 0, size: 10 }),
      new contact.SearchDepartmentHeaders(token),
      runtime,
    )
    expect(departments.body).toMatchObject({ hasMore: false, list: [] })
  })

  it('lets a robot speak, tells who has read it, and takes it back', async () => {
    const client = new robot.default(config)
    const token = { xAcsDingtalkAccessToken: await corpToken() }
    const robotCode = world.suite.suiteKey
    const sent = await client.batchSendOTOWithOptions(
      new robot.BatchSendOTORequest({
        robotCode,
        userIds: [org.userid],
        msgKey: 'sampleText',
        msgParam: JSON.stringify({ content: '请填写今天的表' }),
      }),
      new robot.BatchSendOTOHeaders(token),
      runtime,
    )
    expect(sent.body).toMatchObject({ processQueryKey: expect.any(String), invalidStaffIdList: [] })
    const processQueryKey = sent.body?.processQueryKey ?? ''
    const read = await client.batchOTOQueryWithOptions(
      new robot.BatchOTOQueryRequest({ robotCode, processQueryKey }),
      new robot.BatchOTOQueryHeaders(token),
      runtime,
    )
    expect(read.body?.messageReadInfoList).toMatchObject([{ userId: org.userid, readStatus: 'UNREAD' }])
    const recalled = await client.batchRecallOTOWithOptions(
      new robot.BatchRecallOTORequest({ robotCode, processQueryKeys: [processQueryKey] }),
      new robot.BatchRecallOTOHeaders(token),
      runtime,
    )
    expect(recalled.body?.successResult).toEqual([processQueryKey])
  })
})

/** Fields the SDK's class knows and the answer left out. */
function unset(model: object | undefined): string[] {
  if (!model) return ['all']
  return Object.entries(model).flatMap(([name, value]) => (value === undefined ? [name] : []))
}
