import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** What the platform and an app of ours share. */
export interface SuiteKeys {
  readonly app: string
  readonly suiteKey: string
  readonly suiteSecret: string
  readonly callbackToken: string
  readonly callbackAesKey: string
}

export interface Envelope {
  readonly signature: string
  readonly timestamp: string
  readonly nonce: string
  readonly encrypt: string
}

/** An app's keys out of a suites file. */
export function suiteKeysOf(file: string, app: string): SuiteKeys {
  const suites = JSON.parse(readFileSync(file, 'utf8')) as readonly SuiteKeys[] // our own file
  const suite = suites.find((each) => each.app === app)
  if (!suite) throw new Error(`no suite ${app}`)
  return suite
}

/** A push of the platform's, sealed with a suite's own keys; written from the platform's description. */
export function sealPush(suite: SuiteKeys, message: object, at: number): Envelope {
  const key = Buffer.from(`${suite.callbackAesKey}=`, 'base64')
  const text = Buffer.from(JSON.stringify(message))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(text.length)
  const plain = Buffer.concat([randomBytes(16), length, text, Buffer.from(suite.suiteKey)])
  const pad = 32 - (plain.length % 32)
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  const padded = Buffer.concat([plain, Buffer.alloc(pad, pad)])
  const encrypt = Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64')
  const [timestamp, nonce] = [String(at), randomBytes(8).toString('hex')]
  const signature = createHash('sha1')
    .update([suite.callbackToken, timestamp, nonce, encrypt].sort().join(''))
    .digest('hex')
  return { signature, timestamp, nonce, encrypt }
}

/** Posts an envelope to the address the platform knows. */
export function postPush(server: string, app: string, { encrypt, ...query }: Envelope): Promise<Response> {
  return fetch(`${server}/callback/dingtalk/${app}?${new URLSearchParams(query)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ encrypt }),
  })
}
