import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import { CertificateShop, type Certificate } from '../../test/certificates.ts'
import { openQueues } from '../jobs/queues.ts'
import { openDatabase } from './database.ts'

/* ASVS 12.3: what is asked of the database and the queue goes over TLS to a server that proves itself, or not at all. */
const shop = new CertificateShop()
const password = 'a-password-nobody-may-hear'
const servers: Server[] = []
let good: Certificate
let unproved: Certificate
let ofAnother: Certificate
beforeAll(() => {
  shop.authority('ours')
  unproved = shop.authority('theirs')
  good = shop.certificate('good', { by: 'ours', name: 'localhost' })
  ofAnother = shop.certificate('other', { by: 'ours', name: 'evil.example' })
})
afterAll(() => {
  for (const server of servers) server.close()
  shop.close()
})

/** Everything a client says, and what of it came over TLS. */
interface Heard {
  clear: string
  sealed: string
}

/** A server of either kind that listens and never answers: it shows what a client would say to it. */
async function listen(heard: Heard, meet: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => (heard.clear += bytes.toString('latin1')))
    meet(socket)
    setTimeout(() => socket.destroy(), 1_000).unref()
  })
  servers.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return (server.address() as AddressInfo).port // listens on TCP
}

function secure(socket: Socket, certificate: Certificate, heard: Heard): void {
  socket.removeAllListeners('data')
  const tls = new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(certificate) })
  tls.on('error', () => undefined)
  tls.on('data', (bytes: Buffer) => (heard.sealed += bytes.toString('latin1')))
}

/** PostgreSQL's first exchange: a request for TLS of 8 bytes, answered by S or N. */
const postgres = (certificate: Certificate | null, heard: Heard) =>
  listen(heard, (socket) => {
    socket.once('data', () => {
      heard.clear = ''
      socket.write(certificate ? 'S' : 'N')
      if (certificate) secure(socket, certificate, heard)
    })
  })

async function askPostgres(certificate: Certificate | null): Promise<Heard> {
  const heard = { clear: '', sealed: '' }
  const port = await postgres(certificate, heard)
  const authority = encodeURIComponent(shop.file('ours.pem'))
  const url = `postgres://kangbao_app:${password}@localhost:${port}/kangbao?sslmode=verify-full&sslrootcert=${authority}`
  const database = openDatabase(url, { maxConnections: 1 })
  await expect(database.pool.query('select 1')).rejects.toThrow()
  await database.close()
  return heard
}

async function askRedis(certificate: Certificate | null): Promise<Heard> {
  const heard = { clear: '', sealed: '' }
  const port = await listen(heard, (socket) => {
    if (certificate) secure(socket, certificate, heard)
  })
  const queues = openQueues(
    {
      REDIS_URL: `rediss://kangbao:${password}@localhost:${port}`,
      DATABASE_URL: 'postgres://localhost/kangbao',
    },
    pino({ level: 'silent' }),
  )
  expect(await queues.answers()).toBe(false)
  void queues.close().catch(() => undefined)
  return heard
}

it('ASVS 12.3: the database hears nothing but over TLS, and of a server that proves who it is', async () => {
  expect(await askPostgres(good)).toMatchObject({ clear: '', sealed: expect.stringContaining('kangbao_app') })
  const said = [await askPostgres(null), await askPostgres(unproved), await askPostgres(ofAnother)]
  figure({
    id: 'S-100',
    n: said.length,
    value: said.filter(({ clear, sealed }) => clear + sealed !== '').length,
    unit: 'unproved databases talked to',
    target: '=0',
    ok: said.every(({ clear, sealed }) => clear + sealed === ''),
  })
  expect(said).toEqual(said.map(() => ({ clear: '', sealed: '' })))
})

it('ASVS 12.3: nor does Redis', async () => {
  const said = [await askRedis(null), await askRedis(unproved), await askRedis(ofAnother)]
  expect(said.filter(({ sealed }) => sealed !== '')).toEqual([])
  // To one that knows no TLS goes the client's hello, and no word of ours.
  expect(said.filter(({ clear }) => clear.includes('AUTH') || clear.includes(password))).toEqual([])
  expect(said[0]?.clear.charCodeAt(0)).toBe(0x16)
})
