import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo, LookupFunction } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SecureContextOptions } from 'node:tls'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { request } from 'undici'
import { figure } from '@kangbao/launcher/figure.ts'
import { outgoing } from './outgoing.ts'

/* S-100: outside systems with certificates that prove nothing, made here and now by openssl. */
const folder = mkdtempSync(join(tmpdir(), 'kangbao-tls-'))
const file = (name: string) => join(folder, name)
const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' })
const host = 'reports.gov.example'

function authority(name: string): void {
  openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
    '-subj', `/CN=${name}`, '-keyout', file(`${name}.key`), '-out', file(`${name}.pem`)) // prettier-ignore
}

interface Wish {
  readonly by: string
  readonly name?: string
  readonly days?: readonly [from: string, to: string]
}

function certificate(id: string, { by, name = host, days }: Wish): SecureContextOptions {
  openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', `/CN=${name}`,
    '-keyout', file(`${id}.key`), '-out', file(`${id}.csr`)) // prettier-ignore
  writeFileSync(file(`${id}.ext`), `subjectAltName=DNS:${name}\n`)
  writeFileSync(file('index.txt'), '')
  writeFileSync(file('serial'), '01\n')
  const settings = `[ca]\ndefault_ca=a\n[a]\ndatabase=${file('index.txt')}\nserial=${file('serial')}\nnew_certs_dir=${folder}\n` +
    `default_md=sha256\npolicy=p\nunique_subject=no\ncopy_extensions=none\n[p]\ncommonName=supplied\n` // prettier-ignore
  writeFileSync(file('ca.cnf'), settings)
  const [from, to] = days ?? ['20200101000000Z', '20991231000000Z']
  openssl('ca', '-batch', '-notext', '-config', file('ca.cnf'), '-cert', file(`${by}.pem`), '-keyfile', file(`${by}.key`),
    '-startdate', from, '-enddate', to, '-extfile', file(`${id}.ext`), '-in', file(`${id}.csr`), '-out', file(`${id}.pem`)) // prettier-ignore
  return { key: readFileSync(file(`${id}.key`)), cert: readFileSync(file(`${id}.pem`)) }
}

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

beforeAll(() => {
  authority('ours')
  authority('theirs')
})
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
  rmSync(folder, { recursive: true, force: true })
})

it('S-100: no outside system is believed whose certificate proves nothing', async () => {
  const ca = readFileSync(file('ours.pem'), 'utf8')
  const good = certificate('good', { by: 'ours' })
  const bad: readonly (readonly [string, SecureContextOptions])[] = [
    ['expired', certificate('expired', { by: 'ours', days: ['20200101000000Z', '20210101000000Z'] })],
    ['not yet valid', certificate('early', { by: 'ours', days: ['20980101000000Z', '20990101000000Z'] })],
    ['of another name', certificate('name', { by: 'ours', name: 'evil.example' })],
    ['of an unknown authority', certificate('unknown', { by: 'theirs' })],
    ['signed by itself', { key: readFileSync(file('theirs.key')), cert: readFileSync(file('theirs.pem')) }],
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
