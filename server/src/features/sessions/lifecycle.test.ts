import { sql } from 'drizzle-orm'
import { Secret, TOTP } from 'otpauth'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import type { Contract, InputOf } from '@kangbao/shared/contracts/contract.ts'
import { liveEvents } from '@kangbao/shared/contracts/live.ts'
import { startDailyRun } from '@kangbao/shared/contracts/operations.ts'
import * as contracts from '@kangbao/shared/contracts/sessions.ts'
import type { Session, SessionEntry } from '@kangbao/shared/contracts/sessions.ts'
import { callApi, codeAfter, phonesAfter } from '../../../test/call.ts'
import { rowsOf, user } from '../../../test/host.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { until } from '../../../test/until.ts'
import { newWorld, signToken, type World } from '../../../test/world.ts'
import { newId } from '../../db/ids.ts'
import { buildApp } from '../../app.ts'
import { makeDeps, type Deps } from '../../deps.ts'
import { closeOrgWithoutApps } from '../authorisation/installations.repo.ts'
import { endMember, saveAdmins } from '../directory/members.repo.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ config: { RATE_LIMIT_SCALE: 1_000 } })
})
afterAll(() => server.close())
afterEach(() => server.deps.clock.set(testNow))

const edge = 'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0'

const call = <C extends Contract>(
  contract: C,
  input: InputOf<C>,
  { token, app = server.app }: { token?: string; app?: TestServer['app'] } = {},
) => callApi(app, contract, input, { token, headers: { 'user-agent': edge } })

/** Signs somebody in as the workplace does. */
async function fromHost(world: World, userId: string): Promise<Session> {
  const code = newId()
  const people = [world.admin, ...world.members]
  server.ports.orgs.set(world.corpId, {
    name: '测试企业',
    departments: [],
    users: people.map((person) => user(person.userId, [2], { name: person.name })),
    admins: [{ userId: 'admin', isMain: true, departmentIds: [] }],
    codes: new Map([[code, userId]]),
  })
  const reply = await call(contracts.signInByAuthCode, { body: { app: 'forms', corpId: world.corpId, code } })
  expect(reply.status).toBe(200)
  return reply.body
}

const newPhone = phonesAfter(13_700_000_000)

async function bindPhone(session: Session, phone: string) {
  const { reply, code } = await codeAfter(server, phone, () =>
    call(contracts.requestBindingCode, { body: { phone } }, session),
  )
  server.deps.clock.advance(61_000)
  const { challenge } = reply.body
  return call(contracts.bindPhone, { body: { phone, code, challenge } }, session)
}

async function bySms(phone: string): Promise<Session> {
  const { reply, code } = await codeAfter(server, phone, () =>
    call(contracts.requestSmsCode, { body: { phone } }),
  )
  const { challenge } = reply.body
  server.deps.clock.advance(61_000)
  const [session] = (await call(contracts.signInBySms, { body: { phone, code, challenge } })).body.sessions
  if (!session) throw new Error('nobody signed in')
  return session
}

const renew = ({ refreshToken }: Pick<Session, 'refreshToken'>, app = server.app) =>
  call(contracts.renewSession, { body: { refreshToken } }, { app })
const lives = async ({ token }: Pick<Session, 'token'>) =>
  (await call(contracts.getMe, {}, { token })).status === 200

/** A second process of the installation, on the same database. */
async function secondProcess(): Promise<{ app: TestServer['app']; deps: Deps; close(): Promise<void> }> {
  const deps = makeDeps(server.deps.config, {
    log: server.deps.log,
    clock: server.deps.clock,
    suites: server.deps.suites,
    workplace: server.ports.workplace,
    government: server.ports.government,
    sms: server.ports.sms,
    mail: server.ports.mail,
  })
  const app = await buildApp(deps)
  await app.ready()
  return {
    app,
    deps,
    async close() {
      await app.close()
      await deps.queues.close()
      await deps.live.close()
      await deps.database.close()
    },
  }
}

describe('S-14: refresh tokens', () => {
  it('work once and bring the next; the session goes on', async () => {
    const first = await fromHost(await newWorld(server), 'user1')
    server.deps.clock.advance(9 * 60_000)
    const second = (await renew(first)).body
    expect(second).toMatchObject({ id: first.id, me: first.me })
    expect(second.refreshToken).not.toBe(first.refreshToken)
    server.deps.clock.advance(9 * 60_000)
    expect(await lives(first)).toBe(false)
    expect(await lives((await renew(second)).body)).toBe(true)
  })

  it('used again end the whole line, the thief’s and the owner’s alike, and leave a trace', async () => {
    const world = await newWorld(server)
    let survived = 0
    const lines = 12
    for (let steps = 1; steps <= lines; steps += 1) {
      const stolen = await fromHost(world, 'user1')
      let newest = stolen
      for (let step = 0; step < 1 + (steps % 3); step += 1) {
        server.deps.clock.advance(60_000)
        newest = (await renew(newest)).body
      }
      server.deps.clock.advance(11_000)
      const reused = await renew(stolen)
      expect([reused.status, reused.code]).toEqual([401, 'session.expired'])
      if ((await renew(newest)).status !== 401 || (await lives(newest))) survived += 1
    }
    figure({
      id: 'S-14',
      n: lines,
      value: survived,
      unit: 'lines that outlived a reuse',
      target: '=0',
      ok: survived === 0,
    })
    expect(survived).toBe(0)
    const [trace] = await rowsOf<{ n: number }>(
      server,
      world.orgId,
      `select count(*)::int as n from audit_log where action = 'session.reuse'`,
    )
    expect(trace?.n).toBe(lines)
  })

  it('of two tabs that renew at once both go on, with the same next token', async () => {
    const session = await fromHost(await newWorld(server), 'user1')
    const replies = await Promise.all(Array.from({ length: 6 }, () => renew(session)))
    expect(replies.map(({ status }) => status)).toEqual(Array(6).fill(200))
    expect(new Set(replies.map(({ body }) => body.refreshToken)).size).toBe(1)
    server.deps.clock.advance(5_000)
    expect((await renew(session)).status).toBe(200) // the answer was lost on the way
  })

  it('are not in the database, only their hashes', async () => {
    const session = await fromHost(await newWorld(server), 'user1')
    const { rows } = await server.deps.database.pool.query<{ text: string }>(
      `select string_agg(t::text, ' ') as text from (select r.*, s.* from refresh_tokens r join sessions s on s.id = r.session_id) t`,
    )
    expect(rows[0]?.text).not.toContain(session.refreshToken)
    expect(rows[0]?.text).not.toContain(Buffer.from(session.refreshToken).toString('hex'))
  })

  it('a made-up one ends nothing', async () => {
    const session = await fromHost(await newWorld(server), 'user1')
    expect((await renew({ refreshToken: `${session.refreshToken.slice(0, -2)}xx` })).status).toBe(401)
    expect((await renew(session)).status).toBe(200)
  })
})

describe('S-21: sessions', () => {
  const all = 12
  let held = 0
  /** After what a test asserts: so many of the cases above it held. */
  const holds = (cases: number) => {
    held += cases
  }
  afterAll(() => {
    figure({ id: 'S-21', n: all, value: held, unit: 'cases right', target: `=${all}`, ok: held === all })
  })

  it('of those who see others end after half an hour of rest, of members after twelve hours', async () => {
    const world = await newWorld(server)
    const [admin, member] = [await fromHost(world, 'admin'), await fromHost(world, 'user1')]
    server.deps.clock.advance(31 * 60_000)
    expect((await renew(admin)).code).toBe('session.expired')
    expect((await renew(member)).status).toBe(200)
    holds(2)
  })

  it('end after twelve hours however busy they are', async () => {
    let session = await fromHost(await newWorld(server), 'admin')
    for (let minutes = 0; minutes < 12 * 60 - 20; minutes += 20) {
      server.deps.clock.advance(20 * 60_000)
      session = (await renew(session)).body
    }
    server.deps.clock.advance(21 * 60_000)
    expect((await renew(session)).code).toBe('session.expired')
    holds(2) // goes on till then, and no longer
  })

  it('are listed for their owner, with the device, and ended by him one by one or all but this', async () => {
    const world = await newWorld(server)
    const mine = [
      await fromHost(world, 'user1'),
      await fromHost(world, 'user1'),
      await fromHost(world, 'user1'),
    ]
    const colleague = await fromHost(world, 'user2')
    const [here, there, elsewhere] = mine as [Session, Session, Session] // three, as made above
    const list = async () => (await call(contracts.listSessions, { query: {} }, here)).body.items
    const summary = ({ id, isCurrent, kind, device }: SessionEntry) => ({ id, isCurrent, kind, device })
    expect((await list()).map(summary)).toEqual(
      mine
        .toReversed()
        .map(({ id }) => ({ id, isCurrent: id === here.id, kind: 'host', device: 'Edge · Windows' })),
    )
    const page = (await call(contracts.listSessions, { query: { limit: 2 } }, here)).body
    expect([page.items.length, page.nextCursor]).toEqual([2, page.items[1]?.id])

    const end = (id: string) => call(contracts.endSession, { params: { sessionId: id } }, here)
    expect((await end(there.id)).status).toBe(200)
    expect([await lives(there), (await renew(there)).status]).toEqual([false, 401])
    expect((await end(there.id)).code).toBe('resource.missing')
    expect((await end(colleague.id)).code).toBe('resource.missing')
    expect(await lives(colleague)).toBe(true)
    expect((await call(contracts.endOtherSessions, {}, here)).body).toEqual({ ended: 1 })
    expect([await lives(elsewhere), await lives(here), await lives(colleague)]).toEqual([false, true, true])
    holds(6) // list, pages, ending one, once, not a colleague's, all others
  })

  it('signed out of are refused at once, not only forgotten', async () => {
    const session = await fromHost(await newWorld(server), 'user1')
    expect((await call(contracts.signOut, {}, session)).status).toBe(200)
    expect([await lives(session), (await renew(session)).status]).toEqual([false, 401])
    holds(2)
  })
})

describe('S-10: what is taken away is gone at once, in every process', () => {
  it('sessions, roles, memberships and orgs; streams end with them', async () => {
    const world = await newWorld(server)
    const second = await secondProcess()
    const address = await second.app.listen({ port: 0, host: '127.0.0.1' })
    try {
      const [ended, admin, gone] = [
        await fromHost(world, 'user1'),
        await fromHost(world, 'admin'),
        await fromHost(world, 'user2'),
      ]
      const there = async ({ token }: Session) =>
        (await call(contracts.listSessions, { query: {} }, { token, app: second.app })).status
      for (const session of [ended, admin, gone]) expect(await there(session)).toBe(200)
      const stream = await fetch(`${address}/api${liveEvents.path}`, {
        headers: { authorization: `Bearer ${gone.token}` },
      })
      expect(stream.status).toBe(200)

      const system = { kind: 'system', name: 'test' } as const
      await call(contracts.signOut, {}, ended)
      await server.deps.database.inOrg(world.orgId, system, (scope) => saveAdmins(scope, []))
      await server.deps.database.inOrg(world.orgId, system, async (scope) => {
        await endMember(scope, 'user2', server.deps.clock.now())
      })
      const removed = await newWorld(server)
      const ofRemoved = await fromHost(removed, 'user1')
      expect(await there(ofRemoved)).toBe(200)
      await rowsOf(server, removed.orgId, `update installations set state = 'removed' returning app`)
      await server.deps.database.inOrg(removed.orgId, system, async (scope) => {
        await closeOrgWithoutApps(scope, server.deps.clock.now())
      })
      const over = [ended, admin, gone, ofRemoved]
      const statuses = () => Promise.all(over.map((session) => there(session)))
      await until(statuses, (seen) => seen.every((status) => status === 401))
      await stream.text() // resolves because the stream ends

      // The admin goes on as the member he is now.
      expect((await renew(admin)).body.me.role).toBe('member')
      expect((await renew(gone)).status).toBe(401)
      figure({
        id: 'S-10',
        n: over.length,
        value: (await statuses()).filter((status) => status !== 401).length,
        unit: 'sessions that outlived their reason',
        target: '=0',
        ok: true,
      })
    } finally {
      await second.close()
    }
  })

  it('who comes back is let in again, with a new session only', async () => {
    const world = await newWorld(server)
    const before = await fromHost(world, 'user1')
    await server.deps.database.inOrg(world.orgId, { kind: 'system', name: 'test' }, async (scope) => {
      await endMember(scope, 'user1', server.deps.clock.now())
    })
    await server.deps.guard.catchUp()
    expect(await lives(before)).toBe(false)
    await rowsOf(
      server,
      world.orgId,
      `update members set left_at = null where user_id = 'user1' returning id`,
    )
    expect(await lives(await fromHost(world, 'user1'))).toBe(true)
  })
})

describe('S-14: signing keys', () => {
  const operator = (isProved = true) => signToken(server, { sub: 'operator', role: 'operator' }, { isProved })
  const states = async () =>
    Object.fromEntries(
      (await call(contracts.listSigningKeys, { query: {} }, { token: operator() })).body.items.map(
        ({ kid, state }) => [kid, state],
      ),
    )

  it('rotate under load without refusing a good request; retired and withdrawn keys verify nothing', async () => {
    const world = await newWorld(server)
    const second = await secondProcess()
    try {
      let session = await fromHost(world, 'user1')
      const before = session
      const kidOf = ({ token }: Session) => {
        const head: unknown = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())
        return (head as { kid: string }).kid // made by the server under test
      }
      const old = kidOf(before)
      let isOver = false
      const seen: number[] = []
      const load = async () => {
        while (!isOver) {
          session = (await renew(session, seen.length % 2 ? server.app : second.app)).body
          for (const app of [server.app, second.app])
            seen.push((await call(contracts.getMe, {}, { token: session.token, app })).status)
        }
      }
      const running = load()
      const rotated = (await call(contracts.rotateSigningKey, {}, { token: operator() })).body
      expect(rotated.state).toBe('coming')
      await until(
        () => kidOf(session),
        (kid) => kid === rotated.kid,
      )
      isOver = true
      await running
      const refused = seen.filter((status) => status !== 200).length
      figure({
        id: 'S-14',
        n: seen.length,
        value: refused,
        unit: 'good requests refused',
        target: '=0',
        ok: refused === 0,
      })
      expect(refused).toBe(0)
      expect(await lives(before)).toBe(true) // signed with the old key, and good until it expires
      expect(await states()).toMatchObject({ [old]: 'retiring', [rotated.kid]: 'signing' })

      const withdrawn = await call(
        contracts.withdrawSigningKey,
        { params: { kid: rotated.kid } },
        { token: operator() },
      )
      expect(withdrawn.body.state).toBe('withdrawn')
      const refusedThere = async () =>
        (await call(contracts.getMe, {}, { token: session.token, app: second.app })).status
      await until(refusedThere, (status) => status === 401)
      // Nobody is signed out: another key signs, and the session is renewed.
      expect(await lives((await renew(session)).body)).toBe(true)

      const longLived = signToken(server, { sub: world.member.memberId, org: world.orgId, role: 'member' })
      const aged = server.deps.guard
      expect(() => aged.judge(longLived)).not.toThrow()
      await call(contracts.rotateSigningKey, {}, { token: operator() })
      server.deps.clock.advance(12 * 60_000)
      expect(() => aged.judge(longLived)).toThrow('The session has expired')
    } finally {
      await second.close()
    }
  })

  it('S-22: are not for an operator without a second proof', async () => {
    const reply = await call(contracts.rotateSigningKey, {}, { token: operator(false) })
    expect([reply.status, reply.code]).toEqual([403, 'step-up.needed'])
  })
})

describe('S-22, S-23: the second proof', () => {
  const run = { body: { kind: 'health' } } as const

  it('of who came from the workplace is his phone, of who came by SMS the workplace', async () => {
    const world = await newWorld(server)
    const phone = newPhone()
    let host = await fromHost(world, 'admin')
    const way = (session: Session) => call(contracts.getProofWay, {}, session)
    expect((await way(host)).body).toEqual({ way: 'sms', phone: null, isReady: false })
    expect((await call(contracts.requestProofCode, {}, host)).code).toBe('proof.impossible')
    await bindPhone(host, phone)
    expect((await way(host)).body).toMatchObject({ way: 'sms', isReady: true })
    const { code } = await codeAfter(server, phone, () => call(contracts.requestProofCode, {}, host))
    const other = await fromHost(world, 'admin')
    expect((await call(contracts.giveProof, { body: { code } }, other)).code).toBe('proof.invalid') // not his session
    const given = await call(contracts.giveProof, { body: { code } }, host)
    expect(given.status).toBe(200)
    expect((await call(contracts.giveProof, { body: { code } }, host)).code).toBe('proof.invalid') // once

    // The proof belongs to the session, for five minutes: a renewal keeps it, time takes it.
    host = { ...host, ...given.body }
    const rebind = async (session: Session) => {
      const { body } = await call(contracts.requestBindingCode, { body: { phone: newPhone() } }, session)
      const wrong = { phone: newPhone(), code: '000000', challenge: body.challenge }
      return (await call(contracts.bindPhone, { body: wrong }, session)).code
    }
    expect(await rebind(host)).toBe('sms-code.invalid')
    expect(await rebind(other)).toBe('step-up.needed')
    host = (await renew(host)).body
    expect(await rebind(host)).toBe('sms-code.invalid')
    server.deps.clock.advance(5 * 60_000)
    expect(await rebind((await renew(host)).body)).toBe('step-up.needed')

    const console = await bySms(phone)
    expect((await way(console)).body).toEqual({ way: 'workplace', phone: null, isReady: true })
    const texts = server.ports.texts.length
    expect((await call(contracts.requestProofCode, {}, console)).status).toBe(200)
    const card = server.ports.sent.at(-1)
    expect([card?.userIds, server.ports.texts.length]).toEqual([['admin'], texts])
    const shown = card?.message.lines.find(({ label }) => label === '验证码')?.value ?? ''
    expect((await call(contracts.giveProof, { body: { code: shown } }, console)).status).toBe(200)
  })

  it('of the operator is an authenticator; without it nothing sensitive is done', async () => {
    const token = 'a-set-up-token-for-tests'
    const first = (await call(contracts.signInBySetupLink, { body: { token } })).body
    const acts = [
      () => call(startDailyRun, run, first),
      () => call(contracts.rotateSigningKey, {}, first),
      () => call(contracts.withdrawSigningKey, { params: { kid: 'k-0' } }, first),
      () => call(contracts.removeAuthenticator, {}, first),
    ]
    const codes = await Promise.all(acts.map(async (act) => (await act()).code))
    const done = codes.filter((code) => code !== 'step-up.needed').length
    figure({
      id: 'S-22',
      n: acts.length,
      value: done,
      unit: 'sensitive acts without a second proof',
      target: '=0',
      ok: done === 0,
    })
    expect(done).toBe(0)
    expect((await call(contracts.giveProof, { body: { code: '123456' } }, first)).code).toBe(
      'proof.impossible',
    )

    const { secret, uri } = (await call(contracts.startAuthenticator, {}, first)).body
    expect(uri).toContain('otpauth://totp/')
    const app = new TOTP({ secret: Secret.fromBase32(secret) })
    const codeNow = () => app.generate({ timestamp: server.deps.clock.now() })
    const confirm = (code: string) => call(contracts.confirmAuthenticator, { body: { code } }, first)
    expect((await confirm(codeNow() === '000000' ? '000001' : '000000')).code).toBe('proof.invalid')
    const used = codeNow()
    const proved = { ...first, ...(await confirm(used)).body }
    expect((await call(startDailyRun, run, proved)).status).toBe(200)
    expect((await call(contracts.giveProof, { body: { code: used } }, first)).code).toBe('proof.invalid')
    expect((await call(contracts.startAuthenticator, {}, proved)).code).toBe('authenticator.set')

    // The link alone opens nothing any more; with a code it does, again and again.
    const again = (code?: string) =>
      call(contracts.signInBySetupLink, { body: { token, ...(code ? { code } : {}) } })
    expect((await again()).code).toBe('authenticator.needed')
    server.deps.clock.advance(30_000)
    const second = await again(codeNow())
    expect(second.status).toBe(200)
    expect((await call(startDailyRun, run, second.body)).status).not.toBe(403)
    figure({
      id: 'S-23',
      n: acts.length + 1,
      value: 0,
      unit: 'single-factor admin actions',
      target: '=0',
      ok: true,
    })

    // Guessing: five tries, then a pause in which the right code is refused as well.
    server.deps.clock.advance(30_000)
    const wrong = codeNow() === '000000' ? '000001' : '000000'
    for (let i = 0; i < 5; i += 1) expect((await again(wrong)).code).toBe('proof.invalid')
    expect((await again(codeNow())).code).toBe('proof.invalid')
    server.deps.clock.advance(15 * 60_000)
    expect((await again(codeNow())).status).toBe(200)
    await server.deps.database.inSystem(({ tx }) => tx.execute(sql`delete from authenticators`))
  })
})
