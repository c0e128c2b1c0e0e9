import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { InputOf } from '@kangbao/shared/contracts/contract.ts'
import * as contracts from '@kangbao/shared/contracts/my-mail.ts'
import { getMyData } from '@kangbao/shared/contracts/own-data.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { until } from '../../../test/until.ts'
import { newWorld, type Person, type World } from '../../../test/world.ts'
import { eraseMember } from '../erasures/erase-member.ts'
import { removeAddresses } from './index.ts'

let server: TestServer
let world: World
beforeAll(async () => {
  server = await startTestServer({ config: { RATE_LIMIT_SCALE: 1_000 } })
  world = await newWorld(server)
})
afterAll(() => server.close())
beforeEach(() => server.deps.clock.set(testNow))

const minute = 60_000
let made = 0
const newAddress = () => `zhang${(made += 1)}@example.com`
const mailsTo = (address: string) => server.ports.mails.filter(({ to }) => to === address)
const actor = { kind: 'system', name: 'test' } as const

/** Asks for a code as a person would, and reads it in the mailbox. */
async function codeFor(person: Person, typed: string, address = typed) {
  const before = mailsTo(address).length
  const body = { address: typed, locale: 'zh-CN' } as const
  const reply = await person.inject(contracts.requestMailCode, { body })
  expect(reply.status).toBe(200)
  const mails = await until(
    () => mailsTo(address),
    (list) => list.length > before,
  )
  const code = /\b\d{6}\b/.exec(mails.at(-1)?.text ?? '')?.[0] ?? ''
  return { address: typed, code, challenge: reply.body.challenge, locale: 'zh-CN' } as const
}
const confirm = async (person: Person, address: string) =>
  person.inject(contracts.confirmMail, { body: await codeFor(person, address) })
const mine = async (person: Person) => (await person.inject(contracts.getMyMail)).body

describe('Z-33: a mail address', () => {
  it('is confirmed by a code that was sent to it, shown masked, changed and taken away', async () => {
    const { member } = world
    expect(await mine(member)).toEqual({ isAvailable: true, address: null, refusedAt: null })
    const given = await codeFor(member, ' Li＠Example.com', 'Li@example.com')
    const reply = await member.inject(contracts.confirmMail, { body: given })
    expect(reply.body).toEqual({ isAvailable: true, address: '***@example.com', refusedAt: null })
    await confirm(member, 'wang@example.org')
    expect(await mine(member)).toMatchObject({ address: 'w***@example.org' })
    expect((await member.inject(getMyData)).body.profile.mail).toBe('wang@example.org')
    for (let i = 0; i < 2; i += 1) expect((await member.inject(contracts.removeMail)).status).toBe(200)
    expect(await mine(member)).toMatchObject({ address: null })
    const { rows } = await server.deps.database.inOrg(world.orgId, actor, ({ tx }) =>
      tx.execute<{ action: string }>(sql`
        select action from audit_log where org_id = ${world.orgId} and action like 'mail-address.%' order by id`),
    )
    expect(rows.map(({ action }) => action)).toEqual([
      'mail-address.confirmed',
      'mail-address.confirmed',
      'mail-address.removed',
      'mail-address.removed',
    ])
  })

  it('S-17: a code is good once, for half an hour, for its address and for who asked', async () => {
    const [one, other] = world.members
    if (!one || !other) throw new Error('a world has members')
    const refused = async (person: Person, input: InputOf<typeof contracts.confirmMail>) => {
      const reply = await person.inject(contracts.confirmMail, input)
      expect([reply.status, reply.problem.code]).toEqual([422, 'mail-code.invalid'])
    }
    const given = await codeFor(one, newAddress())
    const wrong = given.code === '000000' ? '000001' : '000000'
    await refused(one, { body: { ...given, code: wrong } })
    await refused(one, { body: { ...given, address: newAddress() } })
    await refused(other, { body: { ...given, challenge: 'a-challenge-of-somebody-else' } })
    expect((await one.inject(contracts.confirmMail, { body: given })).status).toBe(200)
    await refused(one, { body: given })
    const late = await codeFor(one, newAddress())
    server.deps.clock.advance(30 * minute)
    await refused(one, { body: late })
  })

  it('S-18: an address gets one code a minute and five an hour, whoever asks', async () => {
    const address = newAddress()
    const body = { address, locale: 'en' } as const
    const statuses: number[] = []
    for (let i = 0; i < 8; i += 1) {
      const asks = world.members[i % 4] ?? world.member
      statuses.push((await asks.inject(contracts.requestMailCode, { body })).status)
      if (i > 0) server.deps.clock.advance(minute)
    }
    expect(statuses).toEqual([200, 429, 200, 200, 200, 200, 429, 429])
  })

  it('S-19: is asked for alike whether it is known or not, and refused when it is none', async () => {
    const address = newAddress()
    await confirm(world.member, address)
    server.deps.clock.advance(minute)
    const ask = (to: string) =>
      world.admin.inject(contracts.requestMailCode, { body: { address: to, locale: 'en' } })
    const known = await ask(address)
    const unknown = await ask(newAddress())
    expect([known.status, Object.keys(known.body)]).toEqual([unknown.status, Object.keys(unknown.body)])
    expect((await ask('zhang@example')).problem.code).toBe('mail-address.invalid')
  })

  it('S-35: lies sealed in the database, and neither code nor address is readable there', async () => {
    const address = newAddress()
    const given = await codeFor(world.member, address)
    await world.member.inject(contracts.confirmMail, { body: given })
    const { rows } = await server.deps.database.inOrg(world.orgId, actor, ({ tx }) =>
      tx.execute<{ text: string }>(sql`select m::text as text from mail_addresses m union all
        select c::text from sms_codes c where channel = 'mail' union all select a::text from audit_log a`),
    )
    const all = rows.map(({ text }) => text).join()
    for (const secret of [address, given.code, given.challenge]) {
      expect(all).not.toContain(secret)
      expect(all).not.toContain(Buffer.from(secret).toString('hex'))
    }
  })

  it('a mail server that is away costs nobody the next try', async () => {
    const address = newAddress()
    const { mail } = server.ports
    const { send } = mail
    let tries = 0
    Object.assign(mail, { send: () => ((tries += 1), Promise.reject(new Error('away'))) })
    const body = { address, locale: 'en' } as const
    const ask = async () => (await world.member.inject(contracts.requestMailCode, { body })).status
    expect(await ask()).toBe(200)
    // The mail server is spoken to after the answer.
    await until(
      () => tries,
      (count) => count === 1,
    )
    Object.assign(mail, { send })
    expect(await until(ask, (status) => status === 200)).toBe(200)
    await until(
      () => mailsTo(address),
      (list) => list.length === 1,
    )
  })

  it('without a mail server nobody is offered what cannot be sent', async () => {
    Object.assign(server.ports.mail, { isConfigured: false })
    expect(await mine(world.admin)).toMatchObject({ isAvailable: false })
    const body = { address: newAddress(), locale: 'en' } as const
    const reply = await world.admin.inject(contracts.requestMailCode, { body })
    expect([reply.status, reply.problem.code]).toEqual([409, 'mail.unavailable'])
    Object.assign(server.ports.mail, { isConfigured: true })
  })

  it('S-42: goes with the person, and when he leaves', async () => {
    const there = await newWorld(server, { members: 2 })
    const [erased, left] = there.members
    if (!erased || !left) throw new Error('a world of two')
    for (const person of [erased, left]) await confirm(person, newAddress())
    await server.deps.database.inOrg(there.orgId, actor, async (scope) => {
      await eraseMember(scope, erased.memberId, server.deps.clock.now())
      await removeAddresses(scope, [left.memberId])
      const { rows } = await scope.tx.execute(sql`select from mail_addresses where org_id = ${there.orgId}`)
      expect(rows).toEqual([])
    })
  })
})
