import { createHmac, createSign, generateKeyPairSync } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import { Problem } from '@kangbao/shared/errors/problem.ts'
import { Value } from 'typebox/value'
import { rowsOf } from '../../../test/host.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { newWorld, type World } from '../../../test/world.ts'
import { newId } from '../../db/ids.ts'
import { kidOf } from '../../http/sign-in-guard.ts'

let server: TestServer
let world: World
let other: World
beforeAll(async () => {
  server = await startTestServer()
  ;[world, other] = [await newWorld(server), await newWorld(server)]
})
afterAll(() => server.close())
afterEach(() => server.deps.clock.set(testNow))

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const seconds = () => Math.floor(server.deps.clock.now() / 1000)
const secret = () => server.deps.config.JWT_SECRET
const header = () => ({ alg: 'HS256', typ: 'at+jwt', kid: kidOf(secret()) })
const claims = () => ({
  sub: world.admin.memberId,
  org: world.orgId,
  role: 'main-admin',
  sid: newId(),
  iss: 'kangbao',
  aud: 'kangbao-api',
  iat: seconds(),
  nbf: seconds(),
  exp: seconds() + 600,
})
const without = (name: string) => Object.fromEntries(Object.entries(claims()).filter(([key]) => key !== name))

function signed(head: object, body: object, key: string = secret(), hash = 'sha256'): string {
  const text = `${part(head)}.${part(body)}`
  return `${text}.${createHmac(hash, key).update(text).digest('base64url')}`
}
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const publicPem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString()
function rsaSigned(head: object): string {
  const text = `${part(head)}.${part(claims())}`
  return `${text}.${createSign('sha256').update(text).sign(rsa.privateKey, 'base64url')}`
}
const good = () => signed(header(), claims())
const pieces = (token: string) => token.split('.') as [string, string, string]
const mine = 'mine-and-nobody-elses-'.repeat(3)

/** Each is one thing away from a token that passes. */
const corpus: readonly (readonly [string, () => string])[] = [
  ['alg none, no signature', () => `${part({ ...header(), alg: 'none' })}.${part(claims())}.`],
  ['alg none, our signature', () => signed({ ...header(), alg: 'none' }, claims())],
  ['alg None', () => signed({ ...header(), alg: 'None' }, claims())],
  ['alg missing', () => signed({ typ: 'at+jwt', kid: kidOf(secret()) }, claims())],
  ['alg HS384', () => signed({ ...header(), alg: 'HS384' }, claims(), secret(), 'sha384')],
  ['alg HS512', () => signed({ ...header(), alg: 'HS512' }, claims(), secret(), 'sha512')],
  ['alg RS256, another’s key', () => rsaSigned({ ...header(), alg: 'RS256' })],
  ['HS256 with a public key as secret', () => signed(header(), claims(), publicPem)],
  ['HS256 with an empty secret', () => signed(header(), claims(), ' ')],
  ['another secret', () => signed(header(), claims(), mine)],
  ['kid missing', () => signed({ alg: 'HS256', typ: 'at+jwt' }, claims())],
  ['kid unknown', () => signed({ ...header(), kid: 'k-0123456789ab' }, claims())],
  ['kid a path', () => signed({ ...header(), kid: '../../../../dev/null' }, claims(), '')],
  ['kid an SQL text', () => signed({ ...header(), kid: "x' union select 'aa" }, claims(), 'aa')],
  ['kid a name of every object', () => signed({ ...header(), kid: '__proto__' }, claims(), mine)],
  ['kid a list', () => signed({ ...header(), kid: [kidOf(secret())] }, claims())],
  ['jku', () => signed({ ...header(), jku: 'https://evil.example/keys' }, claims(), mine)],
  ['jku with our signature', () => signed({ ...header(), jku: 'https://evil.example/keys' }, claims())],
  ['jwk', () => signed({ ...header(), jwk: { kty: 'oct', k: part(mine) } }, claims(), mine)],
  ['x5u', () => signed({ ...header(), x5u: 'https://evil.example/cert' }, claims(), mine)],
  ['x5c', () => rsaSigned({ ...header(), alg: 'RS256', x5c: ['MIIB'] })],
  ['crit', () => signed({ ...header(), crit: ['b64'], b64: false }, claims())],
  ['typ JWT', () => signed({ ...header(), typ: 'JWT' }, claims())],
  ['typ missing', () => signed({ alg: 'HS256', kid: kidOf(secret()) }, claims())],
  ['aud of another service', () => signed(header(), { ...claims(), aud: 'kangbao-files' })],
  ['aud missing', () => signed(header(), without('aud'))],
  ['iss of another', () => signed(header(), { ...claims(), iss: 'https://evil.example' })],
  ['iss missing', () => signed(header(), without('iss'))],
  ['expired', () => signed(header(), { ...claims(), exp: seconds() })],
  ['expired long ago', () => signed(header(), { ...claims(), exp: 1 })],
  ['exp missing', () => signed(header(), without('exp'))],
  ['exp a text', () => signed(header(), { ...claims(), exp: '9999999999' })],
  ['not yet valid', () => signed(header(), { ...claims(), nbf: seconds() + 60 })],
  ['issued in the future', () => signed(header(), { ...claims(), iat: seconds() + 60 })],
  ['session missing', () => signed(header(), without('sid'))],
  ['org missing', () => signed(header(), without('org'))],
  ['an operator of an org', () => signed(header(), { ...claims(), role: 'operator' })],
  ['a member who calls himself operator', () => signed(header(), { ...without('org'), role: 'operator' })],
  ['role unknown', () => signed(header(), { ...claims(), role: 'superuser' })],
  ['org changed after signing', () => changed({ org: other.orgId })],
  ['role changed after signing', () => changed({ role: 'main-admin', sub: world.member.memberId })],
  ['signature of another token', () => [...pieces(good()).slice(0, 2), pieces(changedWhole())[2]].join('.')],
  ['last bits of the signature changed', () => looseEnd(good())],
  ['truncated signature', () => good().slice(0, -4)],
  ['signature missing', () => pieces(good()).slice(0, 2).join('.')],
  ['four parts', () => `${good()}.${pieces(good())[2]}`],
  ['two tokens', () => `${good()}, Bearer ${good()}`],
  ['padded', () => `${good()}=`],
  ['white space inside', () => good().replace('.', '. ')],
  ['other letters', () => encodeURIComponent(`令牌.${good()}`)],
  ['a nul at the end', () => `${good()}%00`],
  ['oversized', () => signed(header(), { ...claims(), more: 'x'.repeat(6_000) })],
  ['header no object', () => signed([], claims())],
  ['body no object', () => signed(header(), [1])],
  ['no JSON', () => 'bm90.anNvbg.YXQtYWxs'],
  ['empty', () => ''],
]

function changed(to: object): string {
  const [head, body, signature] = pieces(good())
  const before: unknown = JSON.parse(Buffer.from(body, 'base64url').toString())
  return [head, part(Object.assign({}, before, to)), signature].join('.')
}
const changedWhole = () => signed(header(), { ...claims(), role: 'member' })
/** The last of 43 letters carries two bits of nothing: most decoders take four spellings of it. */
function looseEnd(token: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return token.slice(0, -1) + (letters[letters.indexOf(token.at(-1) ?? 'A') ^ 1] ?? '')
}

const get = (token: string) =>
  server.app.inject({ url: '/api/directory/members', headers: { authorization: `Bearer ${token}` } })
const change = (token: string) =>
  server.app.inject({
    method: 'POST',
    url: '/api/forms',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    payload: '{"templateId":"zhengzhou/daily"}',
  })

describe('S-13: the token corpus', () => {
  it('a token made the same way, with nothing wrong, passes', async () => {
    expect((await get(good())).statusCode).toBe(200)
  })

  it(`${corpus.length} tokens with one thing wrong are refused alike, and nothing happens`, async () => {
    const traces = () =>
      rowsOf(server, world.orgId, 'select (select count(*) from audit_log) a, (select count(*) from forms) f')
    const before = await traces()
    const passed: string[] = []
    for (const [name, make] of corpus) {
      for (const response of [await get(make()), await change(make())]) {
        const isProblem =
          response.statusCode === 401 &&
          String(response.headers['content-type']).startsWith('application/problem+json') &&
          Value.Check(Problem, response.json())
        if (!isProblem) passed.push(`${name}: ${response.statusCode}`)
      }
    }
    figure({
      id: 'S-13',
      n: corpus.length,
      value: passed.length,
      unit: 'tokens taken',
      target: '=0',
      ok: passed.length === 0,
    })
    expect(passed).toEqual([])
    expect(await traces()).toEqual(before)
  })

  it('an access token lives ten minutes, by our clock', async () => {
    const token = good()
    server.deps.clock.advance(599_000)
    expect((await get(token)).statusCode).toBe(200)
    server.deps.clock.advance(2_000)
    expect((await get(token)).json()).toMatchObject({ status: 401, code: 'session.expired' })
  })

  it('a token of one org says nothing in another, whatever the address names', async () => {
    const response = await server.app.inject({
      url: `/api/directory/members?orgId=${other.orgId}`,
      headers: { authorization: `Bearer ${good()}`, 'x-org-id': other.orgId },
    })
    expect(response.body).not.toContain(other.admin.memberId)
  })
})
