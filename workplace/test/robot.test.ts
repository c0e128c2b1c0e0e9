import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { certify } from './certifying.ts'
import { bizItems, eventually, newWorld, type Json, type World } from './world.ts'

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
  const token = await world.corpToken(org.corpId)
  const ask = (method: 'GET' | 'POST', path: string, body?: object) =>
    world.openapi(method, `/v1.0/robot/${path}`, { token, ...(body ? { body } : {}) })
  return { ...org, agentId: Number(app.body.agentId), ask }
}

it('Z-33: the robot of an app speaks to people, is read, and takes back what it said', async () => {
  const org = await installed()
  const robotCode = world.suite.suiteKey
  const send = (msgKey: string, param: object, userIds = [org.userid, 'nobody']) =>
    org.ask('POST', 'oToMessages/batchSend', { robotCode, userIds, msgKey, msgParam: JSON.stringify(param) })
  const { body: sent } = await send('sampleMarkdown', { title: '日报', text: '**12** 人未填' })
  expect(sent).toMatchObject({ invalidStaffIdList: ['nobody'], flowControlledStaffIdList: [] })
  const conversations = await org.admin.call('GET', '/conversations')
  const work = conversations.body.items.find((one: Json) => one.kind === 'work')
  const messages = async () =>
    (await org.admin.call('GET', `/orgs/${org.orgId}/conversations/${work.id}/messages`)).body.items
  expect(await messages()).toMatchObject([
    { content: { msgtype: 'markdown', markdown: { title: '日报', text: '**12** 人未填' } } },
  ])
  const status = async () =>
    (
      await org.ask(
        'GET',
        `oToMessages/readStatus?robotCode=${robotCode}&processQueryKey=${sent.processQueryKey}`,
      )
    ).body
  expect(await status()).toEqual({
    sendStatus: 'SUCCESS',
    messageReadInfoList: [{ userId: org.userid, name: '王管理', readStatus: 'UNREAD' }],
  })
  await org.admin.call('POST', `/orgs/${org.orgId}/conversations/${work.id}/read`, {
    upTo: (await messages())[0].id,
  })
  expect((await status()).messageReadInfoList).toMatchObject([{ readStatus: 'READ' }])
  // The same words a second time a day reach nobody, and that is told.
  expect((await send('sampleMarkdown', { title: '日报', text: '**12** 人未填' })).body).toMatchObject({
    flowControlledStaffIdList: [org.userid],
  })
  const recalled = await org.ask('POST', 'otoMessages/batchRecall', {
    robotCode,
    processQueryKeys: [sent.processQueryKey, '1', 'x'],
  })
  expect(recalled.body.successResult).toEqual([sent.processQueryKey])
  expect(Object.keys(recalled.body.failedResult).sort()).toEqual(['1', 'x'])
  expect((await messages())[0].isRecalled).toBe(true)
  expect((await status()).sendStatus).toBe('RECALLED')
})

it('Z-33: every kind of robot message arrives as what it is; what is none is refused', async () => {
  const org = await installed()
  const send = (msgKey: string, param: unknown, more: object = {}) =>
    org.ask('POST', 'oToMessages/batchSend', {
      robotCode: world.suite.suiteKey,
      userIds: [org.userid],
      msgKey,
      msgParam: JSON.stringify(param),
      ...more,
    })
  const two = {
    actionTitle1: '同意',
    actionURL1: 'https://a.test/1',
    actionTitle2: '拒绝',
    actionURL2: 'https://a.test/2',
  }
  const head = { title: '标题', text: '正文' }
  for (const [key, param] of [
    ['sampleText', { content: '文字' }],
    ['sampleLink', { ...head, messageUrl: 'https://a.test/' }],
    ['sampleActionCard', { ...head, singleTitle: '查看', singleURL: 'https://a.test/' }],
    ['sampleActionCard2', { ...head, ...two }],
    ['sampleActionCard6', { ...head, ...two }],
  ] as const)
    expect((await send(key, param)).status, key).toBe(200)
  const conversations = await org.admin.call('GET', '/conversations')
  const work = conversations.body.items.find((one: Json) => one.kind === 'work')
  const { body } = await org.admin.call('GET', `/orgs/${org.orgId}/conversations/${work.id}/messages`)
  expect(body.items.map((one: Json) => one.content.msgtype).toReversed()).toEqual([
    'text',
    'link',
    'action_card',
    'action_card',
    'action_card',
  ])
  expect(body.items[0].content.action_card).toMatchObject({
    btn_orientation: '1',
    btn_json_list: [{ title: '同意' }, { title: '拒绝' }],
  })
  for (const [key, param, more] of [
    ['sampleDance', {}, {}],
    ['sampleText', {}, {}],
    ['sampleText', { content: 'x' }, { robotCode: 'another' }],
    ['sampleText', { content: 'x' }, { userIds: [] }],
    ['sampleText', { content: 'x' }, { userIds: Array.from({ length: 21 }, (_one, n) => `u${n}`) }],
    ['sampleText', { content: 'x' }, { msgParam: 'not json' }],
    ['toString', {}, {}],
  ] as const)
    expect((await send(key, param, more)).status, JSON.stringify([key, more])).toBe(400)
  const ding = await org.ask('POST', 'ding/send', { robotCode: world.suite.suiteKey, content: 'x' })
  expect([ding.status, ding.body.code]).toEqual([403, 'Forbidden.AccessDenied.AccessTokenPermissionDenied'])
})

it('Z-20: a certified org is told to its apps as org data', async () => {
  const org = await installed()
  await certify(world, org.admin, org.orgId)
  const told = await eventually(() =>
    bizItems(world.isv).find((item) => item.corp_id === org.corpId && item.biz_type === 16),
  )
  expect(told).toMatchObject({
    biz_id: org.corpId,
    data: { syncAction: 'org_update', corpid: org.corpId, is_authenticated: true, auth_level: 1 },
  })
})
