import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { newPhone, newWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await newWorld()
})
afterAll(() => world.close())

const post = async (url: string, payload: object) => {
  const answer = await world.app.inject({ method: 'POST', url: `/client-api${url}`, payload })
  return { status: answer.statusCode, code: answer.json<{ code?: string }>().code }
}
const lastCode = (phone: string) => world.sent.findLast((m) => m.to === phone)?.params['code'] ?? ''

it('Z-01: a code works once, and terms come first', async () => {
  const phone = newPhone()
  await post('/sms-codes', { phone })
  const code = lastCode(phone)
  expect(await post('/sessions', { phone, code })).toMatchObject({ status: 422, code: 'terms.required' })
  expect((await post('/sessions', { phone, code, acceptTerms: true })).status).toBe(200)
  expect(await post('/sessions', { phone, code, acceptTerms: true })).toMatchObject({ code: 'code.wrong' })
})

it('Z-01: a code ends after five minutes and after five wrong guesses; one a minute is sent', async () => {
  const phone = newPhone()
  await post('/sms-codes', { phone })
  expect(await post('/sms-codes', { phone })).toMatchObject({ status: 429, code: 'sms.too-soon' })
  world.clock.advance(301_000)
  expect(await post('/sessions', { phone, code: lastCode(phone), acceptTerms: true })).toMatchObject({
    code: 'code.wrong',
  })
  await post('/sms-codes', { phone })
  const code = lastCode(phone)
  const wrong = code === '000000' ? '111111' : '000000'
  for (let guess = 0; guess < 5; guess += 1)
    await post('/sessions', { phone, code: wrong, acceptTerms: true })
  expect(await post('/sessions', { phone, code, acceptTerms: true })).toMatchObject({ code: 'code.wrong' })
})

it('Z-02: joining at once, or after approval', async () => {
  const { admin, orgId } = await world.orgWithAdmin()
  const invite = await admin.call('GET', `/orgs/${orgId}/invite`)
  expect(invite.body.qrSvg).toContain('<svg')
  const one = await world.person('李一')
  expect((await one.call('POST', `/join-codes/${invite.body.code}`, {})).body.state).toBe('joined')
  await admin.call('PATCH', `/orgs/${orgId}`, { joinNeedsApproval: true })
  const two = await world.person('李二')
  expect((await two.call('POST', `/join-codes/${invite.body.code}`, {})).body.state).toBe('waiting')
  expect((await two.call('POST', `/join-codes/${invite.body.code}`, {})).body.code).toBe('join.waiting')
  const requests = await admin.call('GET', `/orgs/${orgId}/join-requests`)
  const id = requests.body.items[0].id
  expect(
    (await one.call('POST', `/orgs/${orgId}/join-requests/${id}/decision`, { approve: true })).status,
  ).toBe(403)
  await admin.call('POST', `/orgs/${orgId}/join-requests/${id}/decision`, { approve: true })
  expect((await two.call('GET', '/me')).body.orgs).toHaveLength(1)
})

it('Z-03: the admin password is strong, set once, asked again after half an hour', async () => {
  const { admin, orgId } = await world.orgWithAdmin()
  const weak = await admin.call('PUT', `/orgs/${orgId}/admin-access/password`, { password: 'abcdef' })
  expect(weak.body.code).toBe('admin.password-short')
  expect(
    (await admin.call('PUT', `/orgs/${orgId}/admin-access/password`, { password: 'Qy1234567' })).body.code,
  ).toBe('admin.password-set')
  const department = { name: '研发部', parentId: 1 }
  expect((await admin.call('POST', `/orgs/${orgId}/departments`, department)).status).toBe(200)
  world.clock.advance(31 * 60_000)
  expect(
    (await admin.call('POST', `/orgs/${orgId}/departments`, { ...department, name: '二部' })).body.code,
  ).toBe('admin.password-required')
  expect(
    (await admin.call('POST', `/orgs/${orgId}/admin-access/elevation`, { password: 'Wrong123' })).body.code,
  ).toBe('admin.password-wrong')
  expect(
    (await admin.call('POST', `/orgs/${orgId}/admin-access/elevation`, { password: 'Qy123456' })).status,
  ).toBe(200)
  expect((await admin.call('POST', `/orgs/${orgId}/departments`, department)).body.code).toBe(
    'department.name-taken',
  )
  expect(
    (await admin.call('POST', `/orgs/${orgId}/departments`, { name: '研-发', parentId: 1 })).body.code,
  ).toBe('department.name-invalid')
})

it('X-01: another org is not there; a query that forgets the org sees nothing', async () => {
  const [ours, theirs] = [await world.orgWithAdmin(), await world.orgWithAdmin()]
  expect((await theirs.admin.call('GET', `/orgs/${ours.orgId}/members`)).body.code).toBe('resource.missing')
  const forgotten = await world.db.one<{ n: number }>(sql`select count(*) as n from members`)
  expect(forgotten?.n).toBe(0)
  const seen = await world.db.withOrg(ours.orgId, (scope) =>
    scope.rows<{ org_id: string }>(sql`select distinct org_id from members`),
  )
  expect(seen).toEqual([{ org_id: ours.orgId }])
  await expect(
    world.db.withOrg(theirs.orgId, (scope) =>
      scope.run(
        sql`insert into departments (org_id, dept_id, parent_id, name, path) values (${ours.orgId}, 99, 1, 'x', '{1,99}')`,
      ),
    ),
  ).rejects.toThrow(/row-level security/)
})

it('X-01: every table with an org_id is behind forced row security, but for the platform’s own', async () => {
  const rows = await world.db.rows<{ relname: string }>(sql`
    select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id'
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and not (c.relrowsecurity and c.relforcerowsecurity)
    order by 1`)
  expect(rows.map((row) => row.relname)).toEqual([
    // Counts of calls: kept whether or not the call itself was undone.
    'api_calls',
    'app_addresses',
    'auth_codes',
    // What the operator goes through over all orgs; nothing of a person in it.
    'certification_queue',
    // Where an invited phone finds its invitations, before it is in any org.
    'invited_phones',
    'jsapi_tickets',
    'media',
    'notification_queue',
    'open_tokens',
    // A person's own index, as that of memberships.
    'person_join_requests',
    'person_orgs',
    'push_deliveries',
    // Ids of what was running when a process died: read over all orgs at start.
    'running_imports',
    // What waits for the carrier, of all orgs and of none.
    'sms_queue',
    'tmp_auth_codes',
    // What a person allowed an app, in an org or in none.
    'user_codes',
    'user_tokens',
  ])
})
