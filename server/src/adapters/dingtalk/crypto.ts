import { createCipheriv, createDecipheriv, createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** The keys of one suite's callback address. */
export interface CallbackKeys {
  readonly token: string
  /** 43 characters of base64. */
  readonly aesKey: string
  /** The suite key; bound into every message. */
  readonly ownerKey: string
}

export interface CallbackEnvelope {
  readonly signature: string
  readonly timestamp: string
  readonly nonce: string
  readonly encrypt: string
}

/** Which step refused a callback; for our own log, never for the answer. */
export class CallbackCryptoError extends Error {
  override readonly name = 'CallbackCryptoError'
  constructor(readonly step: 'signature' | 'cipher' | 'padding' | 'length' | 'owner') {
    super(`callback refused at ${step}`)
  }
}

const randomLength = 16
const headLength = randomLength + 4
const cipherBlock = 16
/** PKCS#7 over 32 bytes, not AES's own 16. */
const padBlock = 32

/** Lower-case hex SHA-1 of the four texts, sorted by code unit and joined with nothing. */
export function signCallback(token: string, timestamp: string, nonce: string, encrypt: string): string {
  const sorted = [token, timestamp, nonce, encrypt].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return createHash('sha1').update(sorted.join('')).digest('hex')
}

/** Seals a message as the platform does; `given` fixes what is random otherwise. */
export function encryptCallback(
  keys: CallbackKeys,
  message: string,
  given: { readonly timestamp: string; readonly nonce?: string; readonly random?: Buffer },
): CallbackEnvelope {
  const key = decodeAesKey(keys.aesKey)
  const body = Buffer.from(message, 'utf8')
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  const plain = Buffer.concat([
    given.random ?? randomBytes(randomLength),
    length,
    body,
    Buffer.from(keys.ownerKey, 'utf8'),
  ])
  const pad = padBlock - (plain.length % padBlock)
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, cipherBlock)).setAutoPadding(false)
  const sealed = Buffer.concat([cipher.update(plain), cipher.update(Buffer.alloc(pad, pad)), cipher.final()])
  const encrypt = sealed.toString('base64')
  const nonce = given.nonce ?? randomBytes(8).toString('hex')
  const signature = signCallback(keys.token, given.timestamp, nonce, encrypt)
  return { signature, timestamp: given.timestamp, nonce, encrypt }
}

/**
 * Opens a message. Order matters: the signature covers the ciphertext and is checked first, in constant time, so that
 * nothing about padding can be learned from outside; then padding, length and owner key.
 * @throws CallbackCryptoError naming the step that refused.
 */
export function decryptCallback(keys: CallbackKeys, envelope: CallbackEnvelope): string {
  const { timestamp, nonce, encrypt, signature } = envelope
  if (!isEqual(signCallback(keys.token, timestamp, nonce, encrypt), signature))
    throw new CallbackCryptoError('signature')
  const padded = decrypt(decodeAesKey(keys.aesKey), encrypt)
  const pad = padded.at(-1) ?? 0
  if (pad < 1 || pad > padBlock || pad > padded.length - headLength) throw new CallbackCryptoError('padding')
  const plain = padded.subarray(0, padded.length - pad)
  const end = headLength + plain.readUInt32BE(randomLength)
  if (end > plain.length) throw new CallbackCryptoError('length')
  if (!isEqual(keys.ownerKey, plain.subarray(end).toString('utf8'))) throw new CallbackCryptoError('owner')
  return plain.subarray(headLength, end).toString('utf8')
}

function decrypt(key: Buffer, encrypt: string): Buffer {
  const sealed = Buffer.from(encrypt, 'base64')
  if (sealed.length === 0 || sealed.length % cipherBlock !== 0) throw new CallbackCryptoError('cipher')
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, cipherBlock)).setAutoPadding(false)
  return Buffer.concat([decipher.update(sealed), decipher.final()])
}

/** The 43rd character may carry spare bits that are not zero; Node's decoder drops them, as it should. */
function decodeAesKey(aesKey: string): Buffer {
  const key = Buffer.from(`${aesKey}=`, 'base64')
  if (key.length !== 32) throw new Error('the callback AES key must decode to 32 bytes')
  return key
}

/** Compares digests of the two, so that neither content nor length shows in the time taken. */
function isEqual(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
