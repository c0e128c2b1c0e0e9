import { request, Agent } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { mostInHand, noLoad, type Load } from './overload.ts'
import { serverBehindDoor } from './door.ts'

let load: Load
let handled: string[]
let server: ReturnType<typeof serverBehindDoor>
let agent: Agent
let opened: number

beforeEach(async () => {
  load = noLoad()
  handled = []
  opened = 0
  const handle: Parameters<typeof serverBehindDoor>[0] = (incoming, response) => {
    handled.push(incoming.url ?? '')
    response.end('in')
  }
  server = serverBehindDoor(handle, {
    load,
    headers: { 'x-frame-options': 'DENY' },
    requestTimeoutMs: 30_000,
  })
  server.on('connection', () => (opened += 1))
  agent = new Agent({ keepAlive: true, maxSockets: 1 })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
})
afterEach(async () => {
  agent.destroy()
  await new Promise((done) => server.close(done))
})

function call(method: string, path: string, body = '') {
  const { port } = server.address() as AddressInfo // listens on a port
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string }>(
    (done, fail) => {
      const sent = request({ port, method, path, agent, host: '127.0.0.1' }, (reply) => {
        let text = ''
        reply.setEncoding('utf8').on('data', (part: string) => (text += part))
        reply.on('end', () => done({ status: reply.statusCode ?? 0, headers: reply.headers, text }))
      })
      sent.once('error', fail)
      sent.end(body)
    },
  )
}

it('R-39: with its hands full a server says so at the door, in the words of every problem, and the connection stays', async () => {
  load.inHand = mostInHand
  const path = '/api/forms/f/submissions/2026-03-02'
  for (let i = 0; i < 3; i += 1) {
    const { status, headers, text } = await call(
      'PUT',
      path,
      JSON.stringify({ answers: 'x'.repeat(200_000) }),
    )
    expect(status).toBe(503)
    expect(headers).toMatchObject({ 'content-type': 'application/problem+json', 'x-frame-options': 'DENY' })
    expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1)
    const problem: unknown = JSON.parse(text)
    expect(problem).toMatchObject({
      status: 503,
      code: 'server.overloaded',
      requestId: headers['x-request-id'],
    })
  }
  expect(handled).toEqual([])
  load.inHand = 0
  expect((await call('PUT', path)).text).toBe('in')
  expect(opened).toBe(1)
})

it.each(['/api/live?after=1', '/healthz', '/readyz', '/forms/', '/callback/dingtalk/forms'])(
  'R-39: %s is let in, however full the house',
  async (path) => {
    load.inHand = mostInHand
    expect((await call('GET', path)).text).toBe('in')
    expect(handled).toEqual([path])
  },
)
