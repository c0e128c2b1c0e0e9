import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

const formatByte = 1
const nonceBytes = 12
const tagBytes = 16

export const sealKeyOf = (secret: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, 'kangbao-workplace', 'seal', 32))

/**
 * Seals what must not lie open in the database (AES-256-GCM).
 * @param place table, org and row: what is sealed opens nowhere else.
 */
export function seal(key: Buffer, place: string, plain: Buffer): Buffer {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place))
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([Buffer.from([formatByte]), nonce, sealed, cipher.getAuthTag()])
}

/** @throws Error when it was sealed by another key, for another place, or was changed. */
export function open(key: Buffer, place: string, sealed: Buffer): Buffer {
  if (sealed[0] !== formatByte) throw new Error('not sealed by us')
  const nonce = sealed.subarray(1, 1 + nonceBytes)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce)
    .setAAD(Buffer.from(place))
    .setAuthTag(sealed.subarray(-tagBytes))
  return Buffer.concat([decipher.update(sealed.subarray(1 + nonceBytes, -tagBytes)), decipher.final()])
}
