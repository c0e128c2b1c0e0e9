import { addDays, civilDate, type CivilDate } from '@kangbao/shared/calendar/civil-day.ts'

/** First and last civil day of a named period; null for one that has none: `once`, or no name yet. */
export function daysOfPeriod(period: string): { from: CivilDate; to: CivilDate } | null {
  if (/^\d{4}-\d{2}-\d{2}$/.test(period)) return { from: civilDate(period), to: civilDate(period) }
  if (/^\d{4}-\d{2}$/.test(period)) {
    const [year = 0, month = 0] = period.split('-').map(Number)
    const next = month === 12 ? `${year + 1}-01` : `${year}-${String(month + 1).padStart(2, '0')}`
    return { from: civilDate(`${period}-01`), to: addDays(civilDate(`${next}-01`), -1) }
  }
  return /^\d{4}$/.test(period)
    ? { from: civilDate(`${period}-01-01`), to: civilDate(`${period}-12-31`) }
    : null
}
