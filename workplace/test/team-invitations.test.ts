import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { inviteeOf, linesOf } from '../api/orgs/invitees.ts'
import { writeSheet } from '../api/imports/sheet.ts'
import { teamInvitationDays } from '../contracts/team-invitations.ts'
import { eventually, newPhone, newWorld, type Json, type Person, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await newWorld()
})
afterAll(() => world.close())

const invite = (admin: Person, orgId: string, people: Json[]) =>
  admin.call('POST', `/orgs/${orgId}/team-invitations`, { people })
const own = async (person: Person): Promise<Json[]> =>
  (await person.call('GET', '/me/team-invitations')).body.items
const sent = async (admin: Person, orgId: string): Promise<Json[]> =>
  (await admin.call('GET', `/orgs/${orgId}/team-invitations`)).body.items
const textsTo = async (phone: string): Promise<string[]> =>
  (
    await world.db.rows<{ text: string }>(
      sql`select text from sms_queue where phone = ${phone} and template = 'team-invitation'`,
    )
  ).map(({ text }) => text)
const answer = (person: Person, { orgId, invitationId }: Json, accept: boolean) =>
  person.call('POST', `/me/team-invitations/${orgId}/${invitationId}/answer`, { accept })

it('Z-10: an admin of an enterprise is invited by phone, before he has ever signed in, sees it and joins, once', async () => {
  const audit = await world.orgWithAdmin('郑州企业复工审核平台')
  const phone = newPhone()
  expect((await invite(audit.admin, audit.orgId, [{ phone, name: '李一' }])).body).toEqual({
    invited: 1,
    leftOut: 0,
  })
  const texts = await textsTo(phone)
  expect(texts).toHaveLength(1)
  expect(texts[0]).toContain('郑州企业复工审核平台')
  expect((await invite(audit.admin, audit.orgId, [{ phone }])).body).toEqual({ invited: 0, leftOut: 1 })

  const person = await world.person('李一鸣', phone)
  const [waiting] = await own(person)
  expect(waiting).toMatchObject({
    orgId: audit.orgId,
    orgName: '郑州企业复工审核平台',
    inviterName: '王管理',
    state: 'waiting',
    isMember: false,
  })
  const replies = await Promise.all([answer(person, waiting, true), answer(person, waiting, true)])
  expect(replies.map(({ status }) => status).sort()).toEqual([200, 409])
  expect(replies.find(({ status }) => status === 409)?.body.code).toBe('invitation.decided')
  expect((await person.call('GET', '/me')).body.orgs).toMatchObject([{ orgId: audit.orgId, role: 'none' }])
  const { items } = (await person.call('GET', `/orgs/${audit.orgId}/members?deptId=1`)).body
  expect(items.map(({ name }: Json) => name).sort()).toEqual(['李一鸣', '王管理'])
  expect(await own(person)).toMatchObject([{ state: 'accepted', isMember: true }])
  expect(await sent(audit.admin, audit.orgId)).toMatchObject([{ state: 'accepted', name: '李一' }])
  expect((await sent(audit.admin, audit.orgId))[0].phone).toMatch(/^\d{3}\*{4}\d{4}$/)
  expect((await invite(audit.admin, audit.orgId, [{ phone }])).body).toEqual({ invited: 0, leftOut: 1 })
})

it('Z-10: declined, taken back, expired and in already are told apart; an invitation is nobody else’s', async () => {
  const { admin, orgId } = await world.orgWithAdmin('邀请方')
  const names = ['拒绝', '撤回', '过期', '已在']
  const people = await Promise.all(names.map((name) => world.person(name)))
  const [declines, revoked, late, member] = people
  if (!declines || !revoked || !late || !member) throw new Error('no people')
  await invite(
    admin,
    orgId,
    people.map(({ phone }) => ({ phone })),
  )
  const invitationOf = async (person: Person): Promise<Json> => (await own(person))[0]

  expect((await answer(revoked, await invitationOf(declines), true)).body.code).toBe('resource.missing')
  expect((await answer(declines, await invitationOf(declines), false)).body.state).toBe('declined')
  expect((await answer(declines, await invitationOf(declines), true)).body.code).toBe('invitation.decided')

  const { invitationId } = await invitationOf(revoked)
  const path = `/orgs/${orgId}/team-invitations/${invitationId}`
  expect((await revoked.call('DELETE', path)).body.code).toBe('resource.missing')
  expect((await admin.call('DELETE', path)).status).toBe(200)
  expect((await admin.call('DELETE', path)).body.code).toBe('invitation.decided')
  expect((await answer(revoked, await invitationOf(revoked), true)).body.code).toBe('invitation.revoked')

  const { code } = (await admin.call('GET', `/orgs/${orgId}/invite`)).body
  await member.call('POST', `/join-codes/${code}`, {})
  expect(await invitationOf(member)).toMatchObject({ state: 'waiting', isMember: true })
  expect((await answer(member, await invitationOf(member), true)).body).toMatchObject({
    state: 'accepted',
    isMember: true,
  })

  world.clock.advance((teamInvitationDays * 86_400 + 60) * 1000)
  const later = await world.person('过期', late.phone)
  expect(await invitationOf(later)).toMatchObject({ state: 'expired' })
  expect((await answer(later, await invitationOf(later), true)).body.code).toBe('invitation.expired')
  const again = await world.person('王管理', admin.phone)
  await eventually(async () => (await sent(again, orgId)).length === 4)
  const states = (await sent(again, orgId)).map(({ state }) => state)
  expect(states.sort()).toEqual(['accepted', 'declined', 'expired', 'revoked'])
})

it('Z-10, S-18: taken back and asked again within a day, he gets no second text', async () => {
  const { admin, orgId } = await world.orgWithAdmin()
  const phone = newPhone()
  for (let times = 0; times < 3; times += 1) {
    expect((await invite(admin, orgId, [{ phone }])).body.invited).toBe(1)
    const [{ id }] = await sent(admin, orgId)
    expect((await admin.call('DELETE', `/orgs/${orgId}/team-invitations/${id}`)).status).toBe(200)
  }
  expect(await textsTo(phone)).toHaveLength(1)
})

it('Z-10: a pasted list and a sheet are read as people write them, and nothing is sent before it is confirmed', async () => {
  const { admin, orgId } = await world.orgWithAdmin()
  const [first, second, waiting] = [newPhone(), newPhone(), newPhone()]
  await invite(admin, orgId, [{ phone: waiting }])
  const lines = [
    `河南新华纺织有限公司\t李一\t${first}`,
    `${second}，王二`,
    `王二 ${second}`,
    `赵三 13800`,
    `张四 1380000123`,
    '没有号码的一行',
    `${waiting} 钱五`,
    `${admin.phone} 王管理`,
  ]
  const expected = [
    ['李一', null],
    ['王二', null],
    ['王二', 'twice'],
    ['张四', 'phone'],
    ['钱五', 'waiting'],
    ['王管理', 'member'],
  ]
  const pasted = await admin.call('POST', `/orgs/${orgId}/team-invitations/preview`, {
    text: lines.join('\n'),
  })
  expect(pasted.body.items.map(({ name, problem }: Json) => [name, problem])).toEqual(expected)
  const sheet = writeSheet(
    '名单',
    [['单位', '联系人', '手机号'], ...lines.map((line) => line.split(/[\t，\s]+/))],
    { widths: [20, 20, 20] },
  )
  const read = await admin.upload(`/orgs/${orgId}/team-invitations/preview-sheet`, '名单.xlsx', sheet)
  expect(read.body.items.map(({ name, problem }: Json) => [name, problem])).toEqual(expected)
  expect((await sent(admin, orgId)).length).toBe(1)
  const broken = await admin.upload(
    `/orgs/${orgId}/team-invitations/preview-sheet`,
    '名单.xlsx',
    Buffer.from('no workbook'),
  )
  expect(broken.body.code).toMatch(/^import\./)
  expect((await invite(admin, orgId, [{ phone: '1380000123' }])).body.code).toBe('member.phone-invalid')
})

it('Z-10, Z-03: only admins who gave the password invite; a full org takes nobody in; the list comes in pages', async () => {
  const { admin, orgId } = await world.orgWithAdmin()
  const { code } = (await admin.call('GET', `/orgs/${orgId}/invite`)).body
  const member = await world.person('李一')
  await member.call('POST', `/join-codes/${code}`, {})
  const stranger = (await world.orgWithAdmin()).admin
  const people = Array.from({ length: 5 }, () => ({ phone: newPhone() }))
  expect((await invite(member, orgId, people)).body.code).toBe('permission.denied')
  expect((await member.call('GET', `/orgs/${orgId}/team-invitations`)).body.code).toBe('permission.denied')
  expect((await invite(stranger, orgId, people)).body.code).toBe('resource.missing')
  expect((await invite(admin, orgId, people)).body.invited).toBe(5)
  const seen: string[] = []
  let cursor = ''
  do {
    const page: Json = (await admin.call('GET', `/orgs/${orgId}/team-invitations?limit=2${cursor}`)).body
    seen.push(...page.items.map(({ id }: Json) => id))
    cursor = page.next ? `&cursor=${page.next}` : ''
  } while (cursor)
  expect([seen.length, new Set(seen).size]).toEqual([5, 5])
  world.clock.advance(31 * 60_000)
  expect((await invite(admin, orgId, people)).body.code).toBe('admin.password-required')
})

it('Z-10: which part of a line is the phone, and which the name', () => {
  const read = (text: string) => linesOf(text).map(inviteeOf)
  expect(read('138 0013 8000 李一\n没有号码')).toEqual([
    { phone: '13800138000', name: '李一', isPhone: true },
    null,
  ])
  expect(read('李一,13800138000;王二|13800138001')).toEqual([
    { phone: '13800138000', name: '李一', isPhone: true },
    { phone: '13800138001', name: '王二', isPhone: true },
  ])
  expect(read('1\tJohn\t13800138000')).toEqual([{ phone: '13800138000', name: 'John', isPhone: true }])
})
