import {
  addDays,
  civilDate,
  civilDayOf,
  instantAt,
  type CivilDate,
  type EpochMs,
} from '@kangbao/shared/calendar/civil-day.ts'
import type { PeriodKind } from '@kangbao/shared/calendar/period.ts'
import { nextSendAt, nextSendDay } from '@kangbao/shared/calendar/schedule.ts'
import type { FormSettings } from '@kangbao/shared/contracts/forms.ts'

type Timing = Pick<FormSettings, 'repeat' | 'endsOn'>

/** The next moment strictly after `after` at which the form is sent, or null. */
export function nextSendOf({ repeat, endsOn }: Timing, after: EpochMs, zone: string): EpochMs | null {
  return repeat === null ? null : nextSendAt(repeat, after, zone, endsOn === null ? null : civilDate(endsOn))
}

/** The next moment strictly after `after` at which a period of the form begins, or null when none does. */
export function nextOpeningOf(
  kind: PeriodKind,
  { repeat, endsOn }: Timing,
  after: EpochMs,
  zone: string,
): EpochMs | null {
  if (kind === 'once') return null
  const first = firstDayAfter(kind, civilDayOf(after, zone))
  // A daily form sent on some days is not expected on the others.
  const day = kind === 'day' && repeat !== null ? nextSendDay(repeat, first) : first
  return day === null || (endsOn !== null && day > endsOn) ? null : instantAt(day, '00:00', zone)
}

function firstDayAfter(kind: 'day' | 'month' | 'year', today: CivilDate): CivilDate {
  if (kind === 'day') return addDays(today, 1)
  const [year = 0, month = 1] = today.split('-').map(Number)
  if (kind === 'year') return civilDate(`${year + 1}-01-01`)
  return civilDate(month === 12 ? `${year + 1}-01-01` : `${year}-${String(month + 1).padStart(2, '0')}-01`)
}

/**
 * What becomes of a step whose moment came at `plannedAt` when it is now `now`: a missed one still happens on its own
 * day, and not after (Z-33).
 */
export function isStillWanted(plannedAt: EpochMs, now: EpochMs, zone: string): boolean {
  return civilDayOf(plannedAt, zone) === civilDayOf(now, zone)
}

/**
 * From when on to look for the send after the one planned for `plannedAt`: after a longer absence a time of today that
 * passed meanwhile still counts, as it does when only that one was missed (Z-33).
 */
export function nextSendAfter(plannedAt: EpochMs, now: EpochMs, zone: string): EpochMs {
  if (isStillWanted(plannedAt, now, zone) || plannedAt > now) return Math.max(now, plannedAt)
  return instantAt(civilDayOf(now, zone), '00:00', zone) - 1
}
