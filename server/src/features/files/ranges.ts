import { AppError } from '../../errors.ts'

export interface ByteRange {
  readonly start: number
  /** Behind the last byte. */
  readonly end: number
}

/**
 * The one range a `Range` header asks for (RFC 9110, 14.1.2); null when it asks for none we serve by parts: other
 * units, several ranges.
 * @throws AppError `file.range` when it lies outside.
 */
export function readRange(header: string | undefined, length: number): ByteRange | null {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return null
  const start = first === '' ? Math.max(0, length - Number(last)) : Number(first)
  const end = first === '' || last === '' ? length : Math.min(length, Number(last) + 1)
  if (start >= end) throw new AppError('file.range', { length })
  return { start, end }
}
