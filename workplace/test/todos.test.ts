import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually, newPhone, newWorld, type Json, type Person, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await newWorld()
  await world.startPushes()
  await eventually(
    async () => (await world.db.one<{ ticket: string | null }>(sql`select ticket from suites`))?.ticket,
  )
})
afterAll(() => world.close())

async function installed() {
  const org = await world.orgWithAdmin()
  const app = await org.admin.call('POST', `/orgs/${org.orgId}/apps`, {
    suiteId: world.suite.suiteId,
    acceptTerms: true,
    scope: { kind: 'all' },
  })
  return { ...org, agentId: Number(app.body.agentId), token: await world.corpToken(org.corpId) }
}
type Org = Awaited<ReturnType<typeof installed>>

async function colleague(org: Org, name: string): Promise<Person & { userid: string }> {
  const phone = newPhone()
  const member = await org.admin.call('POST', `/orgs/${org.orgId}/members`, {
    name,
    phone,
    departments: [{ deptId: 1 }],
  })
  return { ...(await world.person(name, phone)), userid: member.body.userid }
}

const unionIdOf = async (org: Org, userid: string): Promise<string> => {
  const answer = await world.oapi('/topapi/v2/user/get', {
    query: { access_token: org.token },
    body: { userid },
  })
  return (answer['result'] as Json).unionid
}

/** The person's own token, as openAuth and userAccessToken give it. */
async function personalToken(org: Org, person: Person, scopes = ['Todo.Todo.Write', 'Contact.User.Read']) {
  const { body } = await person.call('POST', `/orgs/${org.orgId}/apps/${org.agentId}/personal-consents`, {
    scopes,
  })
  return exchange({ code: body.code, grantType: 'authorization_code' })
}

const exchange = (body: object) =>
  world.openapi('POST', '/v1.0/oauth2/userAccessToken', {
    body: { clientId: world.suite.suiteKey, clientSecret: world.suite.suiteSecret, ...body },
  })

const detailUrl = { appUrl: 'https://isv.example.test/m', pcUrl: 'https://isv.example.test/pc' }

it('Z-08: an app makes a to-do with the person’s own token; its executors see it, do it and take it back', async () => {
  const org = await installed()
  const [first, second] = [await colleague(org, '李一'), await colleague(org, '李二')]
  const [maker, one, two] = await Promise.all(
    [org.userid, first.userid, second.userid].map((userid) => unionIdOf(org, userid)),
  )
  const personal = (await personalToken(org, org.admin)).body
  expect(personal).toMatchObject({ corpId: org.corpId, expireIn: 7200 })
  const path = `/v1.0/todo/users/${maker}/tasks`
  const made = await world.openapi('POST', `${path}?operatorId=${maker}`, {
    token: personal.accessToken,
    body: {
      sourceId: 'form-1',
      subject: '请审核 11 月 29 日的填报',
      executorIds: [one, two],
      dueTime: world.clock.now().getTime() + 3600_000,
      detailUrl,
      priority: 40,
      contentFieldList: [{ fieldKey: '部门', fieldValue: '一车间' }],
    },
  })
  expect(made).toMatchObject({
    status: 200,
    body: {
      subject: '请审核 11 月 29 日的填报',
      done: false,
      creatorId: maker,
      sourceId: 'form-1',
      detailUrl,
    },
  })
  expect([...made.body.executorIds].sort()).toEqual([one, two].sort())

  const mine = (await first.call('GET', '/todos')).body.items
  expect(mine).toMatchObject([
    {
      id: made.body.id,
      subject: '请审核 11 月 29 日的填报',
      priority: 40,
      isDone: false,
      canFinish: true,
      executorCount: 2,
      doneCount: 0,
      app: { agentId: org.agentId, name: '智能填表' },
      creatorName: '王管理',
      fields: [{ key: '部门', value: '一车间' }],
      ...detailUrl,
    },
  ])
  expect((await org.admin.call('GET', '/todos')).body.items).toEqual([])
  expect((await org.admin.call('GET', '/todos?role=creator')).body.items).toHaveLength(1)
  expect((await first.call('GET', '/todos/count')).body).toEqual({ open: 1, overdue: 0 })

  const done = (person: Person, isDone: boolean) =>
    person.call('PUT', `/orgs/${org.orgId}/todos/${made.body.id}/done`, { isDone })
  expect((await done(first, true)).body).toMatchObject({ isDone: true, doneCount: 1 })
  expect((await first.call('GET', '/todos')).body.items).toEqual([])
  expect((await first.call('GET', '/todos?box=done')).body.items).toMatchObject([{ isDone: true }])
  const task = () => world.openapi('GET', `${path}/${made.body.id}`, { token: org.token })
  expect((await task()).body).toMatchObject({ done: false })
  expect((await done(second, true)).body.doneCount).toBe(2)
  expect((await task()).body).toMatchObject({ done: true, finishTime: expect.any(Number) as number })
  expect((await done(second, false)).body).toMatchObject({ isDone: false })
  expect((await task()).body.done).toBe(false)
  expect((await done(org.admin, true)).status).toBe(404)
})

it('Z-21: with the app’s token a to-do is changed, asked for and deleted, by its own app only', async () => {
  const org = await installed()
  const friend = await colleague(org, '张三')
  const [maker, other] = [await unionIdOf(org, org.userid), await unionIdOf(org, friend.userid)]
  const { accessToken } = (await personalToken(org, org.admin)).body
  const path = `/v1.0/todo/users/${maker}/tasks`
  const make = (body: object, token = accessToken) =>
    world.openapi('POST', path, {
      token,
      body: { subject: '上报', detailUrl, executorIds: [other], ...body },
    })
  const { id } = (await make({ sourceId: 's-1' })).body
  // Another person's id in the path, the app's token, a source id used before, no page to open, nobody known.
  expect((await make({}, org.token)).body.code).toBe('Forbidden.AccessDenied.AccessTokenPermissionDenied')
  expect((await make({}, 'nonsense')).body.code).toBe('InvalidAuthentication')
  for (const bad of [
    { sourceId: 's-1' },
    { detailUrl: null },
    { detailUrl: { appUrl: 'javascript:alert(1)' } },
    { executorIds: ['nobody'] },
    { subject: '长'.repeat(1025) },
    { subject: '' },
    { priority: 5 },
    { creatorId: other },
    { dueTime: 'soon' },
  ])
    expect((await make(bad)).status, JSON.stringify(bad)).toBe(400)
  expect(
    (
      await world.openapi('POST', `/v1.0/todo/users/${other}/tasks`, {
        token: accessToken,
        body: { subject: 'x', detailUrl },
      })
    ).status,
  ).toBe(400)

  const api = (method: 'GET' | 'PUT' | 'DELETE', rest: string, body?: object) =>
    world.openapi(method, `${path}/${rest}`, { token: org.token, body })
  expect((await api('PUT', id, { subject: '改过的', executorIds: [maker, other] })).body).toEqual({
    result: true,
  })
  expect((await friend.call('GET', '/todos')).body.items).toMatchObject([
    { subject: '改过的', executorCount: 2 },
  ])
  expect(
    (await api('PUT', `${id}/executorStatus`, { executorStatusList: [{ id: other, isDone: true }] })).body,
  ).toEqual({ result: true })
  expect((await friend.call('GET', '/todos')).body.items).toEqual([])
  expect((await org.admin.call('GET', '/todos')).body.items).toMatchObject([{ doneCount: 1 }])
  expect((await api('PUT', id, { done: true })).body).toEqual({ result: true })
  expect((await api('GET', 'sources/s-1')).body).toMatchObject({ id, done: true })

  for (let n = 0; n < 60; n += 1) await make({ subject: `第 ${n} 件` })
  const ask = (body: object) =>
    world.openapi('POST', `/v1.0/todo/users/${other}/org/tasks/query`, { token: org.token, body })
  const page = (await ask({ isDone: false })).body
  expect(page.todoCards).toHaveLength(50)
  expect(page.todoCards[0]).toMatchObject({ subject: '第 59 件', isDone: false, creatorId: maker })
  const rest = (await ask({ isDone: false, nextToken: page.nextToken })).body
  expect([rest.todoCards.length, rest.nextToken]).toEqual([10, undefined])
  expect((await ask({ isDone: true })).body.todoCards).toMatchObject([{ taskId: id }])
  expect((await ask({ roleTypes: [['creator']] })).body.todoCards).toEqual([])
  expect((await ask({ roleTypes: [['king']] })).status).toBe(400)

  const stranger = await installed()
  const foreign = await unionIdOf(stranger, stranger.userid)
  expect(
    (await world.openapi('GET', `/v1.0/todo/users/${foreign}/tasks/${id}`, { token: stranger.token })).status,
  ).toBe(404)
  expect((await stranger.admin.call('GET', `/orgs/${org.orgId}/todos/${id}`)).status).toBe(404)
  expect((await api('DELETE', id)).body).toMatchObject({ result: true })
  expect((await api('GET', id)).status).toBe(404)
})

it('Z-08: the list is paged over all orgs, what is due first comes first', async () => {
  const [here, there] = [await world.orgWithAdmin(), await world.orgWithAdmin('第二家公司')]
  const invite = await there.admin.call('GET', `/orgs/${there.orgId}/invite`)
  await here.admin.call('POST', `/join-codes/${invite.body.code}`, {})
  const add = async (orgId: string, subject: string, minutes?: number) =>
    (
      await here.admin.call('POST', `/orgs/${orgId}/todos`, {
        subject,
        ...(minutes === undefined
          ? {}
          : { dueAt: new Date(world.clock.now().getTime() + minutes * 60_000).toISOString() }),
      })
    ).body
  await add(here.orgId, '无期限一')
  await add(there.orgId, '后天', 2880)
  await add(here.orgId, '今天', 30)
  await add(there.orgId, '无期限二')
  await add(here.orgId, '逾期', -10)
  const subjects: string[] = []
  let cursor = ''
  for (let turn = 0; turn < 5; turn += 1) {
    const { body } = await here.admin.call('GET', `/todos?limit=2${cursor}`)
    subjects.push(...body.items.map((item: Json) => item.subject))
    if (body.next === null) break
    cursor = `&cursor=${body.next}`
  }
  expect(subjects).toEqual(['逾期', '今天', '后天', '无期限二', '无期限一'])
  expect((await here.admin.call('GET', '/todos/count')).body).toEqual({ open: 5, overdue: 1 })
  expect((await here.admin.call('GET', `/todos?orgId=${there.orgId}`)).body.items).toHaveLength(2)
  expect((await here.admin.call('GET', '/todos?cursor=bm9uc2Vuc2U')).body.code).toBe('request.invalid')
  expect((await here.admin.call('POST', `/orgs/${here.orgId}/todos`, { subject: '  ' })).body.code).toBe(
    'request.invalid',
  )
  const shared = await here.admin.call('POST', `/orgs/${there.orgId}/todos`, {
    subject: '请协助',
    executors: [there.userid],
  })
  expect(shared.body).toMatchObject({ canFinish: false, canDelete: true, executorCount: 1 })
  const executors = await here.admin.call('GET', `/orgs/${there.orgId}/todos/${shared.body.id}/executors`)
  expect(executors.body.items).toEqual([{ userid: there.userid, name: '王管理', doneAt: null }])
  expect((await there.admin.call('DELETE', `/orgs/${there.orgId}/todos/${shared.body.id}`)).status).toBe(404)
  expect((await here.admin.call('DELETE', `/orgs/${there.orgId}/todos/${shared.body.id}`)).body).toEqual({
    done: true,
  })
})

it('Z-08: a to-do is told to its executors as it happens, and to nobody else', async () => {
  const org = await installed()
  const [doer, bystander] = [await colleague(org, '执行人'), await colleague(org, '旁观者')]
  const url = await world.app.listen({ port: 0, host: '127.0.0.1' })
  const listen = async (person: Person) => {
    const stream = await fetch(`${url}/client-api/events`, {
      headers: { authorization: `Bearer ${person.token}` },
    })
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
    const heard = { text: '', close: () => reader?.cancel() }
    const read = async () => {
      for (;;) {
        const part = await reader?.read()
        if (!part || part.done) return
        heard.text += part.value
      }
    }
    void read()
    await eventually(() => heard.text.includes('"hello"'))
    return heard
  }
  const [doerHears, bystanderHears, makerHears] = [
    await listen(doer),
    await listen(bystander),
    await listen(org.admin),
  ]
  const made = await org.admin.call('POST', `/orgs/${org.orgId}/todos`, {
    subject: '盘点口罩',
    executors: [doer.userid],
  })
  await eventually(() => doerHears.text.includes(`"todoId":"${made.body.id}"`))
  await bystander.call('PATCH', '/me', { name: '旁观者甲' })
  await org.admin.call('PATCH', '/me', { name: '王管理' })
  await eventually(() => bystanderHears.text.includes('"account"') && makerHears.text.includes('"account"'))
  expect(bystanderHears.text + makerHears.text).not.toContain('"todo"')
  for (const heard of [doerHears, bystanderHears, makerHears]) await heard.close()
})

it('Z-23: a personal code is used once, a token renewed once, and a person is told of no more than he allowed', async () => {
  const org = await installed()
  const consent = `/orgs/${org.orgId}/apps/${org.agentId}/personal-consents`
  const { code } = (await org.admin.call('POST', consent, { scopes: ['Contact.User.Read'] })).body
  const { body: tokens } = await exchange({ code, grantType: 'authorization_code' })
  expect((await exchange({ code, grantType: 'authorization_code' })).body.code).toBe(
    'invalidParameter.authCode.notFound',
  )
  const me = (token: string, who = 'me') => world.openapi('GET', `/v1.0/contact/users/${who}`, { token })
  const about = (await me(tokens.accessToken)).body
  expect(about).toMatchObject({ nick: '王管理', unionId: await unionIdOf(org, org.userid) })
  expect(about).not.toHaveProperty('mobile')
  expect((await me(tokens.accessToken, about.unionId)).status).toBe(200)
  expect((await me(tokens.accessToken, 'somebody')).status).toBe(403)
  expect((await me(org.token)).body.code).toBe('Forbidden.AccessDenied.AccessTokenPermissionDenied')

  const renewed = (await exchange({ refreshToken: tokens.refreshToken, grantType: 'refresh_token' })).body
  expect(renewed.accessToken).not.toBe(tokens.accessToken)
  expect((await exchange({ refreshToken: tokens.refreshToken, grantType: 'refresh_token' })).status).toBe(400)
  expect((await me(tokens.accessToken)).body.code).toBe('InvalidAuthentication')
  const wide = (await personalToken(org, org.admin, ['Contact.User.Read', 'Contact.User.mobile'])).body
  expect((await me(wide.accessToken)).body).toMatchObject({
    mobile: org.admin.phone.replace(/^(...)....(....)$/, '$1****$2'),
    stateCode: '86',
  })
  expect(
    (
      await world.openapi('POST', `/v1.0/todo/users/${about.unionId}/tasks`, {
        token: wide.accessToken,
        body: { subject: 'x', detailUrl },
      })
    ).status,
  ).toBe(403)
  expect((await exchange({ code: 'x', grantType: 'password' })).status).toBe(400)
  expect((await exchange({ code: 'x', clientSecret: 'wrong' })).body.code).toBe('invalidClientIdOrSecret')

  const { code: late } = (await org.admin.call('POST', consent, { scopes: ['Contact.User.Read'] })).body
  world.clock.advance(301_000)
  expect((await exchange({ code: late, grantType: 'authorization_code' })).status).toBe(400)
  world.clock.advance(7200_000)
  expect((await me(renewed.accessToken)).body.code).toBe('InvalidAuthentication')
  expect((await exchange({ refreshToken: renewed.refreshToken, grantType: 'refresh_token' })).status).toBe(
    200,
  )
  // Without the app nothing it was allowed holds.
  await org.admin.call('DELETE', `/orgs/${org.orgId}/apps/${org.agentId}`)
  expect((await me(wide.accessToken)).body.code).toBe('InvalidAuthentication')
})
