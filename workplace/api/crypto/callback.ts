import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { equalInConstantTime, randomToken } from './secrets.ts'

/** The keys of one suite's callback URL. */
export interface CallbackKeys {
  token: string
  aesKey: string
  /** suiteKey for ISV apps. */
  ownerKey: string
}

export interface Envelope {
  signature: string
  timestamp: string
  nonce: string
  encrypt: string
}

const padBlock = 32 // PKCS#7 over 32 bytes, not AES's own 16

/** Lower-case hex SHA-1 of the four texts, sorted by code unit and joined. */
export function signCallback(token: string, timestamp: string, nonce: string, encrypt: string): string {
  const sorted = [token, timestamp, nonce, encrypt].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return createHash('sha1').update(sorted.join('')).digest('hex')
}

export function encryptCallback(
  keys: CallbackKeys,
  message: string,
  given: { timestamp: string; nonce?: string; random?: Buffer },
): Envelope {
  const key = decodeKey(keys.aesKey)
  const body = Buffer.from(message, 'utf8')
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  const plain = Buffer.concat([
    given.random ?? randomBytes(16),
    length,
    body,
    Buffer.from(keys.ownerKey, 'utf8'),
  ])
  const pad = padBlock - (plain.length % padBlock)
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  const encrypt = Buffer.concat([
    cipher.update(Buffer.concat([plain, Buffer.alloc(pad, pad)])),
    cipher.final(),
  ]).toString('base64')
  const nonce = given.nonce ?? randomToken(12)
  return {
    signature: signCallback(keys.token, given.timestamp, nonce, encrypt),
    timestamp: given.timestamp,
    nonce,
    encrypt,
  }
}

/** Verifies the signature first, then decrypts, then compares the owner key. Throws when any is wrong. */
export function decryptCallback(keys: CallbackKeys, envelope: Envelope): string {
  const expected = signCallback(keys.token, envelope.timestamp, envelope.nonce, envelope.encrypt)
  if (!equalInConstantTime(expected, envelope.signature)) throw new Error('callback: signature mismatch')
  const key = decodeKey(keys.aesKey)
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  const padded = Buffer.concat([decipher.update(Buffer.from(envelope.encrypt, 'base64')), decipher.final()])
  const pad = padded.at(-1) ?? 0
  if (pad < 1 || pad > padBlock || pad > padded.length - 20) throw new Error('callback: bad padding')
  const plain = padded.subarray(0, padded.length - pad)
  const end = 20 + plain.readUInt32BE(16)
  if (end > plain.length) throw new Error('callback: bad length')
  if (plain.subarray(end).toString('utf8') !== keys.ownerKey) throw new Error('callback: owner key mismatch')
  return plain.subarray(20, end).toString('utf8')
}

/** The 43rd character may carry spare bits; Buffer's decoder does not mind. */
function decodeKey(aesKey: string): Buffer {
  const key = Buffer.from(`${aesKey}=`, 'base64')
  if (key.length !== 32) throw new Error('callback: bad AES key')
  return key
}
