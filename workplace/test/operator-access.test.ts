import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { newWorld, type Json, type World } from './world.ts'

const key = 'k'.repeat(32)

let world: World
beforeAll(async () => {
  world = await newWorld({ config: { operatorToken: key, isTestMode: false } })
})
afterAll(() => world.close())

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

async function call(
  method: Method,
  path: string,
  given: { token?: string; body?: object; from?: string } = {},
) {
  const answer = await world.app.inject({
    method,
    url: `/client-api/operator${path}`,
    remoteAddress: given.from ?? '10.0.0.1',
    ...(given.token && { headers: { authorization: `Bearer ${given.token}` } }),
    ...(given.body && { payload: given.body }),
  })
  return { status: answer.statusCode, body: answer.json<Json>() }
}

const signIn = (body: object, from?: string) => call('POST', '/sessions', { body, ...(from && { from }) })

async function session(name = '李运营'): Promise<string> {
  return (await signIn({ key, name })).body.token
}

async function codeFor(name: string): Promise<string> {
  const made = await call('POST', '/links', { token: key, body: { name } })
  const link = new URL(made.body.link)
  expect(`${link.pathname}${link.search}`).toBe('/operator/sign-in') // nothing a server would write down
  return link.hash.slice(1)
}

it('Z-06: the operator’s pages open by the key, and by nothing else', async () => {
  expect((await call('GET', '/me')).body.code).toBe('session.missing')
  expect((await signIn({ key: 'wrong', name: '李运营' })).body.code).toBe('operator.key-wrong')
  expect((await signIn({ key })).body.code).toBe('request.invalid')
  expect((await signIn({ key, name: '   ' })).body.code).toBe('request.invalid')
  const token = await session()
  expect((await call('GET', '/me', { token })).body).toMatchObject({ name: '李运营' })
  const person = await world.person()
  expect((await call('GET', '/me', { token: person.token })).body.code).toBe('permission.denied')
})

it('Z-06: an operator’s session is no session of a person', async () => {
  const token = await session()
  const answer = await world.app.inject({
    url: '/client-api/me',
    headers: { authorization: `Bearer ${token}` },
  })
  expect(answer.statusCode).toBe(401)
})

it('Z-06: a link lets one person in, once, under the name it was made for', async () => {
  const code = await codeFor('王审核')
  const answers = await Promise.all([
    signIn({ key: code, name: '别人' }, '10.0.1.1'),
    signIn({ key: code }, '10.0.1.2'),
  ])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 422])
  expect(answers.find(({ status }) => status === 200)?.body.name).toBe('王审核')
})

it('Z-06: an hour later a link is a piece of paper', async () => {
  const code = await codeFor('赵晚到')
  world.clock.advance(3601_000)
  expect((await signIn({ key: code })).body.code).toBe('operator.key-wrong')
})

it('Z-06: a session ends after an hour unused, after eight hours used, and at once by signing out', async () => {
  const used = await session()
  const unused = await session()
  const left = await session()
  expect((await call('DELETE', '/sessions/current', { token: left })).status).toBe(200)
  expect((await call('GET', '/me', { token: left })).body.code).toBe('session.expired')
  for (let hour = 0; hour < 8; hour += 1) {
    expect((await call('GET', '/me', { token: used })).status).toBe(200)
    world.clock.advance(55 * 60_000)
  }
  expect((await call('GET', '/me', { token: unused })).body.code).toBe('session.expired')
  expect((await call('GET', '/me', { token: used })).status).toBe(200)
  world.clock.advance(41 * 60_000)
  expect((await call('GET', '/me', { token: used })).body.code).toBe('session.expired')
})

it('Z-06: five wrong keys from one place close it for a while, and no other', async () => {
  const guess = () => signIn({ key: 'guess', name: '猜' }, '10.0.2.1')
  for (let i = 0; i < 5; i += 1) expect((await guess()).status).toBe(422)
  const refused = await guess()
  expect(refused.body).toMatchObject({ code: 'rate.limited' })
  expect(refused.body.details.retryAfterSeconds).toBeGreaterThan(0)
  expect((await signIn({ key, name: '李运营' }, '10.0.2.1')).status).toBe(429)
  expect((await signIn({ key, name: '李运营' }, '10.0.2.2')).status).toBe(200)
})

it('Z-06: acts are kept with who and when, paged, and cannot be unwritten', async () => {
  const token = await session('孙留痕')
  const acts = (body: object) => call('POST', '/acts/search', { token, body })
  await call('POST', `/suites/${world.suite.suiteId}/ticket`, { token })
  await call('POST', `/suites/${world.suite.suiteId}/ticket`, { token })
  const first = await acts({ limit: 2, operator: '孙留' })
  expect(first.body.items.map(({ action, operator }: Json) => [action, operator])).toEqual([
    ['ticket.pushed', '孙留痕'],
    ['ticket.pushed', '孙留痕'],
  ])
  const second = await acts({ limit: 2, operator: '孙留', cursor: first.body.next })
  expect(second.body).toMatchObject({ items: [{ action: 'session.started' }], next: null })
  expect((await acts({ action: 'ticket.pushed', limit: 1 })).body.items).toHaveLength(1)
  for (const unwriting of [sql`delete from operator_acts`, sql`update operator_acts set operator = 'x'`])
    await expect(world.db.run(unwriting)).rejects.toThrow()
})
