import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, it } from 'vitest'
import { withClient } from '@kangbao/launcher/postgres.ts'
import * as sealed from '@kangbao/launcher/sealed-push.ts'
import { seeded } from '../demo/city.ts'
import { until } from '../drivers/http.ts'
import { push, sealPush } from '../support/callback.ts'
import { OwnStack } from '../support/own-stack.ts'
import { atMost, percentile, zero } from './harness/figures.ts'
import { drawSeed, type Random } from './harness/nemesis.ts'
import { sized } from './harness/sizes.ts'

const forgeries = sized(10_000, 300)
const replays = sized(10_000, 300)
const atOnce = 4
const app = 'forms'
/** The host waits 1 500 ms; half of what is asked for callbacks under load. */
const answeredWithinMs = 500

let own: OwnStack
let keys: sealed.SuiteKeys
beforeAll(async () => {
  own = await OwnStack.start()
  keys = sealed.suiteKeysOf(join(own.stack.dataDir, 'suites.json'), app)
})
afterAll(() => own.stop())

it(`S-27: ${forgeries} mutated callbacks are refused, all alike`, async () => {
  const seed = drawSeed()
  const random = seeded(seed)
  const before = await inbox()
  const answers = new Map<string, number>()
  const times: number[] = []
  let faults = 0
  let accepted = 0
  await lanes(forgeries, async () => {
    const { envelope, query, way } = forge(random)
    const from = performance.now()
    const reply = await post(envelope, query)
    times.push(performance.now() - from)
    const text = (await reply.text()).replace(/"requestId":"[^"]*"/, '"requestId":""')
    if (reply.status >= 500) faults += 1
    if (reply.status < 400) {
      accepted += 1
      console.log('accepted', way, envelope)
    }
    const answer = `${reply.status} ${text}`
    answers.set(answer, (answers.get(answer) ?? 0) + 1)
  })
  zero({ id: 'S-27', n: forgeries, value: accepted + (await inbox()) - before, unit: 'accepted', seed })
  zero({ id: 'S-27', n: forgeries, value: faults, unit: '5xx', seed })
  if (answers.size > 1) console.log([...answers])
  zero({ id: 'S-27', n: forgeries, value: answers.size - 1, unit: 'refusals-unlike', seed })
  atMost(answeredWithinMs, {
    id: 'S-27',
    n: forgeries,
    value: Math.round(percentile(times, 0.99)),
    unit: 'ms-p99',
    seed,
  })
})

it(`S-28: ${replays} exact replays and old events signed anew are answered "success" and do nothing`, async () => {
  const seed = drawSeed()
  const message = {
    EventType: 'change_auth',
    SuiteKey: keys.suiteKey,
    AuthCorpId: 'dingreplayed',
    TimeStamp: '1700000000000',
  }
  const original = sealPush(own, app, message)
  await push(own, app, original)
  await until('the event in the inbox', inbox, (count) => count > 0)
  const [before, owedBefore] = [await inbox(), await owed()]
  let unanswered = 0
  await lanes(replays, async (n) => {
    const reply = await push(own, app, n % 2 === 0 ? original : sealPush(own, app, message))
    const body = (await reply.json()) as { encrypt?: string } // the encrypted "success"
    if (reply.status !== 200 || !body.encrypt) unanswered += 1
  })
  zero({ id: 'S-28', n: replays, value: (await inbox()) - before, unit: 'second-effects', seed })
  zero({ id: 'S-28', n: replays, value: Math.max(0, (await owed()) - owedBefore), unit: 'jobs-made', seed })
  zero({ id: 'S-28', n: replays, value: unanswered, unit: 'not-answered-success', seed })
})

interface Forged {
  readonly envelope: sealed.Envelope
  /** Instead of the envelope's own query. */
  readonly query?: string
  /** For the log. */
  readonly way?: number
}

/** One of the ways a callback can be wrong. */
function forge(random: Random): Forged {
  const good = sealPush(own, app, { EventType: 'change_auth', AuthCorpId: `ding${random()}` })
  const below = (n: number) => Math.floor(random() * n)
  const withText = (text: Buffer, options: Partial<Sealing> = {}) => ({ envelope: sealRaw(text, options) })
  const ways: readonly (() => Forged)[] = [
    () => ({ envelope: { ...good, encrypt: flipped(good.encrypt, below) } }),
    () => ({ envelope: { ...good, encrypt: good.encrypt.slice(0, below(good.encrypt.length)) } }),
    () => ({ envelope: { ...good, signature: flipped(good.signature, below) } }),
    () => ({ envelope: { ...good, timestamp: String(Number(good.timestamp) + 1 + below(1e6)) } }),
    () => ({ envelope: { ...good, nonce: `${good.nonce}x` } }),
    () => ({ envelope: { ...good, signature: '' } }),
    // From here on the signature is right: whoever knows the token, and nothing else.
    () => withText(Buffer.from('{}'), { aesKey: randomBytes(32) }),
    () => withText(Buffer.from('{"EventType":"change_auth"}'), { owner: `x${keys.suiteKey}` }),
    () =>
      withText(Buffer.from('{"EventType":"change_auth"}'), {
        length: [0, 0xffffffff, 0x80000000, 4_000][below(4)] ?? 0,
      }),
    () => withText(Buffer.from('{"EventType":"change_auth"}'), { pad: [0, 33, 255][below(3)] ?? 0 }),
    () => withText(randomBytes(below(200))),
    () => withText(Buffer.from([0xff, 0xfe, 0xc3, 0x28])),
    () => withText(Buffer.from('['.repeat(1_000))),
    () => withText(Buffer.from(`${'{"a":'.repeat(1_000)}1${'}'.repeat(1_000)}`)),
    () => withText(Buffer.from('{"EventType":["a"]}')),
    () => withText(Buffer.from('{"EventType":"a","bizData":{"a":1}}')),
    () => ({
      envelope: good,
      query: `${new URLSearchParams({ ...good, encrypt: '' })}&signature=${good.signature}`,
    }),
    () => ({ envelope: good, query: '' }),
  ]
  const chosen = below(ways.length)
  const way = ways[chosen]
  if (!way) throw new Error('no way')
  return { ...way(), way: chosen }
}

function flipped(text: string, below: (n: number) => number): string {
  const at = below(text.length)
  const other = text[at] === 'A' ? 'B' : 'A'
  return text.slice(0, at) + other + text.slice(at + 1)
}

interface Sealing {
  readonly aesKey: Buffer
  readonly owner: string
  /** What the length field says. */
  readonly length: number
  /** What the padding says. */
  readonly pad: number
}

/** Seals and signs anything at all, as wrongly as asked. */
function sealRaw(text: Buffer, options: Partial<Sealing>): sealed.Envelope {
  const key = options.aesKey ?? Buffer.from(`${keys.callbackAesKey}=`, 'base64')
  const length = Buffer.alloc(4)
  length.writeUInt32BE(options.length ?? text.length)
  const plain = Buffer.concat([randomBytes(16), length, text, Buffer.from(options.owner ?? keys.suiteKey)])
  const room = 32 - (plain.length % 32)
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  const padded = Buffer.concat([plain, Buffer.alloc(room, options.pad ?? room)])
  const encrypt = Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64')
  const [timestamp, nonce] = [String(own.now()), randomBytes(8).toString('hex')]
  const signature = createHash('sha1')
    .update([keys.callbackToken, timestamp, nonce, encrypt].sort().join(''))
    .digest('hex')
  return { signature, timestamp, nonce, encrypt }
}

function post({ encrypt, ...given }: sealed.Envelope, query?: string): Promise<Response> {
  return fetch(`${own.urls.server}/callback/dingtalk/${app}?${query ?? new URLSearchParams(given)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ encrypt }),
  })
}

/** So many runs, a few side by side. */
async function lanes(count: number, run: (n: number) => Promise<void>): Promise<void> {
  let next = 0
  const lane = async () => {
    while (next < count) await run((next += 1))
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
}

// The platform pushes tickets and news of its own meanwhile.
const inbox = () => rowsOf(`callback_inbox where kind = 'change_auth'`)
const owed = () => rowsOf(`outbox where job like 'authorisation.%'`)

async function rowsOf(table: string): Promise<number> {
  return withClient(own.stack.databaseUrls.kangbao, async (client) =>
    Number((await client.query(`select count(*)::int as count from ${table}`)).rows[0]?.count),
  )
}
