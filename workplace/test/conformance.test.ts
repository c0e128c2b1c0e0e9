import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MadeOrg } from '../conformance/acts.ts'
import { whyLeftOut, type Target } from '../conformance/case.ts'
import { cases } from '../conformance/cases/index.ts'
import { runCommand } from '../conformance/command.ts'
import { openPlatform } from '../conformance/platform.ts'
import { startReceiver, type Receiver } from '../conformance/receiver.ts'
import { runAll } from '../conformance/run.ts'
import { openSession } from '../conformance/session.ts'
import { adminActs, isvActs, memberActs, steering } from './conformance-acts.ts'
import { newWorld, type World } from './world.ts'

const callback = { token: 'conformancetoken', aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE' }
const main = { suiteId: '1489999001', suiteKey: 'suiteconformance1', suiteSecret: 'conformancesecret1' }
const isv = {
  corpId: 'dingisv0000000000000000000000000',
  ssoSecret: 'conformancesso1',
  redirectUrl: 'https://portal.example.com/back',
}
const msg = { msgtype: 'markdown', markdown: { title: '提醒', text: '${name}请填写' } }
const legacy = { suiteId: '1489999002', suiteKey: 'suiteconformance2', suiteSecret: 'conformancesecret2' }

let world: World
let target: Target
let receivers: Receiver[]

beforeAll(async () => {
  receivers = await Promise.all(
    [main, legacy].map(({ suiteKey }) => startReceiver({ ...callback, suiteKey })),
  )
  const [pushes, legacyPushes] = receivers
  if (!pushes || !legacyPushes) throw new Error('no receivers')
  const keys = { callbackToken: callback.token, callbackAesKey: callback.aesKey }
  world = await newWorld({
    suite: {
      ...main,
      ...keys,
      callbackUrl: pushes.url,
      ssoSecret: isv.ssoSecret,
      adminUrl: 'https://portal.example.com/admin',
      redirectUrls: [isv.redirectUrl],
      templates: [
        { templateId: 'reviewed', msg },
        { templateId: 'waiting', approved: false, msg },
      ],
    },
    moreSuites: [{ ...legacy, ...keys, appId: 45679, callbackUrl: legacyPushes.url, pushStyle: 'legacy' }],
  })
  await world.startPushes()
  const base = await world.app.listen({ port: 0, host: '127.0.0.1' })
  const admin = adminActs(world, main.suiteId)
  const org: MadeOrg = await admin.makeOrg()
  const platform = openPlatform({ oapi: `${base}/oapi`, api: `${base}/openapi` })
  const session = openSession(platform, { ...main, corpId: org.corpId, suiteTicket: () => pushes.ticket() })
  target = {
    platform,
    session,
    acts: {
      admin,
      member: memberActs,
      pushes,
      legacyPushes: { ...legacy, pushes: legacyPushes, admin: adminActs(world, legacy.suiteId) },
      isv: isvActs(isv),
      templates: { approved: 'reviewed', waiting: 'waiting' },
      ...steering(world, session),
    },
  }
}, 120_000)

afterAll(async () => {
  await world.close()
  await Promise.all(receivers.map((receiver) => receiver.close()))
})

describe('Z-20 to Z-24: the workplace behaves as the platform is written down', () => {
  it.each(cases.map((one) => [`${one.name}: ${one.fact}`, one] as const))('%s', async (_name, one) => {
    expect(whyLeftOut(one, target)).toBeNull()
    await one.run(target)
  })
})

describe('the suite itself', () => {
  it('has a name of its own for every case', () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length)
  })

  it('tells every case apart from a platform that answers nothing of use', async () => {
    const nonsense = await startNonsense()
    try {
      const platform = openPlatform({ oapi: nonsense.url, api: nonsense.url })
      const session = openSession(platform, { ...main, corpId: 'ding1', suiteTicket: async () => 'ticket' })
      const outcomes = await runAll(cases, { platform, session, acts: {} })
      expect(outcomes.filter(({ verdict }) => verdict === 'holds')).toEqual([])
      expect(outcomes.filter(({ verdict }) => verdict === 'differs').length).toBeGreaterThan(30)
    } finally {
      await nonsense.close()
    }
  })

  it('is a command with a table and an exit code', async () => {
    const { oapi, api } = target.platform.bases
    const printed: string[] = []
    const print = (text: string) => void printed.push(text)
    const env = {
      SUITE_KEY: main.suiteKey,
      SUITE_SECRET: main.suiteSecret,
      SUITE_TICKET: await target.session.suiteTicket(),
    }
    const args = ['--oapi', oapi, '--api', api, '--corp-id', target.session.corpId, '--only', 'tokens/']
    expect(await runCommand(args, { env, print })).toBe(0)
    expect(printed.join()).toMatch(/✓ tokens\/corp-token-signed .*0 differ, 2 left out/s)
    expect(await runCommand(args, { env: { ...env, SUITE_SECRET: 'another-secret' }, print })).toBe(1)
    expect(printed.at(-1)).toMatch(/✗ tokens\/suite-token-old .*differs: .*should be: /s)
    expect(await runCommand([], { env: {}, print })).toBe(2)
    expect(printed.at(-1)).toMatch(/missing: .*SUITE_SECRET/)
  })
})

/** Answers 200 and an empty object to everything. */
async function startNonsense() {
  const server = createServer((_request, response) => response.end('{}'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections()
      server.close(() => resolve())
    })
  return { url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`, close }
}
