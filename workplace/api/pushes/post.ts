import { request } from 'undici'
import type { Suite } from '../config.ts'
import { decryptCallback, encryptCallback, type CallbackKeys, type Envelope } from '../crypto/callback.ts'
import type { Deps } from '../deps.ts'

/** What the platform waits for an answer, by push style. */
const deadlineMs = { synchttp: 1200, legacy: 1500, stream: 0 } as const

/** Owner of the first check: on DingTalk the suite does not exist before it was answered. */
export const ownerBeforeCreation = 'suite4xxxxxxxxxxxxxxx'

/** Posts one encrypted message; throws unless the suite answers the encrypted "success" in time. */
export async function post(
  deps: Deps,
  suite: Suite,
  message: Record<string, unknown>,
  { isNew = false }: { isNew?: boolean } = {},
): Promise<void> {
  const ownerKey = isNew ? ownerBeforeCreation : suite.suiteKey
  const keys = { token: suite.callbackToken, aesKey: suite.callbackAesKey, ownerKey }
  const sealed = encryptCallback(keys, JSON.stringify(message), {
    timestamp: String(deps.clock.now().getTime()),
  })
  const url = new URL(suite.callbackUrl)
  // Suites read the signature under either name.
  url.searchParams.set('signature', sealed.signature)
  url.searchParams.set('msg_signature', sealed.signature)
  url.searchParams.set('timestamp', sealed.timestamp)
  url.searchParams.set('nonce', sealed.nonce)
  const answer = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ encrypt: sealed.encrypt }),
    signal: AbortSignal.timeout(deadlineMs[suite.pushStyle]),
  })
  const text = await answer.body.text()
  if (answer.statusCode !== 200) throw new Error(`HTTP ${answer.statusCode}`)
  const plain = openAnswer(keys, suite.suiteKey, readAnswer(text))
  if (plain !== 'success' && plain !== message['Random'])
    throw new Error('answered something other than success')
}

/** Under the owner it was asked under, or already under its own name. */
function openAnswer(keys: CallbackKeys, suiteKey: string, answer: Envelope): string {
  if (keys.ownerKey === suiteKey) return decryptCallback(keys, answer)
  try {
    return decryptCallback(keys, answer)
  } catch {
    return decryptCallback({ ...keys, ownerKey: suiteKey }, answer)
  }
}

function readAnswer(text: string): Envelope {
  const body: unknown = JSON.parse(text)
  const field = (name: string): string | null => {
    const value: unknown =
      typeof body === 'object' && body ? Object.entries(body).find(([key]) => key === name)?.[1] : null
    return typeof value === 'string' || typeof value === 'number' ? String(value) : null
  }
  const [signature, timestamp] = [
    field('msg_signature') ?? field('signature'),
    field('timeStamp') ?? field('timestamp'),
  ]
  const [nonce, encrypt] = [field('nonce'), field('encrypt')]
  if (signature === null || timestamp === null || nonce === null || encrypt === null)
    throw new Error('answer is not an encrypted envelope')
  return { signature, timestamp, nonce, encrypt }
}
