import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Subject } from '../bench.ts'

interface Suite {
  readonly app: string
  readonly suiteKey: string
  readonly callbackToken: string
  readonly callbackAesKey: string
}

const suites = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', 'data', 'suites.json'), 'utf8'),
) as readonly Suite[] // our own file

/** Pushes a suite ticket as the platform does, encrypted: without one the server cannot call the platform. */
export async function pushTicket(subject: Subject, app: string): Promise<void> {
  const suite = suites.find((each) => each.app === app)
  if (!suite) throw new Error(`no suite ${app}`)
  const { now } = (await (await fetch(`${subject.url}/__clock`)).json()) as { now: string } // clock route
  const timestamp = String(Date.parse(now))
  const nonce = randomBytes(8).toString('hex')
  const message = {
    EventType: 'suite_ticket',
    SuiteKey: suite.suiteKey,
    TimeStamp: timestamp,
    SuiteTicket: 'bench-ticket',
  }
  const encrypt = encrypted(suite, JSON.stringify(message))
  const signature = createHash('sha1')
    .update([suite.callbackToken, timestamp, nonce, encrypt].sort().join(''))
    .digest('hex')
  const query = new URLSearchParams({ signature, timestamp, nonce })
  const response = await fetch(`${subject.url}/callback/dingtalk/${app}?${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ encrypt }),
  })
  if (!response.ok) throw new Error(`suite ticket: ${response.status} ${await response.text()}`)
}

function encrypted({ suiteKey, callbackAesKey }: Suite, text: string): string {
  const key = Buffer.from(`${callbackAesKey}=`, 'base64')
  const message = Buffer.from(text)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(message.length)
  const plain = Buffer.concat([randomBytes(16), length, message, Buffer.from(suiteKey)])
  const pad = 32 - (plain.length % 32)
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  return Buffer.concat([
    cipher.update(Buffer.concat([plain, Buffer.alloc(pad, pad)])),
    cipher.final(),
  ]).toString('base64')
}
