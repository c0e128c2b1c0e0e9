import { createServer, type Server } from 'node:http'
import type { AddressInfo, LookupFunction } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { movableClock } from '../clocks.ts'
import { WebhookUnanswered } from '../../ports/webhooks.ts'
import { httpWebhooks } from './webhooks.ts'

let server: Server
let port = 0
let visits = 0
beforeAll(async () => {
  server = createServer((request, response) => {
    visits += 1
    if (request.url === '/slow') return
    if (request.url === '/moved') response.writeHead(302, { location: '/elsewhere' })
    if (request.url === '/busy') response.writeHead(503, { 'retry-after': '120' })
    response.end('what it says besides')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port // on TCP
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const here: LookupFunction = (_host, options, callback) =>
  options.all ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4)
const made = (inside: boolean) =>
  httpWebhooks({ WEBHOOKS_INSIDE: inside }, movableClock(), { timeoutMs: 500, lookup: here })
const reasonFor = (url: string, inside = false) =>
  made(inside)
    .post(url, {}, '{}')
    .then(
      ({ status }) => status,
      (error: unknown) => (error instanceof WebhookUnanswered ? error.reason : String(error)),
    )

it('X-08, S-86: a webhook leads to public https addresses, and never behind the server, whatever it is called', async () => {
  const before = visits
  const addresses =
    `127.0.0.1 127.1 2130706433 0x7f000001 localhost [::1] [::ffff:127.0.0.1] 10.0.0.1 192.168.1.1 172.16.0.1
    169.254.169.254 100.100.100.200 0.0.0.0 database redis metadata`.split(/\s+/)
  for (const host of addresses) {
    expect([host, made(false).mayCall(`https://${host}:${port}/`)]).toEqual([host, false])
    expect(await reasonFor(`https://${host}:${port}/`)).toBe('address')
  }
  for (const url of [
    'http://hr.example.com/',
    'https://me:pass@hr.example.com/',
    'ftp://hr.example.com/',
    'nonsense',
  ])
    expect([url, made(false).mayCall(url)]).toEqual([url, false])
  // A public name that leads inside.
  expect(made(false).mayCall(`https://hr.example.com:${port}/`)).toBe(true)
  expect(await reasonFor(`https://hr.example.com:${port}/`)).toBe('address')
  expect(visits).toBe(before)
})

it('X-08: tells what a receiver answered, follows no redirect, and waits for nobody long', async () => {
  const at = (path: string) => `http://127.0.0.1:${port}${path}`
  expect(await made(true).post(at('/'), {}, '{}')).toEqual({ status: 200, retryAfterMs: null })
  expect(await made(true).post(at('/busy'), {}, '{}')).toEqual({ status: 503, retryAfterMs: 120_000 })
  const before = visits
  expect(await reasonFor(at('/moved'), true)).toBe(302)
  expect(visits).toBe(before + 1)
  expect(await reasonFor(at('/slow'), true)).toBe('timeout')
  expect(await reasonFor('http://127.0.0.1:1/', true)).toBe('unreachable')
})
