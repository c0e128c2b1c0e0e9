import { AppError } from '../errors.ts'

/** A keyset page: one row more than asked for says whether there is a next page. */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  view: { item: (row: Row) => Item; key: (row: Row) => readonly unknown[] },
): { items: Item[]; next: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const next = rows.length > limit && last !== undefined ? encodeCursor(view.key(last)) : null
  return { items: shown.map(view.item), next }
}

const encodeCursor = (key: readonly unknown[]): string =>
  Buffer.from(JSON.stringify(key)).toString('base64url')

/** The key of the last row of the page before; a cursor nobody gave out is a bad request. */
export function readCursor(cursor: string | undefined, length: number): string[] | null {
  if (!cursor) return null
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (Array.isArray(key) && key.length === length && key.every((part) => typeof part === 'string'))
      return key
  } catch {
    // told below
  }
  throw new AppError('request.invalid', { part: 'cursor' })
}

/** A whole number of a cursor. */
export function numberOf(part: string | undefined): number {
  const number = Number(part)
  if (part === undefined || !Number.isSafeInteger(number))
    throw new AppError('request.invalid', { part: 'cursor' })
  return number
}
