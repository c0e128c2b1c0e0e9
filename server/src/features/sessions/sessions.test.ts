import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Contract, InputOf } from '@kangbao/shared/contracts/contract.ts'
import { signHostConfig } from '@kangbao/shared/contracts/host.ts'
import {
  bindPhone,
  getDeviceKey,
  getMe,
  renewSession,
  requestBindingCode,
  requestGuestCode,
  requestSmsCode,
  signInAsGuest,
  signInByAuthCode,
  signInBySetupLink,
  signInBySms,
  signOut,
} from '@kangbao/shared/contracts/sessions.ts'
import { addresses, callApi, codeAfter, phonesAfter, type CallOptions } from '../../../test/call.ts'
import { rowsOf, user } from '../../../test/host.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { newWorld, type World } from '../../../test/world.ts'
import { newId } from '../../db/ids.ts'
import { WorkplaceBusy } from '../../ports/workplace.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())
afterEach(() => server.deps.clock.set(testNow))

const newAddress = addresses()
const call = <C extends Contract>(contract: C, input: InputOf<C>, options: CallOptions = {}) =>
  callApi(server.app, contract, input, { ip: newAddress(), ...options })

const newPhone = phonesAfter(13_800_000_000)

/** A code to sign in with. */
const codeFor = (phone: string) => codeBy(phone, () => call(requestSmsCode, { body: { phone } }))
const codeToBind = (person: World['member'], phone: string) =>
  codeBy(phone, () => person.inject(requestBindingCode, { body: { phone } }))

async function codeBy(
  phone: string,
  ask: () => Promise<{ status: number; body: { challenge: string; resendAfterS: number } }>,
) {
  const { reply, code } = await codeAfter(server, phone, ask)
  expect(reply.body.resendAfterS).toBe(60)
  return { phone, code, challenge: reply.body.challenge }
}

/** Binds a phone, and lets the minute pass until the next code. */
async function bindTo(person: World['member'], phone: string) {
  const reply = await person.inject(bindPhone, { body: await codeToBind(person, phone) })
  server.deps.clock.advance(61_000)
  return reply
}

function host(world: World) {
  const org = {
    name: '测试企业',
    departments: [{ id: 2, parentId: 1, name: '生产部', order: 0 }],
    users: [world.admin, ...world.members].map(({ userId, name }) =>
      user(userId, [userId === 'admin' ? 1 : 2], { name }),
    ),
    admins: [{ userId: 'admin', isMain: true, departmentIds: [] as number[] }],
    codes: new Map<string, string>(),
  }
  server.ports.orgs.set(world.corpId, org)
  const signIn = (userId: string, app: 'forms' | 'health-report' = 'forms') => {
    const code = newId()
    org.codes.set(code, userId)
    return call(signInByAuthCode, { body: { app, corpId: world.corpId, code } })
  }
  return { org, signIn }
}

describe('Z-23: sign-in inside the host', () => {
  it('turns an auth code into a session, once', async () => {
    const world = await newWorld(server)
    const { org } = host(world)
    org.codes.set('code-1', 'user1')
    const body = { app: 'forms' as const, corpId: world.corpId, code: 'code-1' }
    const first = await call(signInByAuthCode, { body })
    expect(first.body.me).toMatchObject({
      role: 'member',
      org: { id: world.orgId, corpId: world.corpId, timeZone: 'Asia/Shanghai' },
      member: { userId: 'user1', phone: null, isGuest: false, departments: [{ id: 2, name: '生产部' }] },
    })
    expect((await call(getMe, {}, { token: first.body.token })).body).toEqual(first.body.me)
    expect(await call(signInByAuthCode, { body })).toMatchObject({ status: 401, code: 'auth-code.invalid' })
  })

  it('S-15: a code of one org signs nobody in to another', async () => {
    const [ours, theirs] = [await newWorld(server), await newWorld(server)]
    host(theirs)
    host(ours).org.codes.set('ours', 'admin')
    const body = { app: 'forms' as const, corpId: theirs.corpId, code: 'ours' }
    expect((await call(signInByAuthCode, { body })).code).toBe('auth-code.invalid')
  })

  it('reads somebody at once whom the directory does not hold yet, and who became admin', async () => {
    const world = await newWorld(server)
    const { org, signIn } = host(world)
    org.users.push(user('late', [2], { name: '迟来' }))
    expect((await signIn('late')).body.me).toMatchObject({ role: 'member', member: { name: '迟来' } })
    org.admins.push({ userId: 'user1', isMain: false, departmentIds: [2] })
    expect((await signIn('user1')).body.me.role).toBe('sub-admin')
    org.admins = org.admins.filter(({ userId }) => userId !== 'user1')
    expect((await signIn('user1')).body.me.role).toBe('member')
  })

  it('refuses an app that is not enabled, stopped or of an unknown or removed org', async () => {
    const world = await newWorld(server)
    const { signIn } = host(world)
    const set = (state: string) =>
      rowsOf(
        server,
        world.orgId,
        `update installations set state = '${state}' where app = 'forms' returning app`,
      )
    await set('stopped')
    expect(await signIn('user1')).toMatchObject({ status: 403, code: 'app.stopped' })
    expect((await signIn('user1', 'health-report')).status).toBe(200)
    await set('removed')
    expect((await signIn('user1')).code).toBe('app.not-authorised')
    await set('active')
    await server.deps.database.inSystem(({ tx }) =>
      tx.execute(sql`update orgs set state = 'removed' where id = ${world.orgId}`),
    )
    expect((await signIn('user1')).code).toBe('app.not-authorised')
    const body = { app: 'forms' as const, corpId: 'dingunknown', code: 'x' }
    expect((await call(signInByAuthCode, { body })).code).toBe('app.not-authorised')
  })

  it('says so when the workplace does not answer', async () => {
    const world = await newWorld(server)
    const { signIn } = host(world)
    const { workplace } = server.ports
    const original = workplace.userOfAuthCode
    Object.assign(workplace, { userOfAuthCode: () => Promise.reject(new WorkplaceBusy('down')) })
    expect(await signIn('user1')).toMatchObject({ status: 503, code: 'workplace.unreachable' })
    Object.assign(workplace, { userOfAuthCode: original })
  })
})

describe('Z-23: sign-in outside the host', () => {
  it('a phone bound in two orgs signs in to both; whoever proves a phone later has it', async () => {
    const [one, two] = [await newWorld(server), await newWorld(server)]
    const phone = newPhone()
    expect((await bindTo(one.member, phone)).body.member?.phone).toBe(
      `${phone.slice(0, 3)}****${phone.slice(-4)}`,
    )
    await bindTo(two.member, phone)
    const both = await call(signInBySms, { body: await codeFor(phone) })
    expect(both.body.sessions.map(({ me }) => me.org?.id).toSorted()).toEqual(
      [one.orgId, two.orgId].toSorted(),
    )
    server.deps.clock.advance(61_000)
    await bindTo(one.admin, phone)
    expect((await one.member.inject(getMe)).body.member?.phone).toBeNull()
    const after = await call(signInBySms, { body: await codeFor(phone) })
    expect(after.body.sessions.find(({ me }) => me.org?.id === one.orgId)?.me.role).toBe('main-admin')
  })

  it('who has left may sign in no more, and a session of his is not renewed', async () => {
    const world = await newWorld(server)
    const phone = newPhone()
    await bindTo(world.member, phone)
    let kept = (await call(signInBySms, { body: await codeFor(phone) })).body.sessions[0]
    const renew = async () => {
      const reply = await call(renewSession, { body: { refreshToken: kept?.refreshToken ?? '' } })
      if (reply.status === 200) kept = reply.body
      return reply
    }
    expect((await renew()).body.me.role).toBe('member')
    await rowsOf(
      server,
      world.orgId,
      `update members set role = 'main-admin' where user_id = 'user1' returning id`,
    )
    expect((await renew()).body.me.role).toBe('main-admin')
    await rowsOf(
      server,
      world.orgId,
      `update members set left_at = now() where user_id = 'user1' returning id`,
    )
    expect(await renew()).toMatchObject({ status: 401, code: 'session.expired' })
    expect((await world.member.inject(getMe)).problem.code).toBe('session.expired')
    server.deps.clock.advance(61_000)
    expect((await call(signInBySms, { body: await codeFor(phone) })).code).toBe('phone.unknown')
  })

  it('signing out answers', async () => {
    const { member } = await newWorld(server)
    expect((await member.inject(signOut)).body).toEqual({})
  })
})

describe('Z-31: guests of a form open to anyone', () => {
  async function form(world: World, whoMayFill: 'anyone' | 'org', state = 'published') {
    const link = newId().replaceAll('-', '')
    const formId = newId()
    await server.deps.database.inOrg(world.orgId, { kind: 'system', name: 'test' }, ({ tx }) =>
      tx.execute(sql`
        insert into forms (org_id, id, template_id, period_kind, state, settings, link_token, published_by, published_at)
        values (${world.orgId}, ${formId}, ${formId}, 'day', ${state}, ${JSON.stringify({ whoMayFill })}::jsonb, ${link},
          ${world.admin.memberId}, now())`),
    )
    await server.deps.database.inSystem(({ tx }) =>
      tx.execute(
        sql`insert into form_links (link_token, org_id, form_id) values (${link}, ${world.orgId}, ${formId})`,
      ),
    )
    return link
  }
  const signIn = async (link: string, phone: string, name = '访客') => {
    const given = await codeBy(phone, () => call(requestGuestCode, { body: { phone, link } }))
    const reply = await call(signInAsGuest, { body: { link, name, ...given } })
    server.deps.clock.advance(61_000)
    return reply
  }

  it('sign in by phone; the same phone is the same guest', async () => {
    const world = await newWorld(server)
    const link = await form(world, 'anyone')
    const phone = newPhone()
    const first = (await signIn(link, phone)).body.me
    expect(first).toMatchObject({ role: 'member', member: { isGuest: true, name: '访客', departments: [] } })
    const second = (await signIn(link, phone, '访客改名')).body.me
    expect(second.member).toMatchObject({ id: first.member?.id, name: '访客改名' })
    // A guest is no member: his phone opens nothing outside the form.
    expect((await call(signInBySms, { body: await codeFor(phone) })).code).toBe('phone.unknown')
  })

  it('a member’s bound phone signs the member in', async () => {
    const world = await newWorld(server)
    const phone = newPhone()
    await bindTo(world.member, phone)
    expect((await signIn(await form(world, 'anyone'), phone)).body.me.member?.id).toBe(world.member.memberId)
  })

  it('is refused for an inner form, an ended one, an unknown link and a wrong code', async () => {
    const world = await newWorld(server)
    const ask = async (link: string) => call(requestGuestCode, { body: { phone: newPhone(), link } })
    expect((await ask(await form(world, 'org'))).code).toBe('resource.missing')
    expect((await ask(await form(world, 'anyone', 'ended'))).code).toBe('form.ended')
    expect((await ask('0123456789abcdef')).code).toBe('resource.missing')
    const challenge = 'a-challenge-nobody-was-told'
    const body = {
      link: await form(world, 'anyone'),
      name: 'x',
      phone: newPhone(),
      code: '000000',
      challenge,
    }
    expect((await call(signInAsGuest, { body })).code).toBe('sms-code.invalid')
  })

  it('S-17: a code to sign in with opens no form, and the other way round', async () => {
    const world = await newWorld(server)
    const link = await form(world, 'anyone')
    const phone = newPhone()
    await bindTo(world.member, phone)
    const toSignIn = await codeFor(phone)
    expect((await call(signInAsGuest, { body: { link, name: 'x', ...toSignIn } })).code).toBe(
      'sms-code.invalid',
    )
    server.deps.clock.advance(61_000)
    const asGuest = await codeBy(phone, () => call(requestGuestCode, { body: { phone, link } }))
    expect((await call(signInBySms, { body: asGuest })).code).toBe('sms-code.invalid')
  })
})

describe('the set-up link', () => {
  it('signs the operator in once', async () => {
    const wrong = await call(signInBySetupLink, { body: { token: 'not-the-set-up-token' } })
    expect(wrong).toMatchObject({ status: 401, code: 'setup-link.invalid' })
    const body = { token: 'a-set-up-token-for-tests' }
    const session = (await call(signInBySetupLink, { body })).body
    expect(session.me).toEqual({ role: 'operator', org: null, member: null })
    const { token, refreshToken } = session
    expect((await call(getMe, {}, { token })).body.role).toBe('operator')
    expect((await call(renewSession, { body: { refreshToken } })).body.me.role).toBe('operator')
    expect((await call(signInBySetupLink, { body })).code).toBe('setup-link.invalid')
  })
})

describe('dd.config', () => {
  it('is signed for our own pages only, with the app’s agent id', async () => {
    const world = await newWorld(server)
    const ask = (url: string) => world.member.inject(signHostConfig, { body: { app: 'forms', url } })
    expect((await ask('http://localhost:7200/m/forms/?corpId=x')).body).toMatchObject({
      agentId: '1001',
      corpId: world.corpId,
    })
    expect((await ask('https://evil.example/m/forms/')).problem.code).toBe('request.invalid')
    expect((await ask('nonsense')).problem.code).toBe('request.invalid')
    await rowsOf(server, world.orgId, `update installations set state = 'removed' returning app`)
    expect((await ask('http://localhost:7200/m/forms/')).problem.code).toBe('app.not-authorised')
  })
})

it('S-78: the key of drafts is the same at every sign-in of a member, and nobody else’s', async () => {
  const [world, other] = [await newWorld(server), await newWorld(server)]
  const keyOf = async (person: World['member']) => {
    const { status, body } = await person.inject(getDeviceKey, {})
    expect(status).toBe(200)
    return body.key
  }
  const first = await keyOf(world.member)
  expect(Buffer.from(first, 'base64')).toHaveLength(32)
  expect(await keyOf(world.member)).toBe(first)
  expect(new Set([first, await keyOf(world.admin), await keyOf(other.member)]).size).toBe(3)
  expect((await call(getDeviceKey, {})).status).toBe(401)
})
