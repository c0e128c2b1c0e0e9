import { createHash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { tokenPrefix } from '@kangbao/shared/contracts/api-tokens.ts'

/*
 * A token names itself and its organisation, so that it is found in its own organisation, and holds 192 bits nobody guesses.
 * It is letters and digits only, so that a double click takes all of it, and ends in a check sum: what a scanner of source
 * code finds is a token or is none, and what is none costs no look at the database.
 */

const secretBytes = 24
const tokenBytes = 16 + 16 + secretBytes
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const base = BigInt(digits.length)
const bodyLetters = 76 // 62^76 > 256^56
const sumLetters = 6
const beginningLetters = 8
const pattern = new RegExp(`^${tokenPrefix}([0-9A-Za-z]{${bodyLetters}})([0-9A-Za-z]{${sumLetters}})$`)

export interface ApiTokenKey {
  readonly orgId: string
  readonly tokenId: string
}

export function newApiToken({ orgId, tokenId }: ApiTokenKey): string {
  const bytes = Buffer.concat([uuidBytes(tokenId), uuidBytes(orgId), randomBytes(secretBytes)])
  const body = lettersOf(BigInt(`0x${bytes.toString('hex')}`), bodyLetters)
  return `${tokenPrefix}${body}${sumOf(body)}`
}

/** Whose token a text says it is, if it is a token at all; its hash decides whether it is good. */
export function readApiToken(text: string): ApiTokenKey | null {
  const [, body, sum] = pattern.exec(text) ?? []
  if (body === undefined || sum !== sumOf(body)) return null
  const hex = numberOf(body)
    .toString(16)
    .padStart(2 * tokenBytes, '0')
  if (hex.length > 2 * tokenBytes) return null
  return { tokenId: uuidText(hex.slice(0, 32)), orgId: uuidText(hex.slice(32, 64)) }
}

/** What is shown of a token when it is no longer shown. */
export const beginningOf = (token: string): string => token.slice(0, tokenPrefix.length + beginningLetters)

/** What is kept of a token. Its secret is random, so a plain hash tells nothing. */
export function hashOfApiToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

const sumOf = (body: string): string => lettersOf(BigInt(crc32(body)), sumLetters)

function lettersOf(number: bigint, length: number): string {
  let text = ''
  for (let rest = number; text.length < length; rest /= base)
    text = (digits[Number(rest % base)] ?? '') + text
  return text
}

function numberOf(letters: string): bigint {
  let number = 0n
  for (const letter of letters) number = number * base + BigInt(digits.indexOf(letter))
  return number
}

const uuidBytes = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex')

function uuidText(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
