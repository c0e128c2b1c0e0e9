import { afterAll, beforeAll, expect, it } from 'vitest'
import { newPhone, newWorld, type Json, type Person, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await newWorld()
})
afterAll(() => world.close())

const good = 'Chuntian-Baihua-7'
const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36'

const post = async (
  url: string,
  payload: object,
  agent = windows,
): Promise<{ status: number; body: Json }> => {
  const headers = { 'user-agent': agent }
  const answer = await world.app.inject({ method: 'POST', url: `/client-api${url}`, payload, headers })
  return { status: answer.statusCode, body: answer.json() }
}
async function codeFor(phone: string, purpose?: string): Promise<string> {
  world.clock.advance(61_000)
  await post('/sms-codes', { phone, ...(purpose && { purpose }) })
  return world.sent.findLast((message) => message.to === phone)?.params['code'] ?? ''
}
async function withPassword(): Promise<Person> {
  const person = await world.person('林小满')
  const code = await codeFor(person.phone, 'password')
  expect((await person.call('PUT', '/me/password', { password: good, code })).status).toBe(200)
  return person
}
const bearer = async (token: string) =>
  (
    await world.app.inject({
      method: 'GET',
      url: '/client-api/me',
      headers: { authorization: `Bearer ${token}` },
    })
  ).statusCode

it('Z-08: a password set by SMS code signs in; a wrong one, none and an unknown phone are answered alike (S-19)', async () => {
  const person = await withPassword()
  expect((await person.call('GET', '/me')).body.hasPassword).toBe(true)
  const right = await post('/password-sessions', { phone: person.phone, password: good })
  expect(right.body).toMatchObject({ token: expect.any(String), isNewPerson: false })
  const without = await world.person('没有密码')
  const answers = await Promise.all(
    [person.phone, without.phone, newPhone()].map((phone) =>
      post('/password-sessions', { phone, password: 'Cuowu-Mima-99' }),
    ),
  )
  const seen = answers.map(({ status, body }) => ({ status, code: body.code, details: body.details }))
  expect(new Set(seen.map((answer) => JSON.stringify(answer))).size).toBe(1)
  expect(seen[0]).toMatchObject({ status: 422, code: 'account.password-wrong' })
})

it.each([true, false])(
  'S-19: five wrong tries lock the password for a quarter of an hour, known phone: %s; the code still signs in',
  async (isKnown) => {
    const phone = isKnown ? (await withPassword()).phone : newPhone()
    for (let attempt = 0; attempt < 5; attempt += 1)
      expect((await post('/password-sessions', { phone, password: 'Cuowu-Mima-99' })).status).toBe(422)
    const locked = await post('/password-sessions', { phone, password: good })
    expect(locked.body).toMatchObject({ code: 'rate.limited', details: { retryAfterSeconds: 900 } })
    const code = await codeFor(phone)
    expect((await post('/sessions', { phone, code, acceptTerms: true })).status).toBe(200)
    world.clock.advance(15 * 60_000)
    expect((await post('/password-sessions', { phone, password: good })).status).toBe(isKnown ? 200 : 422)
  },
)

it('S-20: weak and common passwords are refused before the code is used up', async () => {
  const person = await world.person('周一鸣')
  const code = await codeFor(person.phone, 'password')
  const set = (password: string) => person.call('PUT', '/me/password', { password, code })
  expect((await set('abc')).body.code).toBe('admin.password-short')
  expect((await set('Password2026!')).body.code).toBe('admin.password-common')
  expect((await set(`周一鸣${person.phone}`)).body.code).toBe('admin.password-common')
  expect((await set('a'.repeat(129))).body.code).toBe('admin.password-long')
  expect((await person.call('PUT', '/me/password', { password: good })).body.code).toBe(
    'account.proof-needed',
  )
  expect((await set(good)).status).toBe(200)
})

it('S-17: a code for one thing is no good for another', async () => {
  const person = await world.person()
  const forPassword = await codeFor(person.phone, 'password')
  expect((await post('/sessions', { phone: person.phone, code: forPassword })).body.code).toBe('code.wrong')
  expect((await person.call('DELETE', '/me', { code: forPassword })).body.code).toBe('code.wrong')
  expect(world.sent.findLast((message) => message.to === person.phone)?.text).toContain('用于设置登录密码')
})

it('Z-08: a forgotten password is set anew by code, and every session before it ends', async () => {
  const person = await withPassword()
  const code = await codeFor(person.phone, 'password')
  const reset = await post('/password-resets', { phone: person.phone, code, password: 'Xiatian-Lianhua-8' })
  expect(reset.status).toBe(200)
  expect(await bearer(person.token)).toBe(401)
  expect(await bearer(reset.body.token)).toBe(200)
  expect((await post('/password-sessions', { phone: person.phone, password: good })).status).toBe(422)
  const nobody = newPhone()
  const theirs = await codeFor(nobody, 'password')
  expect((await post('/password-resets', { phone: nobody, code: theirs, password: good })).body.code).toBe(
    'account.unknown',
  )
})

it('Z-08: changing the password by the current one ends the other sessions, not this one', async () => {
  const person = await withPassword()
  const other = (await post('/password-sessions', { phone: person.phone, password: good })).body.token
  const change = (current: string) =>
    person.call('PUT', '/me/password', { password: 'Qiutian-Guihua-9', current })
  expect((await change('Cuowu-Mima-99')).body.code).toBe('account.password-wrong')
  expect((await change(good)).status).toBe(200)
  expect(await bearer(other)).toBe(401)
  expect(await bearer(person.token)).toBe(200)
})

it('Z-08: devices are listed, one or all others are ended, and a sign-in elsewhere is told once', async () => {
  const person = await withPassword()
  world.clock.advance(1000)
  const one = (await post('/password-sessions', { phone: person.phone, password: good })).body.token
  world.clock.advance(1000)
  await post('/password-sessions', { phone: person.phone, password: good }, 'x')
  const { body } = await person.call('GET', '/me/sessions')
  expect(body.items).toHaveLength(3)
  expect(body.items[0]).toMatchObject({ isCurrent: true })
  expect(body.items.map((item: Json) => item.device)).toContain('Chrome · Windows')
  expect((await person.call('GET', '/me')).body.newSignIns).toHaveLength(2)
  await person.call('POST', '/me/sign-ins/seen')
  expect((await person.call('GET', '/me')).body.newSignIns).toEqual([])

  const stranger = await world.person()
  const theirs = (await stranger.call('GET', '/me/sessions')).body.items[0].id
  expect((await person.call('DELETE', `/me/sessions/${theirs}`)).body.code).toBe('resource.missing')
  const onWindows = body.items.find((item: Json) => item.device === 'Chrome · Windows').id
  expect((await person.call('DELETE', `/me/sessions/${onWindows}`)).status).toBe(200)
  expect(await bearer(one)).toBe(401)
  expect((await person.call('DELETE', '/me/sessions')).body).toEqual({ ended: 1 })
  expect(await bearer(person.token)).toBe(200)
  expect((await person.call('DELETE', '/me/sessions?andThis=true')).body).toEqual({ ended: 1 })
  expect(await bearer(person.token)).toBe(401)
  expect(await bearer(stranger.token)).toBe(200)
})

it('Z-08: another phone needs proof of both; the orgs follow, and the old one is told', async () => {
  const { admin, orgId } = await world.orgWithAdmin()
  const next = newPhone()
  const code = await codeFor(next, 'phone')
  const change = (proof: object) => admin.call('PUT', '/me/phone', { phone: next, code, ...proof })
  expect((await change({})).body.code).toBe('account.proof-needed')
  expect((await change({ currentCode: '000000' })).body.code).toBe('code.wrong')
  const currentCode = await codeFor(admin.phone, 'phone')
  expect((await change({ currentCode })).body.phone).toBe(next)
  const members = await admin.call('GET', `/orgs/${orgId}/members`)
  expect(members.body.items).toHaveLength(1)
  const again = await codeFor(next)
  expect((await post('/sessions', { phone: next, code: again })).body.person.name).toBe('王管理')
  const same = await codeFor(next, 'phone')
  expect(
    (await admin.call('PUT', '/me/phone', { phone: next, code: same, currentCode: same })).body.code,
  ).toBe('account.phone-same')
})

it('Z-08: a phone of another account or of some directory stays theirs', async () => {
  const person = await withPassword()
  const other = await world.person()
  const { admin, orgId } = await world.orgWithAdmin()
  const imported = newPhone()
  await admin.call('POST', `/orgs/${orgId}/members`, {
    name: '王二',
    phone: imported,
    departments: [{ deptId: 1 }],
  })
  for (const phone of [other.phone, imported]) {
    const code = await codeFor(phone, 'phone')
    const answer = await person.call('PUT', '/me/phone', { phone, code, password: good })
    expect(answer.body.code).toBe('account.phone-taken')
  }
  expect((await person.call('GET', '/me')).body.person.phone).toBe(person.phone)
})

it('Z-08: an account ends with all its places; the last main admin has to hand over first', async () => {
  const { admin, orgId } = await world.orgWithAdmin('仅此一人有限公司')
  const member = await world.person('李四')
  const { code: invite } = (await admin.call('GET', `/orgs/${orgId}/invite`)).body
  await member.call('POST', `/join-codes/${invite}`, {})
  const refused = await admin.call('DELETE', '/me', { code: await codeFor(admin.phone, 'delete') })
  expect(refused.body).toMatchObject({ code: 'account.last-admin', details: { orgs: ['仅此一人有限公司'] } })
  expect((await member.call('DELETE', '/me', { code: await codeFor(member.phone, 'delete') })).status).toBe(
    200,
  )
  expect((await member.call('GET', '/me')).status).toBe(401)
  const { items } = (await admin.call('GET', `/orgs/${orgId}/members`)).body
  expect(items.map((item: Json) => item.name)).toEqual(['王管理'])
})

it('Z-08: a picture is small and a picture; it is shown to whoever has its address', async () => {
  const person = await world.person()
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  )
  const huge = Buffer.from(png)
  huge.writeUInt32BE(9000, 16)
  const put = (bytes: Buffer) => person.put('/me/avatar', 'a.png', bytes)
  expect((await put(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))).body.code).toBe(
    'account.picture',
  )
  expect((await put(huge)).body.code).toBe('account.picture')
  expect((await put(Buffer.alloc(120_000))).body.code).toBe('media.too-large')
  const { avatar } = (await put(png)).body
  const shown = await world.app.inject({ method: 'GET', url: avatar })
  expect(shown.headers['content-type']).toBe('image/png')
  expect(shown.rawPayload).toEqual(png)
  expect((await person.call('DELETE', '/me/avatar')).body.avatar).toBeNull()
  expect((await world.app.inject({ method: 'GET', url: avatar })).statusCode).toBe(404)
})

it.each(['', '   ', '\u0000', '一\n二', 'x'.repeat(81)])('a name like %j is refused', async (name) => {
  const person = await world.person('王五')
  expect((await person.call('PATCH', '/me', { name })).status).toBe(400)
})

it('a name of three megabytes is refused, emoji and rare characters are not', async () => {
  const person = await world.person('王五')
  const huge = await person.call('PATCH', '/me', { name: 'x'.repeat(3_000_000) })
  expect(huge.body.code).toBe('request.too-large')
  expect((await person.call('PATCH', '/me', { name: ' 👩‍🚀𠮷野家 ' })).body.name).toBe('👩‍🚀𠮷野家')
})
