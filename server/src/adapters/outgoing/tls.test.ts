import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo, LookupFunction } from 'node:net'
import type { SecureContextOptions } from 'node:tls'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { request } from 'undici'
import { figure } from '@kangbao/launcher/figure.ts'
import { CertificateShop, type Wish } from '../../../test/certificates.ts'
import { outgoing } from './outgoing.ts'

/* S-100: outside systems with certificates that prove nothing. */
const shop = new CertificateShop()
const host = 'reports.gov.example'
const certificate = (id: string, { by, name = host, days }: Partial<Wish> & Pick<Wish, 'by'>) =>
  shop.certificate(id, { by, name, ...(days ? { days } : {}) })

const servers: Server[] = []
let asked = 0
function serve(options: SecureContextOptions): Promise<string> {
  return new Promise((resolve) => {
    const server = createServer(options, (_request, response) => {
      asked += 1
      response.end('{}')
    })
    server.on('tlsClientError', () => undefined)
    servers.push(server)
    server.listen(0, '127.0.0.1', () => resolve(`https://${host}:${(server.address() as AddressInfo).port}/`)) // on TCP
  })
}

const here: LookupFunction = (_hostname, options, callback) =>
  options.all ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4)
const call = (url: string, ca?: string) =>
  request(url, {
    dispatcher: outgoing([url], {
      connections: 1,
      timeoutMs: 2_000,
      privateHosts: [host],
      lookup: here,
      ...(ca === undefined ? {} : { ca }),
    }),
  }).then(({ statusCode, body }) => body.dump().then(() => statusCode))

let self: SecureContextOptions
beforeAll(() => {
  shop.authority('ours')
  self = shop.authority('theirs')
})
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
  shop.close()
})

it('S-100: no outside system is believed whose certificate proves nothing', async () => {
  const ca = readFileSync(shop.file('ours.pem'), 'utf8')
  const good = certificate('good', { by: 'ours' })
  const bad: readonly (readonly [string, SecureContextOptions])[] = [
    ['expired', certificate('expired', { by: 'ours', days: ['20200101000000Z', '20210101000000Z'] })],
    ['not yet valid', certificate('early', { by: 'ours', days: ['20980101000000Z', '20990101000000Z'] })],
    ['of another name', certificate('name', { by: 'ours', name: 'evil.example' })],
    ['of an unknown authority', certificate('unknown', { by: 'theirs' })],
    ['signed by itself', self],
    [
      'over TLS 1.1',
      {
        ...good,
        minVersion: 'TLSv1',
        maxVersion: 'TLSv1.1',
        ciphers: 'DEFAULT@SECLEVEL=0',
      },
    ],
  ]
  expect(await call(await serve(good), ca)).toBe(200)
  // Our own authority is not the system's: without being told, not even the good one is believed.
  await expect(call(await serve(good))).rejects.toThrow()
  asked = 0
  const accepted: string[] = []
  for (const [name, options] of bad) {
    const outcome = await call(await serve(options), ca).catch(() => null)
    if (outcome !== null) accepted.push(name)
  }
  figure({
    id: 'S-100',
    n: bad.length,
    value: accepted.length,
    unit: 'bad certificates accepted',
    target: '=0',
    ok: accepted.length === 0 && asked === 0,
  })
  expect([accepted, asked]).toEqual([[], 0])
})
