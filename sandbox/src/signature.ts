import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

export const sha256Hex = (data: Buffer | string): string => createHash('sha256').update(data).digest('hex')

export const hmacHex = (secret: string, data: Buffer | string): string =>
  createHmac('sha256', secret).update(data).digest('hex')

/** Compares digests of equal length, so that neither content nor length tells an attacker how far off a guess is. */
export const isSameText = (a: string, b: string): boolean =>
  timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest())
