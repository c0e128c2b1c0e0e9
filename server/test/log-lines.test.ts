import { Writable } from 'node:stream'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import { startTestServer, type TestServer } from './server.ts'
import { newWorld } from './world.ts'

const written: string[] = []
const log = pino(
  { level: 'trace' },
  new Writable({
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk.toString('utf8'))
      done()
    },
  }),
)
/** What is written while some work is done, line by line. */
async function linesOf(work: () => Promise<unknown>): Promise<string[]> {
  written.length = 0
  await work()
  return written.join('').split('\n').slice(0, -1)
}

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ config: { RATE_LIMIT_SCALE: 10_000 }, deps: () => ({ log }) })
})
afterAll(() => server.close())

const forged = '{"level":50,"msg":"forged"}'
const breaks = [
  '\n',
  '\r',
  '\r\n',
  '\u2028',
  '\u0085',
  '\u001b[2K\u001b[1A',
  '\u0000',
  '\u0008\u0008',
  '%0a',
  '\\n',
]
const places = [
  (text: string) => ({ method: 'GET' as const, url: `/api/forms/${encodeURIComponent(text)}` }),
  (text: string) => ({ method: 'GET' as const, url: `/api/forms?search=${encodeURIComponent(text)}` }),
  (text: string) => ({
    method: 'GET' as const,
    url: '/api/me',
    headers: { authorization: `Bearer ${encodeURIComponent(text)}` },
  }),
  (text: string) => ({ method: 'POST' as const, url: '/api/sessions/sms-codes', payload: { phone: text } }),
  (text: string) => ({
    method: 'POST' as const,
    url: '/callback/dingtalk/forms',
    payload: { encrypt: text },
  }),
]

it('S-47: of a thousand requests with line ends and terminal codes in them none writes a line of its own', async () => {
  const cases = Array.from({ length: 1_000 }, (_, i) => {
    const at = breaks[i % breaks.length] ?? '\n'
    const place = places[Math.floor(i / breaks.length) % places.length] ?? places[0]
    return place?.(`${i}${at}${forged}${at}`)
  })
  const lines = await linesOf(async () => {
    for (const each of cases) if (each) await server.app.inject(each)
  })
  const bad = lines.filter((line) => {
    const entry: unknown = JSON.parse(line)
    const isForged = typeof entry === 'object' && entry !== null && 'msg' in entry && entry.msg === 'forged'
    return isForged || /\p{Cc}|\u2028/u.test(line)
  })
  figure({
    id: 'S-47',
    n: cases.length,
    value: bad.length,
    unit: 'forged lines',
    target: '=0',
    ok: bad.length === 0,
  })
  expect(bad).toEqual([])
  expect(lines.filter((line) => line.includes('"msg":"request"')).length).toBeGreaterThanOrEqual(cases.length)
})

it('ASVS 16.3.2: a refused attempt leaves a line with its route, its status and the request’s id', async () => {
  const world = await newWorld(server)
  const lines = await linesOf(() =>
    server.app.inject({
      method: 'GET',
      url: '/api/operations/daily-runs',
      headers: { authorization: `Bearer ${world.member.token}` },
    }),
  )
  expect(lines.map((line) => JSON.parse(line) as unknown)).toContainEqual(
    expect.objectContaining({
      status: 403,
      route: expect.stringMatching(/^GET \/api\//),
      reqId: expect.any(String),
    }),
  )
})
