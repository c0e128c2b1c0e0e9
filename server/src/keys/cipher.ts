import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import type { SealedPlace } from '../ports/vault.ts'

/**
 * Layout of a sealed value: format byte, number of the data key (4 bytes), 12 bytes nonce, ciphertext, 16 bytes tag.
 * AES-256-GCM; header and place are bound in. Nonces are random: with 2^32 values under a key at most, two of them are
 * alike with a chance of 2^-32 (NIST SP 800-38D, 8.3), and a database restored from a backup repeats none.
 */
const formatNow = 2
/** Before data keys: format byte, key id byte, nonce, ciphertext, tag; key derived from the only master key. */
const formatThen = 1
const headBytes = 5
const headBytesThen = 2
const nonceBytes = 12
const tagBytes = 16

/** Master key that sealed before there was a ring. */
export const formerKeyId = '1'

export interface NumberedKey {
  readonly no: number
  readonly key: Buffer
}

const placeName = ({ orgId, table, column, row }: SealedPlace) => [orgId, table, column, row].join('\0')

/** First bytes of what is sealed under a data key: how it is found among others. */
export function headOf(keyNo: number): Buffer {
  const head = Buffer.alloc(headBytes)
  head[0] = formatNow
  head.writeUInt32BE(keyNo, 1)
  return head
}

/** @param onNonce told each nonce, for those who count. */
export function sealWith(
  { no, key }: NumberedKey,
  place: SealedPlace,
  text: string,
  onNonce?: (nonce: Buffer) => void,
): Buffer {
  const head = headOf(no)
  const nonce = randomBytes(nonceBytes)
  onNonce?.(nonce)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.concat([head, Buffer.from(placeName(place))]))
  const body = [cipher.update(text, 'utf8'), cipher.final()]
  return Buffer.concat([head, nonce, ...body, cipher.getAuthTag()])
}

/** Which data key a value was sealed under; null for one of the former scheme. */
export function keyNoOf(sealed: Buffer): number | null {
  if (sealed[0] === formatThen) return null
  if (sealed[0] !== formatNow || sealed.length < headBytes + nonceBytes + tagBytes)
    throw new Error('sealed in an unknown format')
  return sealed.readUInt32BE(1)
}

/** @throws Error when the value was changed or moved. */
export function openWith(key: Buffer, place: SealedPlace, sealed: Buffer): string {
  const aad = Buffer.concat([sealed.subarray(0, headBytes), Buffer.from(placeName(place))])
  return decipher(key, aad, sealed.subarray(headBytes))
}

/** Opens a value of the former scheme. */
export function openFormer(masterKey: Buffer, place: SealedPlace, sealed: Buffer): string {
  const key = derive(masterKey, `org:${place.orgId}`)
  return decipher(key, Buffer.from(placeName(place)), sealed.subarray(headBytesThen))
}

/** The one look-up key of the former scheme: hashes made with it are in the database. */
export const formerLookupKey = (masterKey: Buffer) => derive(masterKey, 'lookup')

function decipher(key: Buffer, aad: Buffer, sealed: Buffer): string {
  const aes = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  })
  aes.setAAD(aad).setAuthTag(sealed.subarray(-tagBytes))
  return Buffer.concat([aes.update(sealed.subarray(nonceBytes, -tagBytes)), aes.final()]).toString('utf8')
}

function derive(masterKey: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', masterKey, 'kangbao', purpose, 32))
}
