import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, LookupFunction } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { request } from 'undici'
import { figure } from '@kangbao/launcher/figure.ts'
import { placeOf } from './addresses.ts'
import { judgedAddress, outgoing } from './outgoing.ts'

/* S-86: a listener stands where no call of ours may lead, and counts who comes. */
let visitors = 0
const listen = (handler: RequestListener, host: string) =>
  new Promise<Server>((resolve) => {
    const server = createServer(handler).listen(0, host, () => resolve(server))
  })
const portOf = (server: Server) => (server.address() as AddressInfo).port // listening on TCP

let forbidden: Server
let allowed: Server
beforeAll(async () => {
  forbidden = await listen((_request, response) => response.end('secret'), '::')
  forbidden.on('connection', () => (visitors += 1))
  allowed = await listen((_request, response) => {
    response.writeHead(302, { location: `http://127.0.0.1:${portOf(forbidden)}/latest/meta-data/` }).end()
  }, '127.0.0.1')
})
afterAll(() => {
  for (const server of [forbidden, allowed]) {
    server.closeAllConnections()
    server.close()
  }
})

/** A name server that says one thing, or one thing after another. */
const resolver = (...answers: readonly (readonly string[])[]): LookupFunction => {
  let asked = 0
  return (_hostname, options, callback) => {
    const addresses = answers[Math.min(asked, answers.length - 1)] ?? []
    asked += 1
    const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    const [first] = found
    if (options.all) callback(null, found)
    else callback(null, first?.address ?? '', first?.family)
  }
}

const limits = { connections: 4, timeoutMs: 700 }
interface Case {
  readonly name: string
  readonly run: () => Promise<unknown>
}

/** What is asked for, where only one address is allowed. */
const elsewhere = (url: string): Case => ({
  name: url,
  run: () => request(url, { dispatcher: outgoing([`http://127.0.0.1:${portOf(allowed)}/`], limits) }),
})

/** A configured name that leads astray. */
const astray = (address: string): Case => ({
  name: `government.example → ${address}`,
  run: () => {
    const url = `http://government.example:${portOf(forbidden)}/`
    return request(url, { dispatcher: outgoing([url], { ...limits, lookup: resolver([address]) }) })
  },
})

const inner =
  `127.0.0.1 127.1.2.3 10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.254 192.168.0.1 192.168.255.255 100.64.0.1
  100.127.255.255 ::1 fc00::1 fd12:3456::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:7f00:1 ::ffff:192.168.1.1`.split(
    /\s+/,
  )
const nowhere =
  `0.0.0.0 0.1.2.3 169.254.169.254 169.254.0.1 100.100.100.200 192.0.0.192 192.0.2.1 198.18.0.1 198.51.100.1
  203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 :: fe80::1 fec0::1 ff02::1 fd00:ec2::254
  64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 2002:7f00:1:: 2001:db8::1 100::1 ::127.0.0.1 ::ffff:169.254.169.254
  ::ffff:a9fe:a9fe ::ffff:0.0.0.0`.split(/\s+/)

function cases(): Case[] {
  const port = portOf(forbidden)
  const open = portOf(allowed)
  const written =
    `127.0.0.1 127.1 127.0.1 0x7f.0.0.1 0x7f000001 2130706433 017700000001 0177.0.0.1 127.0.0.1. [::1]
    [::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:ffff:7f00:0001] localhost LOCALHOST localhost. 0.0.0.0 0 [::] 127.127.127.127
    ①②⑦.0.0.1 127。0。0。1`.split(/\s+/)
  const spelled = written.map((host) => elsewhere(`http://${host}:${port}/`))
  const oddly = [
    `https://127.0.0.1:${open}/`,
    `http://127.0.0.1:${open}@127.0.0.1:${port}/`,
    `http://user:pass@127.0.0.1:${port}/`,
    `http://127.0.0.1:${port}#@127.0.0.1:${open}/`,
    `http://127.0.0.1:${port}\\@127.0.0.1:${open}/`,
    `http://127.0.0.1:${port}?@127.0.0.1:${open}/`,
    `http://[::1]:${port}/`,
    `http://government.example:${port}/`,
    `http://127.0.0.1:${open + 1 === port ? open + 2 : port}/`,
    'http://169.254.169.254/latest/meta-data/',
    'http://metadata.google.internal/computeMetadata/v1/',
    'http://100.100.100.200/latest/meta-data/',
  ].map(elsewhere)
  const name = `http://government.example:${port}/`
  const rebound = [...inner.slice(0, 8), ...nowhere.slice(0, 8)].map((address) => ({
    name: `government.example, an outer address beside ${address}`,
    run: () =>
      request(name, {
        dispatcher: outgoing([name], { ...limits, lookup: resolver(['93.184.216.34', address]) }),
      }),
  }))
  const literals = [...nowhere].map((address) => {
    const url = `http://${address.includes(':') ? `[${address}]` : address}:${port}/`
    return { name: `configured ${address}`, run: () => request(url, { dispatcher: outgoing([url], limits) }) }
  })
  const otherProtocols = [...inner, ...nowhere].slice(0, 12).map((address) => ({
    name: `mail.example → ${address}`,
    run: () => judgedAddress('mail.example', [], resolver([address])),
  }))
  return [
    ...spelled,
    ...oddly,
    ...[...inner, ...nowhere].map(astray),
    ...rebound,
    ...literals,
    ...otherProtocols,
  ]
}

describe('S-86: calls lead where the configuration says', () => {
  it('and nowhere else, whatever the address, the name server or the answer says', async () => {
    const list = cases()
    const taken: string[] = []
    for (let i = 0; i < list.length; i += 20)
      await Promise.all(
        list.slice(i, i + 20).map(({ name, run }) =>
          Promise.resolve()
            .then(run)
            .then(
              () => taken.push(name),
              () => undefined,
            ),
        ),
      )
    figure({
      id: 'S-86',
      n: list.length,
      value: visitors,
      unit: 'forbidden connections seen by listeners',
      target: '=0',
      ok: visitors === 0 && taken.length === 0,
    })
    expect(taken).toEqual([])
    expect(visitors).toBe(0)
    expect(list.length).toBeGreaterThanOrEqual(120)
  }, 30_000)

  it('a redirect is an answer, not a way', async () => {
    const url = `http://127.0.0.1:${portOf(allowed)}/`
    const { statusCode, body } = await request(url, { dispatcher: outgoing([url], limits) })
    await body.dump()
    expect([statusCode, visitors]).toEqual([302, 0])
  })

  it('a name that leads inside is followed when it says so itself, or the operator does', async () => {
    const port = portOf(allowed)
    const lookup = resolver(['127.0.0.1'])
    const statusOf = async (host: string, privateHosts: readonly string[] = []) => {
      const url = `http://${host}:${port}/`
      const answer = await request(url, { dispatcher: outgoing([url], { ...limits, lookup, privateHosts }) })
      await answer.body.dump()
      return answer.statusCode
    }
    expect(await statusOf('sms-bridge')).toBe(302)
    expect(await statusOf('localhost')).toBe(302)
    expect(await statusOf('reports.gov.example', ['reports.gov.example'])).toBe(302)
    await expect(statusOf('reports.gov.example')).rejects.toThrow('nobody outside')
  })

  it.each(['ftp://a.example/', 'file:///etc/passwd', 'http://user:pass@a.example/', 'nonsense'])(
    '%s is no address of an outside system',
    (url) => expect(() => outgoing([url], limits)).toThrow(),
  )

  it.each([
    ['8.8.8.8', 'outside'],
    ['2400:3200::1', 'outside'],
    ['172.32.0.1', 'outside'],
    ['100.128.0.1', 'outside'],
    ['10.0.0.1', 'inside'],
    ['not an address', 'never'],
  ])('%s lies %s', (address, place) => expect(placeOf(address)).toBe(place))
})
