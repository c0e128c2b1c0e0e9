import { afterAll, beforeAll, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import type { AppId } from '@kangbao/shared/contracts/sessions.ts'
import type { Suite } from '../src/config.ts'
import { startBothHalves, type BothHalves, type WorkplaceAdmin } from './both-halves.ts'
import { addresses } from './call.ts'
import { until } from './until.ts'

const suiteOf = (app: AppId, at: number): Suite => ({
  app,
  suiteId: `148999900${at}`,
  appId: `4567${at}`,
  suiteKey: `suitetestkey000${at}`,
  suiteSecret: `testsuitesecret000${at}`,
  callbackToken: 'testtoken',
  callbackAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE',
})
const suites = [suiteOf('forms', 1), suiteOf('health-report', 2)] as const
const nextAddress = addresses()
const path = '/api/sessions/auth-code'

interface Org {
  readonly admin: WorkplaceAdmin
  readonly orgId: string
  readonly corpId: string
  readonly agentIds: Readonly<Record<string, number>>
}

let halves: BothHalves
let ours: Org
let theirs: Org
beforeAll(async () => {
  halves = await startBothHalves(suites, {
    WORKPLACE_CALLS_PER_SECOND: 5_000,
    WORKPLACE_SUITE_CALLS_PER_SECOND: 5_000,
    RATE_LIMIT_SCALE: 100,
  })
  for (const { app } of suites) await until(() => halves.server.deps.tickets.read(app), Boolean)
  ;[ours, theirs] = [await newOrg('我们的企业'), await newOrg('别人的企业')]
})
afterAll(() => halves.close())

/** An org with both apps, whose admin can sign in to either. */
async function newOrg(name: string): Promise<Org> {
  const { admin, orgId, corpId } = await halves.workplace.orgWithAdmin(name)
  const agentIds: Record<string, number> = {}
  for (const { app, suiteId } of suites) {
    const body = { suiteId, acceptTerms: true, scope: { kind: 'all' } }
    agentIds[app] = (await admin.call('POST', `/orgs/${orgId}/apps`, body)).body.agentId
  }
  const org = { admin, orgId, corpId, agentIds }
  for (const { app } of suites)
    await until(
      async () => signIn({ app, corpId, code: await mint(org, app) }),
      ({ ok }) => ok,
    )
  return org
}

const mint = async ({ admin, orgId, agentIds }: Org, app: AppId): Promise<string> =>
  (await admin.call('POST', `/orgs/${orgId}/apps/${agentIds[app]}/auth-codes`)).body.code

/** A server too busy to look at a request has used nothing up: whoever is told so asks again. */
function signIn(body: { app: AppId; corpId: string; code: string }) {
  return until(
    () => signInOnce(body),
    ({ code }) => code !== 'server.overloaded',
  )
}

async function signInOnce(body: { app: AppId; corpId: string; code: string }) {
  const reply = await halves.server.app.inject({
    method: 'POST',
    url: path,
    remoteAddress: nextAddress(),
    payload: body,
  })
  return { ok: reply.statusCode === 200, code: reply.json<{ code?: string }>().code }
}

/** Ten at a time: attackers do not queue. */
async function eachOf<T>(list: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = [...list.entries()]
  const next = async (): Promise<void> => {
    for (let entry = left.pop(); entry; entry = left.pop()) await work(entry[1])
  }
  await Promise.all(Array.from({ length: 10 }, () => next()))
}

it('S-15: of 1 000 tries to sign in by a code that is not for it, none is accepted', async () => {
  let tries = 0
  const accepted: string[] = []
  const tried = (what: string, ok: boolean) => {
    tries += 1
    if (ok) accepted.push(what)
  }
  const forms = { app: 'forms', corpId: ours.corpId } as const
  const codes = (count: number) => Promise.all(Array.from({ length: count }, () => mint(ours, 'forms')))

  // Replay, one after another and at the same moment.
  await eachOf(await codes(20), async (code) => {
    expect((await signIn({ ...forms, code })).ok).toBe(true)
    for (let i = 0; i < 5; i += 1) tried('replay', (await signIn({ ...forms, code })).ok)
  })
  await eachOf(await codes(20), async (code) => {
    const all = await Promise.all(Array.from({ length: 6 }, () => signIn({ ...forms, code })))
    const through = all.filter(({ ok }) => ok).length
    expect(through, all.map(({ code }) => code).join(' ')).toBeGreaterThan(0)
    for (let i = 0; i < 5; i += 1) tried('raced', i < through - 1)
  })

  // Another app, another org, both: and the code still serves the one it was made for.
  await eachOf(await codes(70), async (code) => {
    tried('other app', (await signIn({ ...forms, app: 'health-report', code })).ok)
    tried('other org', (await signIn({ ...forms, corpId: theirs.corpId, code })).ok)
    tried('other app and org', (await signIn({ app: 'health-report', corpId: theirs.corpId, code })).ok)
  })
  const [untouched = ''] = await codes(1)
  expect((await signIn({ ...forms, app: 'health-report', code: untouched })).code).toBe('auth-code.invalid')
  expect((await signIn({ ...forms, code: untouched })).ok).toBe(true)

  // Made up, and near misses.
  const [real = ''] = await codes(1)
  await eachOf([...Array(100).keys()], async (i) => {
    const code =
      i % 2 ? real.slice(0, -1) : `${real.slice(0, i % real.length)}x${real.slice((i % real.length) + 1)}`
    tried('made up', code !== real && (await signIn({ ...forms, code })).ok)
  })

  // Login CSRF: what a page of another site can make a browser send, with a fresh code of the attacker's.
  await eachOf(await codes(130), async (code) => {
    for (const send of foreignRequests({ ...forms, code })) tried('login CSRF', await send())
  })

  // Old codes.
  const old = await codes(100)
  halves.workplace.clock.advance(5 * 60_000)
  await eachOf(old, async (code) => tried('old', (await signIn({ ...forms, code })).ok))

  figure({
    id: 'S-15',
    n: tries,
    value: accepted.length,
    unit: 'codes accepted',
    target: '=0',
    ok: accepted.length === 0,
  })
  expect(accepted).toEqual([])
  expect(tries).toBeGreaterThanOrEqual(1_000)
}, 120_000)

/** Each tells whether the browser would end up signed in: by a reply it takes, or by a preflight that lets it ask. */
function foreignRequests(body: Record<string, string>): readonly (() => Promise<boolean>)[] {
  const origin = 'https://evil.example'
  const simple = async (type: string, payload: string) => {
    const headers = { origin, 'content-type': type }
    const reply = await halves.server.app.inject({ method: 'POST', url: path, headers, payload })
    return reply.statusCode < 300 || reply.headers['set-cookie'] !== undefined
  }
  return [
    () => simple('application/x-www-form-urlencoded', new URLSearchParams(body).toString()),
    () => simple('text/plain', JSON.stringify(body)),
    async () => {
      const reply = await halves.server.app.inject({ url: `${path}?${new URLSearchParams(body).toString()}` })
      return reply.statusCode < 300
    },
    async () => {
      const headers = {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      }
      const reply = await halves.server.app.inject({ method: 'OPTIONS', url: path, headers })
      const allowed = reply.headers['access-control-allow-origin']
      return allowed === '*' || allowed === origin
    },
  ]
}
