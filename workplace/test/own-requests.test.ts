import { afterAll, beforeAll, expect, it } from 'vitest'
import { newWorld, type Json, type Person, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await newWorld({
    limits: { uncertifiedPeople: 3 },
    helpContact: { text: '0371-12345678', fromPeople: 2 },
  })
})
afterAll(() => world.close())

interface Made {
  admin: Person
  orgId: string
  code: string
}

async function orgWithApproval(): Promise<Made> {
  const { admin, orgId } = await world.orgWithAdmin('审批有限公司')
  await admin.call('PATCH', `/orgs/${orgId}`, { joinNeedsApproval: true })
  const { code } = (await admin.call('GET', `/orgs/${orgId}/invite`)).body
  return { admin, orgId, code }
}

const own = async (person: Person): Promise<Json[]> =>
  (await person.call('GET', '/me/join-requests')).body.items
const decide = (admin: Person, orgId: string, id: string, approve: boolean) =>
  admin.call('POST', `/orgs/${orgId}/join-requests/${id}/decision`, { approve })

it('Z-02: who waits sees so after signing in again, is told of the decision once, and two admins decide once', async () => {
  const { admin, orgId, code } = await orgWithApproval()
  const person = await world.person('赵六')
  expect((await person.call('GET', `/join-codes/${code}/mine`)).body.state).toBe('none')
  await person.call('POST', `/join-codes/${code}`, { note: '二车间' })
  const again = await person.call('GET', `/join-codes/${code}/mine`)
  expect(again.body.state).toBe('waiting')
  expect(await own(person)).toMatchObject([
    { orgId, orgName: '审批有限公司', state: 'waiting', isNews: false },
  ])

  const answers = await Promise.all([
    decide(admin, orgId, again.body.requestId, false),
    decide(admin, orgId, again.body.requestId, false),
  ])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
  expect(answers.find(({ status }) => status === 409)?.body.code).toBe('join.decided')
  expect(await own(person)).toMatchObject([{ state: 'rejected', isNews: true }])
  await person.call('POST', '/me/join-requests/seen')
  expect(await own(person)).toMatchObject([{ state: 'rejected', isNews: false }])
  // Refused once, one may ask again.
  expect((await person.call('POST', `/join-codes/${code}`, {})).body.state).toBe('waiting')
})

it('Z-02: a request taken back can no longer be approved, nor taken back by somebody else', async () => {
  const { admin, orgId, code } = await orgWithApproval()
  const [person, other] = [await world.person('钱七'), await world.person('孙八')]
  await person.call('POST', `/join-codes/${code}`, {})
  const { requestId } = (await person.call('GET', `/join-codes/${code}/mine`)).body
  const path = `/me/join-requests/${orgId}/${requestId}`
  expect((await other.call('DELETE', path)).body.code).toBe('join.decided')
  expect((await person.call('DELETE', path)).status).toBe(200)
  expect((await person.call('DELETE', path)).body.code).toBe('join.decided')
  expect((await decide(admin, orgId, requestId, true)).body.code).toBe('join.decided')
  expect((await person.call('GET', '/me')).body.orgs).toEqual([])
})

it('Z-05: into a full org nobody is approved; the request goes on waiting', async () => {
  const { admin, orgId, code } = await orgWithApproval()
  const people = [await world.person('一'), await world.person('二'), await world.person('三')]
  for (const person of people) await person.call('POST', `/join-codes/${code}`, {})
  const { items } = (await admin.call('GET', `/orgs/${orgId}/join-requests`)).body
  const states: string[] = []
  for (const { id } of items) states.push((await decide(admin, orgId, id, true)).body.code ?? 'in')
  expect(states).toEqual(['in', 'in', 'org.full'])
  expect((await people[0]?.call('GET', `/join-codes/${code}/mine`))?.body.state).toBe('waiting')
})

it('Z-02: an admin imports somebody who waits: the approval changes nothing more', async () => {
  const { admin, orgId, code } = await orgWithApproval()
  const person = await world.person('周九')
  await person.call('POST', `/join-codes/${code}`, {})
  const { requestId } = (await person.call('GET', `/join-codes/${code}/mine`)).body
  const member = { name: '周九', phone: person.phone, departments: [{ deptId: 1 }] }
  expect((await admin.call('POST', `/orgs/${orgId}/members`, member)).status).toBe(200)
  expect((await decide(admin, orgId, requestId, true)).status).toBe(200)
  expect((await person.call('GET', '/me')).body.orgs).toHaveLength(1)
})

it('Z-08: a member leaves; the last main admin does not', async () => {
  const { admin, orgId } = await world.orgWithAdmin()
  const { code } = (await admin.call('GET', `/orgs/${orgId}/invite`)).body
  const person = await world.person('吴十')
  await person.call('POST', `/join-codes/${code}`, {})
  expect((await admin.call('DELETE', `/orgs/${orgId}/membership`)).body.code).toBe('member.last-admin')
  expect((await person.call('DELETE', `/orgs/${orgId}/membership`)).status).toBe(200)
  expect((await person.call('GET', '/me')).body.orgs).toEqual([])
  expect((await person.call('GET', `/orgs/${orgId}/members`)).body.code).toBe('resource.missing')
})

it('Z-11: an org that is large enough is told the service line, a smaller one and a stranger are not', async () => {
  const { admin, orgId } = await world.orgWithAdmin()
  const path = `/orgs/${orgId}/help-contact`
  expect((await admin.call('GET', path)).body).toEqual({ contact: null, fromPeople: 2 })
  const { code } = (await admin.call('GET', `/orgs/${orgId}/invite`)).body
  const person = await world.person('郑十一')
  expect((await person.call('GET', path)).body.code).toBe('resource.missing')
  await person.call('POST', `/join-codes/${code}`, {})
  expect((await person.call('GET', path)).body.contact).toBe('0371-12345678')
})
