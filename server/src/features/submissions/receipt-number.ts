import { randomBytes } from 'node:crypto'
import type { CivilDate } from '@kangbao/shared/calendar/civil-day.ts'
import type { PeriodKind } from '@kangbao/shared/calendar/period.ts'

/** Digits and letters nobody mixes up when reading them out: no I, L, O, U. */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const kinds: readonly PeriodKind[] = ['once', 'day', 'month', 'year']

/**
 * A short number for a receipt: day of filing, then six letters. The first letter tells the kind of period, so that
 * numbers of different kinds never meet; within one period the database refuses a second of its kind.
 */
export function newReceiptNumber(kind: PeriodKind, filedOn: CivilDate): string {
  const bytes = randomBytes(6)
  const code = Array.from(bytes, (byte, i) => {
    const index = i === 0 ? kinds.indexOf(kind) * 8 + (byte & 7) : byte & 31
    return letters[index]
  })
  return `${filedOn.slice(2).replaceAll('-', '')}${code.join('')}`
}
