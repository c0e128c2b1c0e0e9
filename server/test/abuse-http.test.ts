import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import { oddities, type Oddity } from './abuse/oddities.ts'
import { faultFigure } from './isolation/fault-figure.ts'
import { features, type Feature } from '../src/features/index.ts'
import { startTestServer, type TestServer } from './server.ts'
import { newWorld, type World } from './world.ts'

let server: TestServer
let world: World
let port = 0
beforeAll(async () => {
  server = await startTestServer({
    config: { RATE_LIMIT_SCALE: 1_000, TRUST_PROXY: '10.9.9.9, 192.0.2.0/24' },
  })
  world = await newWorld(server)
  port = Number(new URL(await server.app.listen({ port: 0, host: '127.0.0.1' })).port)
})
afterAll(() => server.close())

/** What the server says to bytes as they are, until it hangs up or falls silent. */
function raw(bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let said = ''
    socket.setEncoding('latin1').setTimeout(1_500, () => socket.destroy())
    socket.on('data', (part: string) => (said += part))
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(said))
    socket.write(bytes, 'latin1')
  })
}

const statusesOf = (said: string) =>
  [...said.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status))

describe('S-88: odd HTTP', () => {
  it('is answered as it says, once, and smuggles nothing in', async () => {
    const wrong: string[] = []
    const judge = async ({ name, bytes, may }: Oddity) => {
      const statuses = statusesOf(await raw(bytes(world.admin.token)))
      const isFit = statuses.length <= 1 && statuses.every((status) => may.includes(status))
      if (!isFit || (statuses.length === 0 && !may.includes(0))) wrong.push(`${name}: ${statuses.join(' ')}`)
    }
    for (let i = 0; i < oddities.length; i += 10) await Promise.all(oddities.slice(i, i + 10).map(judge))
    const fit = oddities.length - wrong.length
    figure({
      id: 'S-88',
      n: oddities.length,
      value: fit,
      unit: 'as specified',
      target: '=n',
      ok: wrong.length === 0,
    })
    expect(wrong).toEqual([])
    expect(oddities.length).toBeGreaterThanOrEqual(60)
    expect(statusesOf(await raw('GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n'))).toEqual([
      200,
    ])
  }, 60_000)
})

describe('S-81: rate classes and callers’ addresses', () => {
  it('every route has a class, and one without keeps the server from starting', async () => {
    const without = server.app.routeTable.filter(({ rate }) => rate === undefined)
    faultFigure('S-81', server.app.routeTable.length, without, 'routes without a rate class')
    const planted: Feature = {
      routes: async (app) => {
        app.get('/planted', { config: { permission: 'public' } }, () => 'x')
      },
    }
    const list = features as Feature[] // the test plants one and takes it out again
    list.push(planted)
    try {
      await expect(startTestServer()).rejects.toThrow('/planted declares no rate class')
    } finally {
      list.pop()
    }
  })

  it('an address told by anybody but our proxies has no effect', async () => {
    const leftFor = async (from: string, headers: Record<string, string>) => {
      const response = await server.app.inject({
        method: 'POST',
        url: '/api/sessions/setup',
        remoteAddress: from,
        headers,
        payload: { token: 'not-the-set-up-token' },
      })
      return Number(response.headers['ratelimit-remaining'])
    }
    const spoofs = Array.from({ length: 50 }, (_, i) => ({
      'x-forwarded-for': `198.51.100.${i}, 10.9.9.9`,
      'x-real-ip': `198.51.100.${i}`,
      forwarded: `for=198.51.100.${i}`,
      'cf-connecting-ip': `198.51.100.${i}`,
      'true-client-ip': `198.51.100.${i}`,
    }))
    const strangers = ['203.0.113.5', '127.0.0.1', '10.9.9.8', '192.168.1.1']
    const escaped: string[] = []
    for (const from of strangers) {
      const first = await leftFor(from, {})
      for (const [i, headers] of spoofs.entries())
        if ((await leftFor(from, headers)) !== first - i - 1)
          escaped.push(`${from} as ${headers['x-real-ip']}`)
    }
    // Our own proxy is believed, for the last hop that is not one of ours.
    const [one, two] = [
      await leftFor('10.9.9.9', { 'x-forwarded-for': '198.51.100.77, 203.0.113.90' }),
      await leftFor('192.0.2.7', { 'x-forwarded-for': '6.6.6.6, 203.0.113.90' }),
    ]
    expect(two).toBe(one - 1)
    faultFigure('S-81', strangers.length * spoofs.length, escaped, 'spoofed addresses with an effect')
    expect(escaped).toEqual([])
  })
})

describe('S-80: nobody waits long at a screen', () => {
  it('a statement of a request is cut off after five seconds, and the caller told to come back', async () => {
    const { pool } = server.deps.database
    const blocker = await pool.connect()
    try {
      await blocker.query(
        `begin; set local app.org_id = '${world.orgId}'; lock table members in access exclusive mode`,
      )
      const began = performance.now()
      const response = await server.app.inject({
        url: '/api/directory/members',
        headers: { authorization: `Bearer ${world.admin.token}` },
      })
      const tookMs = performance.now() - began
      expect([response.statusCode, response.headers['retry-after']]).toEqual([503, '2'])
      const isCut = tookMs >= 4_500 && tookMs < 9_000
      figure({
        id: 'S-80',
        n: 1,
        value: Math.round(tookMs),
        unit: 'ms until a blocked request was cut off',
        target: '≈5000',
        ok: isCut,
      })
      expect(isCut).toBe(true)
    } finally {
      await blocker.query('rollback')
      blocker.release()
    }
    const patient = await server.deps.database.inSystem(({ tx }) =>
      tx.execute<{ statement_timeout: string }>('show statement_timeout'),
    )
    expect(patient.rows[0]?.statement_timeout).toBe('30s')
  })
})
