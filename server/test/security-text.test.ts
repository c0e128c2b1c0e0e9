import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadConfig } from '../src/config.ts'
import { startTestServer, type TestServer } from './server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ config: { SECURITY_CONTACT: 'mailto:security@example.org' } })
})
afterAll(() => server.close())

it('RFC 9116: the server says who takes reports of weaknesses, for less than a year', async () => {
  const reply = await server.app.inject('/.well-known/security.txt')
  expect([reply.statusCode, reply.headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8'])
  const fields = new Map(
    reply.body
      .trim()
      .split('\n')
      .map((line) => [line.split(': ')[0], line.split(': ')[1] ?? '']),
  )
  expect(fields.get('Contact')).toBe('mailto:security@example.org')
  expect(fields.get('Canonical')).toMatch(/^https?:\/\/.*\/\.well-known\/security\.txt$/)
  const days = (Date.parse(fields.get('Expires') ?? '') - server.deps.clock.now()) / 86_400_000
  expect(days).toBeGreaterThan(30)
  expect(days).toBeLessThan(365)
})

it('says nothing where nobody was named, and takes a URI only', async () => {
  const silent = await startTestServer()
  expect((await silent.app.inject('/.well-known/security.txt')).statusCode).toBe(404)
  await silent.close()
  expect(() => loadConfig({ SECURITY_CONTACT: 'security@example.org' })).toThrow(/SECURITY_CONTACT/)
})
