import { afterAll, beforeAll, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import { newInvite } from '../api/orgs/joining.ts'
import { inviteDays } from '../contracts/orgs.ts'
import { newWorld, type Person, type World } from './world.ts'

const dayMs = 86_400_000
let world: World
beforeAll(async () => {
  world = await newWorld()
})
afterAll(() => world.close())

const inviteOf = async (person: Person, orgId: string) =>
  (await person.call('GET', `/orgs/${orgId}/invite`)).body
const open = (code: string) => world.app.inject({ url: `/client-api/join-codes/${code}` })
/** The codes that come back when each of them is tried by somebody new, from the page and by joining. */
async function tried(codes: readonly string[]): Promise<string[]> {
  const guest = await world.person('客人')
  const replies: string[] = []
  for (const code of codes) {
    replies.push((await open(code)).json<{ code?: string }>().code ?? 'open')
    const joined = await guest.call('POST', `/join-codes/${code}`, {})
    replies.push(joined.body.code ?? joined.body.state)
  }
  return replies
}

it('S-83: an invitation is good for seven days and is refused after them, on its page and in joining', async () => {
  const { admin, orgId } = await world.orgWithAdmin()
  const { code, expiresAt, state } = await inviteOf(admin, orgId)
  expect([state, Date.parse(expiresAt) - world.clock.now().getTime() > (inviteDays - 1) * dayMs]).toEqual([
    'open',
    true,
  ])
  world.clock.advance(inviteDays * dayMs - 60_000)
  expect((await open(code)).statusCode).toBe(200)
  world.clock.advance(120_000)
  const again = await world.person('王管理', admin.phone)
  expect(await inviteOf(again, orgId)).toMatchObject({ state: 'expired', code: '', link: '', qrSvg: '' })
  const refusals = await tried([code])
  expect([(await open(code)).statusCode, ...refusals]).toEqual([410, 'join.expired', 'join.expired'])
})

it('S-83: renewed, the former code is dead at once; taken back, every code is', async () => {
  const { admin, orgId } = await world.orgWithAdmin()
  const first = await inviteOf(admin, orgId)
  const renewed = (await admin.call('POST', `/orgs/${orgId}/invite/renewal`)).body
  expect(renewed).toMatchObject({ state: 'open' })
  expect(renewed.code).not.toBe(first.code)
  expect(await tried([renewed.code])).toEqual(['open', 'joined'])
  const revoked = (await admin.call('DELETE', `/orgs/${orgId}/invite`)).body
  expect(revoked).toMatchObject({ state: 'revoked', code: '', expiresAt: null })
  const refusals = await tried([first.code, renewed.code])
  const accepted = refusals.filter((reply) => !reply.startsWith('join.')).length
  figure({
    id: 'S-83',
    n: refusals.length,
    value: accepted,
    unit: 'dead invitations accepted',
    target: '=0',
    ok: accepted === 0,
  })
  expect(new Set(refusals)).toEqual(new Set(['join.closed']))

  const reopened = (await admin.call('POST', `/orgs/${orgId}/invite/renewal`)).body
  expect([first.code, renewed.code]).not.toContain(reopened.code)
  expect((await open(reopened.code)).statusCode).toBe(200)
})

it('S-83: only admins who gave the admin password renew and take back', async () => {
  const { admin, orgId } = await world.orgWithAdmin()
  const { code } = await inviteOf(admin, orgId)
  const member = await world.person('李一')
  await member.call('POST', `/join-codes/${code}`, {})
  const acts = [
    (who: Person) => who.call('POST', `/orgs/${orgId}/invite/renewal`),
    (who: Person) => who.call('DELETE', `/orgs/${orgId}/invite`),
  ]
  const stranger = (await world.orgWithAdmin()).admin
  for (const act of acts) {
    expect((await act(member)).body.code).toBe('permission.denied')
    expect((await act(stranger)).body.code).toBe('resource.missing')
  }
  world.clock.advance(31 * 60_000)
  for (const act of acts) expect((await act(admin)).body.code).toBe('admin.password-required')
  expect(await inviteOf(member, orgId)).toMatchObject({ state: 'open', code })
})

it('S-83: codes have 128 bits of chance, and do not repeat', () => {
  const codes = new Set(Array.from({ length: 10_000 }, () => newInvite(new Date(0)).code))
  expect(codes.size).toBe(10_000)
  for (const code of codes) expect(Buffer.from(code, 'base64url').length * 8).toBeGreaterThanOrEqual(128)
})
