import { createHash, randomBytes } from 'node:crypto'

/*
 * A token names the organisation and the tablet and holds 192 bits nobody guesses: with it a tablet without a session is
 * found in its own organisation, and no table of all organisations has to be asked.
 */

const secretBytes = 24

export interface KioskKey {
  readonly orgId: string
  readonly kioskId: string
}

export function newToken({ orgId, kioskId }: KioskKey): string {
  return Buffer.concat([uuidBytes(orgId), uuidBytes(kioskId), randomBytes(secretBytes)]).toString('base64url')
}

/** Whose token it says it is; the hash decides whether it is. @param token 75 letters of base64url. */
export function keyOf(token: string): KioskKey {
  const bytes = Buffer.from(token, 'base64url')
  return { orgId: uuidText(bytes.subarray(0, 16)), kioskId: uuidText(bytes.subarray(16, 32)) }
}

/** What is kept of a token. Its secret is random, so a plain hash tells nothing. */
export function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

export function uuidBytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex')
}

export function uuidText(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
