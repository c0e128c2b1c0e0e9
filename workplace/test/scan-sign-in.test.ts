import { figure } from '@kangbao/launcher/figure.ts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { newPhone, newWorld, type Person, type World } from './world.ts'

let world: World
let phone: Person
beforeAll(async () => {
  world = await newWorld()
  phone = await world.person('王小明')
})
afterAll(() => world.close())

const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36'
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

interface Started {
  ticket: string
  secret: string
  agent: string
}

async function start(agent = chrome, remoteAddress = '203.0.113.7'): Promise<Started> {
  const answer = await world.app.inject({
    method: 'POST',
    url: '/client-api/scan-sign-ins',
    headers: { 'user-agent': agent },
    remoteAddress,
  })
  return { ...answer.json<{ ticket: string; secret: string }>(), agent }
}

async function poll({ ticket, secret, agent }: Started) {
  const answer = await world.app.inject({
    method: 'POST',
    url: `/client-api/scan-sign-ins/${ticket}/poll`,
    headers: { 'user-agent': agent },
    payload: { secret },
  })
  return answer.json<{
    state?: string
    code?: string
    scannedBy?: string | null
    session?: { token: string; expiresAt: string } | null
  }>()
}

const scan = (who: Person, { ticket }: { ticket: string }) =>
  who.call('POST', `/scan-sign-ins/${ticket}/scan`)
const decide = (who: Person, { ticket }: { ticket: string }, decision: string) =>
  who.call('POST', `/scan-sign-ins/${ticket}/decision`, { decision })

it('Z-03, S-16: the phone is shown browser, system and network, and only its yes signs the PC in, once', async () => {
  const pc = await start()
  expect(await poll(pc)).toMatchObject({ state: 'waiting', scannedBy: null, session: null })
  expect((await scan(phone, pc)).body).toMatchObject({
    device: 'Chrome · Windows',
    network: '203.0.113.*',
    isSameNetwork: false,
    secondsLeft: expect.any(Number),
  })
  expect(await poll(pc)).toMatchObject({ state: 'scanned', scannedBy: '王*', session: null })
  expect((await decide(phone, pc, 'approve')).status).toBe(200)
  const { session } = await poll(pc)
  expect(session?.token).toBeTruthy()
  // A PC is not a phone: half a day, not a month.
  expect(Date.parse(session?.expiresAt ?? '') - world.clock.now().getTime()).toBeLessThanOrEqual(
    12 * 3_600_000,
  )
  expect(await poll(pc)).toMatchObject({ state: 'expired', session: null })
})

it('S-16: a phone on the same network is told so; a browser that says nothing is named so', async () => {
  const pc = await start('curl/8.0', '127.0.0.1')
  expect((await scan(phone, pc)).body).toMatchObject({ device: null, network: 'local', isSameNetwork: true })
})

it('S-16: a code that was refused, or whose phone signed out, signs nobody in', async () => {
  const refused = await start()
  await scan(phone, refused)
  await decide(phone, refused, 'refuse')
  expect(await poll(refused)).toMatchObject({ state: 'refused', session: null })
  expect((await decide(phone, refused, 'approve')).body.code).toBe('scan-sign-in.expired')

  const leaver = await world.person('走了')
  const left = await start()
  await scan(leaver, left)
  await decide(leaver, left, 'approve')
  await leaver.call('DELETE', '/session')
  expect(await poll(left)).toMatchObject({ state: 'expired', session: null })
})

it('S-16: QRLjacking in 1 000 tries takes over nothing', async () => {
  const [attacker, other] = [await world.person('坏人'), await world.person('旁人')]
  let tries = 0
  let takeovers = 0
  const tried = (wentThrough: boolean) => {
    tries += 1
    if (wentThrough) takeovers += 1
  }
  const hasSession = async (given: Started) => Boolean((await poll(given)).session)
  const isApproved = async (who: Person, given: Started) =>
    (await decide(who, given, 'approve')).status === 200

  for (let round = 0; round < 40; round += 1) {
    const [theirs, mine] = [await start(chrome), await start(firefox, '198.51.100.9')]
    // Nobody says yes to what his phone has not been shown, nor for another phone.
    tried(await isApproved(phone, theirs))
    await scan(phone, theirs)
    tried(await isApproved(attacker, theirs))
    tried((await scan(attacker, theirs)).status === 200)
    await decide(phone, theirs, 'approve')
    // The code of one browser confirmed: any other browser that asks for it, with what it has.
    tried(await hasSession({ ...theirs, secret: mine.secret }))
    tried(await hasSession({ ...theirs, secret: '' }))
    tried(await hasSession({ ...theirs, secret: theirs.ticket }))
    tried(await hasSession({ ...theirs, agent: firefox })) // even with a secret read over a shoulder
    tried(await hasSession({ ...mine, ticket: theirs.ticket }))
    tried(await hasSession(mine))
    tried(await hasSession({ ...mine, secret: theirs.secret }))
    // Many at once: one session, for the browser that began.
    const sessions = await Promise.all(Array.from({ length: 5 }, () => hasSession(theirs)))
    expect(sessions.filter(Boolean)).toHaveLength(1)
    for (const isSecond of sessions.filter(Boolean).slice(1)) tried(isSecond)
    tries += sessions.length - 1
    tried(await hasSession(theirs))
  }

  for (let round = 0; round < 20; round += 1) {
    const shared = await start()
    const scans = await Promise.all([phone, attacker, other, phone, attacker].map((who) => scan(who, shared)))
    const winners = new Set(scans.flatMap(({ status }, at) => (status === 200 ? [[0, 1, 2, 0, 1][at]] : [])))
    expect(winners.size).toBe(1)
    const people = [phone, attacker, other]
    const losers = people.filter((_, at) => !winners.has(at))
    for (const loser of losers) tried(await isApproved(loser, shared))
    tries += scans.filter(({ status }) => status !== 200).length
    tried(await hasSession(shared))
  }

  // Old codes: unseen, scanned, approved; a minute is over for all of them.
  const old = await Promise.all(Array.from({ length: 60 }, () => start()))
  for (const [at, code] of old.entries()) {
    if (at % 3 > 0) await scan(phone, code)
    if (at % 3 > 1) await decide(phone, code, 'approve')
  }
  world.clock.advance(60_000)
  for (const code of old) {
    tried((await scan(phone, code)).status === 200)
    tried(await isApproved(phone, code))
    tried(await hasSession(code))
  }
  // Made-up codes.
  for (let at = 0; tries < 1_000; at += 1) {
    const made = { ticket: newPhone().padEnd(24, String(at)), secret: 'x'.repeat(24), agent: chrome }
    tried((await scan(phone, made)).status === 200 || (await hasSession(made)))
  }
  figure({ id: 'S-16', n: tries, value: takeovers, unit: 'takeovers', target: '=0', ok: takeovers === 0 })
  expect(takeovers).toBe(0)
})
