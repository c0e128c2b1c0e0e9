import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Suite } from '../src/config.ts'
import { startBothHalves, type BothHalves, type Workplace } from './both-halves.ts'
import { rowsOf } from './host.ts'
import type { TestServer } from './server.ts'

/**
 * The two halves over real HTTP: the workplace pushes encrypted callbacks to the server, the server reads the
 * workplace through the adapter it uses for DingTalk.
 */
const suite: Suite = {
  app: 'forms',
  suiteId: '1489999001',
  appId: '45678',
  suiteKey: 'suitetestkey0001',
  suiteSecret: 'testsuitesecret0001',
  callbackToken: 'testtoken',
  callbackAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE',
}

let phones = 0
const newPhone = () => `139${String(Date.now() + (phones += 1)).slice(-8)}`

async function eventually<T>(
  read: () => Promise<T | null | undefined | false>,
  withinMs: number,
): Promise<T> {
  for (const end = Date.now() + withinMs; Date.now() < end;) {
    const value = await read()
    if (value) return value
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error('waited in vain')
}

let halves: BothHalves
let server: TestServer
let world: Workplace
beforeAll(async () => {
  halves = await startBothHalves([suite])
  ;({ server, workplace: world } = halves)
})
afterAll(() => halves.close())

const patienceMs = 20_000

async function orgOf(corpId: string) {
  const { rows } = await server.deps.database.pool.query<{ id: string; state: string; name: string }>(
    'select id, state, name from orgs where corp_id = $1',
    [corpId],
  )
  return rows[0]
}

const present = async (orgId: string) =>
  (
    await rowsOf<{ name: string }>(
      server,
      orgId,
      'select name from members where left_at is null order by name',
    )
  ).map(({ name }) => name)

it('Z-20 to Z-24: install, sync, events, sign-in, page signature, message, stop and removal', async () => {
  expect(await eventually(() => server.deps.tickets.read('forms'), patienceMs)).toBeTruthy()
  const { admin, orgId: hostOrgId, corpId, userid } = await world.orgWithAdmin('河南联调有限公司')
  const { suiteId } = suite
  const app = await admin.call('POST', `/orgs/${hostOrgId}/apps`, {
    suiteId,
    acceptTerms: true,
    scope: { kind: 'all' },
  })
  const agentId: number = app.body.agentId
  const org = await eventually(() => orgOf(corpId), patienceMs)
  expect(org).toMatchObject({ state: 'active', name: '河南联调有限公司' })
  await eventually(
    async () =>
      (await rowsOf(server, org.id, `select 1 from directory_syncs where state = 'done'`)).length > 0,
    patienceMs,
  )
  expect(await rowsOf(server, org.id, 'select user_id, role from members')).toEqual([
    { user_id: userid, role: 'main-admin' },
  ])

  const dept = await admin.call('POST', `/orgs/${hostOrgId}/departments`, { name: '研发部', parentId: 1 })
  const added = await admin.call('POST', `/orgs/${hostOrgId}/members`, {
    name: '赵六',
    phone: newPhone(),
    departments: [{ deptId: dept.body.deptId }],
  })
  expect(added.status).toBe(200)
  await eventually(async () => (await present(org.id)).includes('赵六'), patienceMs)
  expect(
    await rowsOf(
      server,
      org.id,
      `select d.name from members m join departments d on d.org_id = m.org_id
      and d.department_id = m.department_id where m.name = '赵六'`,
    ),
  ).toEqual([{ name: '研发部' }])

  const { code } = (await admin.call('POST', `/orgs/${hostOrgId}/apps/${agentId}/auth-codes`)).body
  const signIn = await server.app.inject({
    method: 'POST',
    url: '/api/sessions/auth-code',
    payload: { app: 'forms', corpId, code },
  })
  expect(signIn.json().me).toMatchObject({ role: 'main-admin', member: { userId: userid } })

  const url = 'http://localhost:7200/m/forms/?corpId=研发'
  const signed = await server.deps.workplace.signPage({ app: 'forms', corpId, agentId: String(agentId) }, url)
  const check = await admin.call('POST', `/orgs/${hostOrgId}/apps/${agentId}/config-checks`, {
    href: url,
    config: { ...signed, jsApiList: ['biz.contact.complexPicker'] },
  })
  expect(check.body).toMatchObject({ errorMessage: null, granted: ['biz.contact.complexPicker'] })

  const target = { app: 'forms' as const, corpId, agentId: String(agentId) }
  const message = { title: '每日健康打卡', lines: [{ label: '截止', value: '22:00' }], text: '请填写', url }
  const task = await server.deps.workplace.sendMessage(target, [userid, 'nobody'], message)
  const result = await eventually(async () => {
    const told = await server.deps.workplace.sendResult(target, task)
    return told.isFinished && told
  }, patienceMs)
  expect(result.failed).toEqual([{ userId: 'nobody', reason: 'invalid' }])

  await admin.call('DELETE', `/orgs/${hostOrgId}/members/${added.body.userid}`)
  await eventually(async () => !(await present(org.id)).includes('赵六'), patienceMs)

  const state = async () =>
    (await rowsOf<{ state: string }>(server, org.id, 'select state from installations'))[0]?.state
  await admin.call('POST', `/orgs/${hostOrgId}/apps/${agentId}/stop`)
  await eventually(async () => (await state()) === 'stopped', patienceMs)
  await admin.call('POST', `/orgs/${hostOrgId}/apps/${agentId}/restore`)
  await eventually(async () => (await state()) === 'active', patienceMs)
  await admin.call('DELETE', `/orgs/${hostOrgId}/apps/${agentId}`)
  await eventually(async () => (await orgOf(corpId))?.state === 'removed', patienceMs)
  await expect(server.deps.workplace.authorisation(target)).rejects.toMatchObject({ isNotAuthorised: true })
}, 120_000)
