import { createHash, createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'

export const randomToken = (bytes = 32): string => randomBytes(bytes).toString('base64url')

export const randomHex = (bytes: number): string => randomBytes(bytes).toString('hex')

export const randomDigits = (count: number): string =>
  Array.from({ length: count }, () => String(randomInt(10))).join('')

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

export const randomLetters = (count: number): string =>
  Array.from({ length: count }, () => letters[randomInt(letters.length)]).join('')

/** For tokens of full entropy: a plain digest is enough to keep them useless in a stolen table. */
export const digest = (token: string): string => createHash('sha256').update(token).digest('hex')

/** For short codes: keyed, so that a stolen table cannot be guessed through. */
export const keyedDigest = (key: string, text: string): string =>
  createHmac('sha256', key).update(text).digest('hex')

export function equalInConstantTime(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
