import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

/* The receiving side of §2, written from the reference sheet alone: two readings have to agree. */

export interface CallbackKeys {
  readonly token: string
  readonly aesKey: string
  readonly suiteKey: string
}

export interface Sealed {
  readonly signature: string
  readonly timestamp: string
  readonly nonce: string
  readonly encrypt: string
}

const keyOf = ({ aesKey }: CallbackKeys): Buffer => Buffer.from(`${aesKey}=`, 'base64')

export const signatureOf = (
  keys: CallbackKeys,
  { timestamp, nonce, encrypt }: Omit<Sealed, 'signature'>,
): string =>
  createHash('sha1').update([keys.token, timestamp, nonce, encrypt].toSorted().join('')).digest('hex')

/** @throws Error naming the first rule that is broken. */
export function open(keys: CallbackKeys, sealed: Sealed): string {
  if (signatureOf(keys, sealed) !== sealed.signature) throw new Error('the signature is another')
  const key = keyOf(keys)
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  const plain = Buffer.concat([decipher.update(sealed.encrypt, 'base64'), decipher.final()])
  const pad = plain.at(-1) ?? 0
  if (pad < 1 || pad > 32 || plain.length % 32 !== 0)
    throw new Error('the padding is not that of blocks of 32')
  const end = 20 + plain.readUInt32BE(16)
  const owner = plain.subarray(end, plain.length - pad).toString()
  if (owner !== keys.suiteKey) throw new Error(`the owner key is ${owner}`)
  return plain.subarray(20, end).toString()
}

export function seal(keys: CallbackKeys, message: string): Sealed {
  const body = Buffer.from(message)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  const plain = Buffer.concat([randomBytes(16), length, body, Buffer.from(keys.suiteKey)])
  const pad = 32 - (plain.length % 32)
  const key = keyOf(keys)
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  const encrypt = Buffer.concat([
    cipher.update(plain),
    cipher.update(Buffer.alloc(pad, pad)),
    cipher.final(),
  ]).toString('base64')
  const [timestamp, nonce] = [String(Date.now()), randomBytes(8).toString('hex')]
  return { signature: signatureOf(keys, { timestamp, nonce, encrypt }), timestamp, nonce, encrypt }
}
