import { createHmac } from 'node:crypto'
import { isSameText } from '../signature.ts'

export type Signature = 'good' | 'bad' | 'stale' | 'unchecked'

const toleranceMs = 5 * 60_000

interface Signed {
  readonly id: string
  readonly timestamp: string
  readonly signatures: string
  readonly body: Buffer
}

/** As the Standard Webhooks specification has a receiver check; without a secret there is nothing to check. */
export function checkSignature(
  secret: string,
  { id, timestamp, signatures, body }: Signed,
  now: Date,
): Signature {
  if (secret === '') return 'unchecked'
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')
  if (!signatures.split(' ').some((each) => isSameText(each, `v1,${expected}`))) return 'bad'
  return Math.abs(now.getTime() - Number(timestamp) * 1000) > toleranceMs ? 'stale' : 'good'
}
