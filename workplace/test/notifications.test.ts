import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { uuidv7 } from '../api/db/uuid.ts'
import { array } from '../api/db/database.ts'
import { sendQueued } from '../api/platform/sending.ts'
import { eventually, newPhone, newWorld, type Json, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await newWorld()
  await world.startPushes()
  await eventually(
    async () => (await world.db.one<{ ticket: string | null }>(sql`select ticket from suites`))?.ticket,
  )
})
afterAll(() => world.close())
afterEach(() => operator('PUT', '/limits', { limits: null }))

async function operator(method: 'GET' | 'PUT' | 'POST', path: string, payload?: object) {
  const answer = await world.app.inject({
    method,
    url: `/client-api/operator${path}`,
    ...(payload ? { payload } : {}),
  })
  return { status: answer.statusCode, body: answer.json<Json>() }
}

async function installed(people = 0) {
  const org = await world.orgWithAdmin()
  const app = await org.admin.call('POST', `/orgs/${org.orgId}/apps`, {
    suiteId: world.suite.suiteId,
    acceptTerms: true,
    scope: { kind: 'all' },
  })
  if (people > 0) await populate(org.orgId, people)
  const agentId = Number(app.body.agentId)
  const access_token = await world.corpToken(org.corpId)
  const ask = (name: string, body: object): Promise<Json> =>
    world.oapi(`/topapi/message/corpconversation/${name}`, {
      query: { access_token },
      body: { agent_id: agentId, ...body },
    })
  return { ...org, agentId, ask }
}

/** So many people at once, as an import makes them: an API call for each would take longer than the test. */
async function populate(orgId: string, people: number) {
  const numbers = Array.from({ length: people }, (_one, n) => n)
  const [ids, phones] = [numbers.map(() => uuidv7()), numbers.map(() => newPhone())]
  const userids = numbers.map((n) => `u${n}`)
  await world.db.withOrg(orgId, async (scope) => {
    const rows = sql`unnest(${array(ids)}::uuid[], ${array(phones)}::text[], ${array(userids)}::text[]) as t (id, phone, userid)`
    await scope.run(
      sql`insert into persons (id, phone, name, created_at) select id, phone, userid, now() from ${rows}`,
    )
    await scope.run(sql`
      insert into members (org_id, userid, person_id, name, pinyin, phone, email, title, job_number, custom, role, created_at, updated_at)
      select ${orgId}::uuid, userid, id, userid, '', phone, '', '', '', '{}', 'none', now(), now() from ${rows}`)
    await scope.run(sql`
      insert into member_departments (org_id, userid, dept_id, is_leader, sort) select ${orgId}::uuid, userid, 1, false, 0 from ${rows}`)
  })
}

const card = (text: string) => ({
  msgtype: 'oa',
  oa: {
    head: { bgcolor: 'FFBBBBBB', text: '随便写的' },
    body: { title: text },
    status_bar: { status_value: '待审批' },
  },
})

it('Z-33: a notification to many goes out in the background, and its progress can be asked for', async () => {
  const org = await installed(1200)
  await operator('PUT', '/limits', { limits: { recipientsPerCall: 5000 } })
  const sent = await org.ask('asyncsend_v2', {
    dept_id_list: '1',
    msg: { msgtype: 'text', text: { content: '通知' } },
  })
  expect(sent).toMatchObject({ errcode: 0 })
  const seen: number[] = []
  const progress = async () => {
    const { progress: now } = await org.ask('getsendprogress', { task_id: sent.task_id })
    seen.push(now.progress_in_percent)
    expect(now.status).toBe(now.progress_in_percent === 100 ? 2 : now.status)
    return now.status === 2
  }
  await eventually(progress, 20_000)
  expect(seen.at(-1)).toBe(100)
  expect([...seen].sort((a, b) => a - b)).toEqual(seen)
  const { send_result } = await org.ask('getsendresult', { task_id: sent.task_id })
  expect(send_result.unread_user_id_list).toHaveLength(1201)
  const unread = await org.admin.call('GET', '/me')
  expect(unread.body.orgs[0].unread).toBe(1)
  // Nothing is left over for a process that starts later.
  await eventually(async () => (await world.db.rows(sql`select 1 from notification_queue`)).length === 0)
})

it('Z-33: a crash between two parts of a sending gives nobody the message twice', async () => {
  const org = await installed(700)
  await operator('PUT', '/limits', { limits: { recipientsPerCall: 5000 } })
  const sent = await org.ask('asyncsend_v2', {
    dept_id_list: '1',
    msg: { msgtype: 'text', text: { content: '一次' } },
  })
  // As another process would, at the same time and after.
  await Promise.all([sendQueued(world.deps), sendQueued(world.deps)])
  await eventually(
    async () => (await org.ask('getsendprogress', { task_id: sent.task_id })).progress.status === 2,
  )
  await world.db.run(
    sql`insert into notification_queue (org_id, task_id, queued_at) values (${org.orgId}, ${sent.task_id}, now())`,
  )
  await sendQueued(world.deps)
  const rows = await world.db.withOrg(org.orgId, (scope) =>
    scope.rows(sql`select 1 from messages where org_id = ${org.orgId} and task_id = ${sent.task_id}`),
  )
  expect(rows).toHaveLength(701)
})

it('Z-33: a recalled sending reaches nobody it has not reached yet', async () => {
  const org = await installed(150)
  await operator('PUT', '/limits', { limits: { recipientsPerCall: 5000 } })
  // The queue stands still: its row is claimed by a process that never comes back.
  const { task_id } = await org.ask('asyncsend_v2', {
    userid_list: org.userid,
    msg: { msgtype: 'text', text: { content: '先发一条' } },
  })
  await world.db.withOrg(org.orgId, async (scope) => {
    await scope.run(
      sql`update message_tasks set state = 'sending' where org_id = ${org.orgId} and task_id = ${task_id}`,
    )
    await scope.run(sql`
      insert into message_receipts (org_id, task_id, agent_id, userid, content_hash, civil_day, created_at)
      select ${org.orgId}::uuid, ${task_id}::bigint, ${org.agentId}::bigint, userid, 'x', current_date, now() from members
      where org_id = ${org.orgId} and userid <> ${org.userid}`)
  })
  expect((await org.ask('getsendprogress', { task_id })).progress).toEqual({
    progress_in_percent: 0,
    status: 1,
  })
  expect(await org.ask('recall', { msg_task_id: task_id })).toMatchObject({ errcode: 0 })
  await world.db.run(
    sql`insert into notification_queue (org_id, task_id, queued_at) values (${org.orgId}, ${task_id}, now())`,
  )
  await sendQueued(world.deps)
  await eventually(async () => (await org.ask('getsendprogress', { task_id })).progress.status === 2)
  const { send_result } = await org.ask('getsendresult', { task_id })
  expect(send_result.unread_user_id_list).toEqual([org.userid])
})

it('Z-33: the status bar of an OA card changes where it is shown, for seven days', async () => {
  const org = await installed()
  const { task_id } = await org.ask('asyncsend_v2', { userid_list: org.userid, msg: card('请假申请') })
  const shown = async () => {
    const conversations = await org.admin.call('GET', '/conversations')
    const work = conversations.body.items.find((one: Json) => one.kind === 'work')
    const { body } = await org.admin.call('GET', `/orgs/${org.orgId}/conversations/${work.id}/messages`)
    return body.items[0].content.oa
  }
  expect(await shown()).toMatchObject({ head: { text: '智能填表' }, status_bar: { status_value: '待审批' } })
  const update = (body: object) => org.ask('status_bar/update', { task_id, ...body })
  expect(await update({ status_value: '已同意', status_bg: '0xFF78C06E' })).toMatchObject({ errcode: 0 })
  expect(await shown()).toMatchObject({ status_bar: { status_value: '已同意', status_bg: '0xFF78C06E' } })
  expect(await update({})).toMatchObject({ errcode: 40035 })
  expect(await update({ status_value: 'x', status_bg: 'red' })).toMatchObject({ errcode: 400002 })
  const plain = await org.ask('asyncsend_v2', {
    userid_list: org.userid,
    msg: { msgtype: 'text', text: { content: '无状态栏' } },
  })
  expect(await org.ask('status_bar/update', { task_id: plain.task_id, status_value: 'x' })).toMatchObject({
    errcode: 400002,
  })
  expect(await (await installed()).ask('status_bar/update', { task_id, status_value: 'x' })).toMatchObject({
    errcode: 400002,
  })
})

it('Z-33: the operator’s switches: same content, per day, per minute, per call, calls a month', async () => {
  const org = await installed()
  const send = async (content: string) => {
    const answer = await org.ask('asyncsend_v2', {
      userid_list: org.userid,
      msg: { msgtype: 'text', text: { content } },
    })
    if (answer.errcode !== 0) return answer
    const { send_result } = await org.ask('getsendresult', { task_id: answer.task_id })
    return send_result.forbidden_list.map((one: Json) => one.code)
  }
  expect(await send('甲')).toEqual([])
  expect(await send('甲')).toEqual([143106])
  await operator('PUT', '/limits', { limits: { sameContentOncePerDay: false } })
  expect(await send('甲')).toEqual([])
  await operator('PUT', '/limits', { limits: { messagesPerPersonAndDay: 3 } })
  expect([await send('甲'), await send('甲')]).toEqual([[], [143105]])
  await operator('PUT', '/limits', { limits: { messagesPerPersonAndDay: 100, recipientsPerMinute: 0 } })
  expect(await send('乙')).toEqual([143103])
  const { body } = await operator('GET', '/limits')
  expect(body).toMatchObject({
    limits: { recipientsPerMinute: 0, sameContentOncePerDay: false },
    defaults: { recipientsPerMinute: 5000, messagesPerPersonAndDay: 100, callsPerMonth: 0 },
  })
  await operator('PUT', '/limits', { limits: null })
  await operator('PUT', '/limits', { limits: { callsPerMonth: 2 } })
  expect(await send('丙')).toEqual([])
  expect(await org.ask('getsendprogress', { task_id: 1 })).toMatchObject({ errcode: 90020 })
  // Contacts are not counted; another org has a count of its own.
  const query = { access_token: await world.corpToken(org.corpId) }
  expect(await world.oapi('/topapi/user/count', { query, body: {} })).toMatchObject({ errcode: 0 })
  expect(await (await installed()).ask('getsendprogress', { task_id: 1 })).toMatchObject({ errcode: 400002 })
  expect((await operator('PUT', '/limits', { limits: { callsPerMonth: -1 } })).status).toBe(400)
  expect((await operator('POST', '/acts/search', { action: 'limits.changed' })).body.items[0].detail).toEqual(
    {
      callsPerMonth: 2,
    },
  )
})

it('Z-33: a template is sent once it is approved, and not while it waits or was returned', async () => {
  const org = await installed()
  const templates = `/suites/${world.suite.suiteId}/message-templates`
  const name = '审核提醒'
  const msg = { msgtype: 'markdown', markdown: { title: '${what}', text: '${what}待审核' } }
  const submitted = await operator('POST', templates, { templateId: 'review', name, msg })
  expect(submitted.body).toMatchObject({ state: 'submitted', suiteName: '智能填表', reviewedAt: null })
  let n = 0
  const send = () =>
    org.ask('sendbytemplate', {
      template_id: 'review',
      userid_list: org.userid,
      data: JSON.stringify({ what: `第 ${(n += 1)} 件` }),
    })
  const review = (body: object) => operator('POST', `${templates}/review/review`, body)
  expect(await send()).toMatchObject({ errcode: 885006 })
  expect((await review({ decision: 'approve' })).body).toMatchObject({ state: 'approved' })
  expect(await send()).toMatchObject({ errcode: 0 })
  expect((await review({ decision: 'return', note: '措辞不当' })).body).toMatchObject({
    state: 'returned',
    note: '措辞不当',
  })
  expect(await send()).toMatchObject({ errcode: 885006 })
  // A new wording waits again.
  await operator('POST', templates, { templateId: 'review', name, msg })
  expect(await send()).toMatchObject({ errcode: 885006 })
  const listed = async (query: string) =>
    (await operator('GET', `/message-templates?${query}`)).body.items.map((one: Json) => one.templateId)
  expect(await listed('state=submitted')).toEqual(['review'])
  expect(await listed('state=approved')).toEqual(['remind'])
  const first = await operator('GET', '/message-templates?limit=1')
  expect(first.body.items).toHaveLength(1)
  expect(await listed(`limit=1&cursor=${first.body.next}`)).toEqual(['remind'])
  for (const bad of [{}, { msgtype: 'ding', ding: {} }, { msgtype: 'markdown' }])
    expect((await operator('POST', templates, { templateId: 'bad', name, msg: bad })).body.code).toBe(
      'template.msg',
    )
  expect((await review({ decision: 'approve' })).status).toBe(200)
  expect((await operator('POST', `${templates}/none/review`, { decision: 'approve' })).status).toBe(404)
})
