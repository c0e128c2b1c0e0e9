import { Type, type Static } from 'typebox'
import { civilDate, parseCivilDate, type CivilDate } from './civil-day.ts'

/** How often a form is answered. */
export const PeriodKind = Type.Union([
  Type.Literal('once'),
  Type.Literal('day'),
  Type.Literal('month'),
  Type.Literal('year'),
])
export type PeriodKind = Static<typeof PeriodKind>

/** A period's name: `once`, `2026-03-02`, `2026-03` or `2026`. */
export const Period = Type.String({
  pattern: '^(once|\\d{4}(-\\d{2}(-\\d{2})?)?)$',
  examples: ['2026-03-02', 'once'],
})

/** Where a once-only period is filed in time, so that every answer has a place in a dated partition. */
export const onceStart: CivilDate = civilDate('2000-01-01')

/** The name of the period that holds `day`. */
export function periodOf(kind: PeriodKind, day: CivilDate): string {
  if (kind === 'once') return 'once'
  return kind === 'day' ? day : day.slice(0, kind === 'month' ? 7 : 4)
}

/**
 * First civil day of a named period.
 * @throws RangeError when the name is no period.
 */
export function periodStart(period: string): CivilDate {
  if (period === 'once') return onceStart
  return civilDate(period.padEnd(4, ' ') + '-01-01'.slice(period.length - 4))
}

/** Whether `period` names a period of this kind that the calendar has. */
export function isPeriodOf(kind: PeriodKind, period: string): boolean {
  if (kind === 'once') return period === 'once'
  const day = parseCivilDate(period + '-01-01'.slice(Math.max(0, period.length - 4)))
  return day !== null && periodOf(kind, day) === period
}
