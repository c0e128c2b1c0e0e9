import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { signPage, signSuiteCall } from '../api/crypto/signatures.ts'
import { bizItems, eventually, newPhone, newWorld, type Json, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await newWorld({ limits: { dailyMessagesPerPerson: 3, recipientsPerMinute: 1000 } })
  await world.startPushes()
})
afterAll(() => world.close())

const ticketOf = async () =>
  (await world.db.one<{ ticket: string }>(sql`select ticket from suites`))?.ticket ?? ''

async function installed(scope: object = { kind: 'all' }) {
  const org = await world.orgWithAdmin()
  const { suiteId } = world.suite
  const app = await org.admin.call('POST', `/orgs/${org.orgId}/apps`, { suiteId, acceptTerms: true, scope })
  expect(app.status).toBe(200)
  return { ...org, agentId: Number(app.body.agentId), token: await world.corpToken(org.corpId) }
}

const addMember = async (org: { admin: Json; orgId: string }, name: string, deptId = 1) =>
  (
    await org.admin.call('POST', `/orgs/${org.orgId}/members`, {
      name,
      phone: newPhone(),
      departments: [{ deptId }],
    })
  ).body.userid as string

it('Z-20: the URL is checked first, then the ticket comes, anew every five hours', async () => {
  await eventually(() => bizItems(world.isv).some((item) => item.biz_type === 2))
  expect(world.isv.received[0]).toEqual({ EventType: 'check_url' })
  const first = bizItems(world.isv).find((item) => item.biz_type === 2)
  expect(first).toMatchObject({
    biz_id: '1489999001',
    data: { syncAction: 'suite_ticket', suiteTicket: await ticketOf() },
  })
  const old = await ticketOf()
  world.clock.advance(5 * 3600_000)
  await eventually(async () => (await ticketOf()) !== old)
  await eventually(async () => bizItems(world.isv).at(-1)?.data.suiteTicket === (await ticketOf()))
  const { suiteKey: suite_key, suiteSecret: suite_secret } = world.suite
  expect(
    await world.oapi('/service/get_suite_token', { body: { suite_key, suite_secret, suite_ticket: old } }),
  ).toMatchObject({ errcode: 40085 })
  expect(
    await world.oapi('/service/get_suite_token', {
      body: { suite_key, suite_secret, suite_ticket: await ticketOf() },
    }),
  ).toMatchObject({ errcode: 0, expires_in: 7200 })
})

it('Z-09: install, change of scope, stop, restore and removal each push what the platform says', async () => {
  const { admin, orgId, corpId, agentId } = await installed()
  const mine = () => bizItems(world.isv).filter((item) => item.corp_id === corpId)
  const action = (name: string) => eventually(() => mine().find((item) => item.data.syncAction === name))
  const auth = await action('org_suite_auth')
  expect(auth).toMatchObject({
    biz_type: 4,
    data: {
      auth_corp_info: { corpid: corpId },
      auth_scope: { auth_org_scopes: { authed_dept: [1] } },
      auth_info: { agent: [{ agentid: agentId, appid: 45678 }] },
    },
  })
  expect((await admin.call('GET', `/suites/1489999001/install-page`)).body.targets).toMatchObject([
    { orgId, isAuthorised: true, canInstall: true },
  ])
  expect(
    (
      await admin.call('POST', `/orgs/${orgId}/apps`, {
        suiteId: '1489999001',
        acceptTerms: true,
        scope: { kind: 'all' },
      })
    ).body.code,
  ).toBe('app.already-installed')
  await admin.call('PUT', `/orgs/${orgId}/apps/${agentId}/scope`, { kind: 'admins' })
  await action('org_suite_change')
  await action('org_micro_app_scope_update')
  await admin.call('POST', `/orgs/${orgId}/apps/${agentId}/stop`)
  await action('org_micro_app_stop')
  expect((await admin.call('GET', `/orgs/${orgId}/workbench`)).body.items).toEqual([])
  await admin.call('POST', `/orgs/${orgId}/apps/${agentId}/restore`)
  await action('org_micro_app_restore')
  await admin.call('DELETE', `/orgs/${orgId}/apps/${agentId}`)
  await action('org_micro_app_remove')
  expect((await action('org_suite_relieve')).data).not.toHaveProperty('auth_corp_info')
})

it('Z-22: directory changes reach the app, without phone or e-mail', async () => {
  const org = await installed()
  const deptId = (
    await org.admin.call('POST', `/orgs/${org.orgId}/departments`, { name: '研发部', parentId: 1 })
  ).body.deptId
  const userid = await addMember(org, '赵六', deptId)
  const mine = (type: number, id: string) =>
    bizItems(world.isv).filter((i) => i.corp_id === org.corpId && i.biz_type === type && i.biz_id === id)
  const user = await eventually(() => mine(13, userid)[0])
  expect(user.data).toMatchObject({
    syncAction: 'user_add_org',
    name: '赵六',
    department: [deptId],
    isLeaderInDepts: `{${deptId}:false}`,
  })
  expect(JSON.stringify(user)).not.toMatch(/mobile|phone|email|(?<!\d)138\d{8}(?!\d)/)
  expect((await eventually(() => mine(14, String(deptId))[0])).data).toMatchObject({
    syncAction: 'org_dept_create',
    name: '研发部',
    parentid: 1,
  })
  await org.admin.call('DELETE', `/orgs/${org.orgId}/members/${userid}`)
  await eventually(() => mine(13, userid).some((item) => item.data.syncAction === 'user_leave_org'))
})

it('Z-04: an imported member’s first sign-in makes him active for the app', async () => {
  const org = await installed()
  const phone = newPhone()
  const member = await org.admin.call('POST', `/orgs/${org.orgId}/members`, {
    name: '新人',
    phone,
    departments: [{ deptId: 1 }],
  })
  await world.person('新人', phone)
  const active = await eventually(() =>
    bizItems(world.isv).find(
      (item) => item.biz_id === member.body.userid && item.data.syncAction === 'user_active_org',
    ),
  )
  expect(active.data.active).toBe(true)
})

it('Z-09: the install code is a picture, and reads back as the app', async () => {
  const png = await world.app.inject({ url: '/client-api/suites/1489999001/install-code.png?c=PROMO1' })
  expect([png.headers['content-type'], png.rawPayload.subarray(1, 4).toString()]).toEqual([
    'image/png',
    'PNG',
  ])
  const person = await world.person()
  const scanned = async (text: string) => (await person.call('POST', '/scans', { text })).body
  const install = { kind: 'install', suiteId: '1489999001', promoCode: 'PROMO1' }
  expect(await scanned('http://192.168.1.5:7100/install/1489999001?c=PROMO1')).toEqual(install)
  expect(await scanned('http://localhost:7100/install?app=1489999001&c=PROMO1')).toEqual(install)
  expect(await scanned('http://localhost:7100/join/abcd')).toEqual({ kind: 'join', code: 'abcd' })
  expect(await scanned('随便写的')).toEqual({ kind: 'text', text: '随便写的' })
})

it('Z-20: a push that fails is kept, repeated with pauses, and sent again on demand', async () => {
  world.isv.isDown = true
  const org = await installed()
  const list = async () =>
    (await world.app.inject({ url: '/client-api/operator/deliveries?state=pending' })).json<{
      items: Json[]
    }>().items
  const failing = await eventually(async () =>
    (await list()).find((row) => row.orgId === org.orgId && row.lastError),
  )
  expect(failing.lastError).toBe('HTTP 500')
  world.isv.isDown = false
  await world.app.inject({ method: 'POST', url: `/client-api/operator/deliveries/${failing.id}/push` })
  await eventually(() =>
    bizItems(world.isv).some(
      (item) => item.corp_id === org.corpId && item.data.syncAction === 'org_suite_auth',
    ),
  )
})

it('Z-21: corp tokens in both forms, and the shapes of refusal', async () => {
  const { corpId, token } = await installed()
  const ticket = await ticketOf()
  const timestamp = '1700000000000'
  const query = {
    accessKey: world.suite.suiteKey,
    timestamp,
    suiteTicket: ticket,
    signature: signSuiteCall(world.suite.suiteSecret, timestamp, ticket),
  }
  const again = await world.oapi('/service/get_corp_token', { query, body: { auth_corpid: corpId } })
  expect(again).toMatchObject({ errcode: 0, expires_in: 7200 })
  expect(again['access_token']).not.toBe(token)
  expect(
    await world.oapi('/service/get_corp_token', {
      query: { ...query, signature: 'bad' },
      body: { auth_corpid: corpId },
    }),
  ).toMatchObject({ errcode: 40088 })
  expect(
    await world.oapi('/service/get_auth_info', {
      query,
      body: { auth_corpid: corpId, suite_key: world.suite.suiteKey },
    }),
  ).toMatchObject({ errcode: 0, auth_corp_info: { corpid: corpId } })
  expect(
    await world.oapi('/topapi/v2/user/get', { query: { access_token: 'nonsense' }, body: { userid: 'x' } }),
  ).toMatchObject({ errcode: 88, sub_code: '40014' })
  expect(await world.oapi('/topapi/v2/user/get', { body: {} })).toMatchObject({
    errcode: 88,
    sub_code: '40000',
  })
  expect(await world.oapi('/auth/scopes', { query: { access_token: 'nonsense' }, get: true })).toMatchObject({
    errcode: 40014,
  })
  expect(await world.oapi('/topapi/no/such', { body: {} })).toMatchObject({ errcode: 22 })
  const api = await world.app.inject({
    method: 'POST',
    url: '/openapi/v1.0/oauth2/jsapiTickets',
    headers: { 'x-acs-dingtalk-access-token': 'x' },
  })
  expect([api.statusCode, api.json<{ code: string }>().code]).toEqual([400, 'InvalidAuthentication'])
  world.clock.advance(7201_000)
  expect(
    await world.oapi('/topapi/v2/user/get', { query: { access_token: token }, body: { userid: 'x' } }),
  ).toMatchObject({ errcode: 88, sub_code: '40014' })
})

it('Z-22: reads stay inside the scope', async () => {
  const org = await world.orgWithAdmin()
  const deptId = (await org.admin.call('POST', `/orgs/${org.orgId}/departments`, { name: '内', parentId: 1 }))
    .body.deptId
  const [inside, outside] = [await addMember(org, '内人', deptId), await addMember(org, '外人')]
  const app = await org.admin.call('POST', `/orgs/${org.orgId}/apps`, {
    suiteId: '1489999001',
    acceptTerms: true,
    scope: { kind: 'some', deptIds: [deptId] },
  })
  expect(app.status).toBe(200)
  const query = { access_token: await world.corpToken(org.corpId) }
  const user = await world.oapi('/topapi/v2/user/get', { query, body: { userid: inside } })
  expect(user).toMatchObject({ errcode: 0, result: { name: '内人', dept_id_list: [deptId] } })
  for (const field of ['mobile', 'email', 'org_email', 'telephone', 'remark', 'hired_date', 'extension'])
    expect(user['result']).not.toHaveProperty(field)
  expect(await world.oapi('/topapi/v2/user/get', { query, body: { userid: outside } })).toMatchObject({
    errcode: 50002,
  })
  expect(await world.oapi('/topapi/v2/user/list', { query, body: { dept_id: 1 } })).toMatchObject({
    errcode: 50004,
  })
  expect(
    await world.oapi('/topapi/v2/user/list', { query, body: { dept_id: deptId, cursor: 0, size: 10 } }),
  ).toMatchObject({ result: { has_more: false, list: [{ userid: inside }] } })
  expect(
    await world.oapi('/topapi/v2/user/list', { query, body: { dept_id: deptId, size: 101 } }),
  ).toMatchObject({ errcode: 40069 })
  expect(await world.oapi('/topapi/user/count', { query, body: { only_active: false } })).toMatchObject({
    result: { count: 1 },
  })
  expect(await world.oapi('/topapi/v2/department/listsub', { query, body: {} })).toMatchObject({
    result: [{ dept_id: deptId }],
  })
  expect(await world.oapi('/topapi/v2/user/create', { query, body: {} })).toMatchObject({ errcode: 60011 })
})

it('Z-23: an auth code is for one app, one org, one use, five minutes', async () => {
  const { admin, orgId, agentId, userid, token } = await installed()
  const other = await installed()
  const mint = async () =>
    (await admin.call('POST', `/orgs/${orgId}/apps/${agentId}/auth-codes`)).body.code as string
  const redeem = (code: string, access_token = token) =>
    world.oapi('/topapi/v2/user/getuserinfo', { query: { access_token }, body: { code } })
  const code = await mint()
  expect(await redeem(code, other.token)).toMatchObject({ errcode: 40078 })
  expect(await redeem(code)).toMatchObject({ errcode: 0, result: { userid, sys: true, sys_level: 1 } })
  expect(await redeem(code)).toMatchObject({ errcode: 40078 })
  const late = await mint()
  world.clock.advance(301_000)
  expect(await redeem(late)).toMatchObject({ errcode: 40078 })
})

it('Z-08: dd.config is accepted with the app’s own ticket only; a stranger sees no app', async () => {
  const { admin, orgId, corpId, agentId, token } = await installed({ kind: 'admins' })
  const { ticket } = await world.oapi('/get_jsapi_ticket', { query: { access_token: token }, get: true })
  const href = 'http://localhost:7200/m/forms/?corpId=x'
  const page = { ticket: String(ticket), nonce: 'n1', timestamp: '1', href }
  const check = async (signature: string) =>
    (
      await admin.call('POST', `/orgs/${orgId}/apps/${agentId}/config-checks`, {
        href,
        config: { agentId, corpId, timeStamp: 1, nonceStr: 'n1', signature, jsApiList: ['biz.ding.create'] },
      })
    ).body
  expect(await check(signPage(page, 'sha256'))).toMatchObject({ ok: true, granted: ['biz.ding.create'] })
  expect(await check(signPage(page, 'sha1'))).toMatchObject({ ok: true })
  expect(await check(signPage({ ...page, ticket: 'other' }, 'sha1'))).toMatchObject({
    ok: false,
    errorCode: '52013',
  })
  const launch = await admin.call('POST', `/orgs/${orgId}/apps/${agentId}/launch`, {})
  expect(launch.body).toMatchObject({
    url: `http://localhost:7200/m/forms/?corpId=${corpId}`,
    origin: 'http://localhost:7200',
  })
  expect(
    (await admin.call('POST', `/orgs/${orgId}/apps/${agentId}/launch`, { url: 'http://evil.example/' }))
      .status,
  ).toBe(400)
  const invite = await admin.call('GET', `/orgs/${orgId}/invite`)
  const plain = await world.person('普通人')
  await plain.call('POST', `/join-codes/${invite.body.code}`, {})
  expect((await plain.call('GET', `/orgs/${orgId}/workbench`)).body.items).toEqual([])
  expect((await plain.call('POST', `/orgs/${orgId}/apps/${agentId}/auth-codes`)).body.code).toBe(
    'app.not-visible',
  )
})

it('Z-33: work notifications arrive; limits are silent and seen in getsendresult; recall', async () => {
  const { admin, orgId, agentId, userid, token } = await installed()
  const query = { access_token: token }
  const send = (content: string) =>
    world.oapi('/topapi/message/corpconversation/asyncsend_v2', {
      query,
      body: {
        agent_id: agentId,
        userid_list: `${userid},nobody`,
        msg: { msgtype: 'text', text: { content } },
      },
    })
  const result = async (task_id: unknown) =>
    (
      await world.oapi('/topapi/message/corpconversation/getsendresult', {
        query,
        body: { agent_id: agentId, task_id },
      })
    )['send_result'] as Json
  const first = await send('请填写 1')
  expect(first).toMatchObject({ errcode: 0 })
  const conversations = await admin.call('GET', '/conversations')
  const work = conversations.body.items.find((c: Json) => c.kind === 'work')
  expect(work).toMatchObject({ name: '智能填表', unread: 1, lastText: '请填写 1', agentId })
  const messages = await admin.call('GET', `/orgs/${orgId}/conversations/${work.id}/messages`)
  expect(messages.body.items).toMatchObject([
    { content: { msgtype: 'text', text: { content: '请填写 1' } }, senderName: '智能填表' },
  ])
  expect(await result(first['task_id'])).toMatchObject({
    unread_user_id_list: [userid],
    invalid_user_id_list: ['nobody'],
  })
  await admin.call('POST', `/orgs/${orgId}/conversations/${work.id}/read`, {
    upTo: messages.body.items[0].id,
  })
  expect(await result(first['task_id'])).toMatchObject({ read_user_id_list: [userid] })
  expect((await result((await send('请填写 1'))['task_id'])).forbidden_list).toEqual([
    { code: 143106, count: 1, userid },
  ])
  await send('请填写 2')
  const third = await send('请填写 3')
  expect((await result((await send('请填写 4'))['task_id'])).forbidden_list).toEqual([
    { code: 143105, count: 1, userid },
  ])
  await world.oapi('/topapi/message/corpconversation/recall', {
    query,
    body: { agent_id: agentId, msg_task_id: third['task_id'] },
  })
  const after = await admin.call('GET', `/orgs/${orgId}/conversations/${work.id}/messages`)
  expect(after.body.items.map((m: Json) => m.isRecalled)).toEqual([true, false, false])
  world.clock.advance(86_400_000)
  const fresh = {
    access_token: await world.corpToken((await admin.call('GET', `/orgs/${orgId}`)).body.corpId),
  }
  const byTemplate = await world.oapi('/topapi/message/corpconversation/sendbytemplate', {
    query: fresh,
    body: {
      agent_id: agentId,
      template_id: 'remind',
      dept_id_list: '1',
      data: JSON.stringify({ name: '王' }),
    },
  })
  expect(byTemplate).toMatchObject({ errcode: 0 })
  expect(
    await world.oapi('/topapi/message/corpconversation/sendbytemplate', {
      query: fresh,
      body: { agent_id: agentId, template_id: 'none', userid_list: userid, data: '{}' },
    }),
  ).toMatchObject({ errcode: 885001 })
})

it('Z-08: chats, DING with confirmation, and events as they happen', async () => {
  const { admin, orgId, userid } = await world.orgWithAdmin()
  const invite = await admin.call('GET', `/orgs/${orgId}/invite`)
  const friend = await world.person('朋友')
  await friend.call('POST', `/join-codes/${invite.body.code}`, {})
  const url = await world.app.listen({ port: 0, host: '127.0.0.1' })
  const stream = await fetch(`${url}/client-api/events`, {
    headers: { authorization: `Bearer ${friend.token}` },
  })
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
  let seen = ''
  const until = async (text: string) => {
    while (!seen.includes(text)) seen += (await reader?.read())?.value ?? ''
  }
  await until('"hello"')
  const friendId = (await friend.call('GET', '/me')).body.orgs[0].userid
  const direct = await admin.call('POST', `/orgs/${orgId}/direct-conversations`, { userid: friendId })
  await admin.call('POST', `/orgs/${orgId}/conversations/${direct.body.id}/messages`, {
    content: { msgtype: 'text', text: { content: '你好' } },
  })
  await until(direct.body.id)
  expect((await friend.call('GET', '/me')).body.orgs[0].unread).toBe(1)
  const ding = await admin.call('POST', `/orgs/${orgId}/dings`, {
    userids: [friendId, userid],
    text: '请尽快填报',
    remind: 'sms',
  })
  await until(`"dingId":"${ding.body.id}"`)
  await friend.call('POST', `/orgs/${orgId}/dings/${ding.body.id}/confirm`)
  expect((await admin.call('GET', '/dings?box=sent')).body.items[0]).toMatchObject({
    confirmedCount: 1,
    receiverCount: 2,
  })
  expect((await friend.call('GET', `/orgs/${orgId}/dings/${ding.body.id}/receivers`)).status).toBe(404)
  await eventually(() => world.sent.some((m) => m.to === friend.phone && m.template === 'ding'))
  await reader?.cancel()
})
