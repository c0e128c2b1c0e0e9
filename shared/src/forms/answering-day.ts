import { civilDayOf, parseCivilDate, type CivilDate, type EpochMs } from '../calendar/civil-day.ts'
import type { PeriodKind } from '../calendar/period.ts'

/** When one revision of an answer was given; a correction says why it was made, the person's own says nothing. */
export interface AnsweredThen {
  readonly filedAt: string | number
  readonly reason: string | null
}

/**
 * The civil day from which days in stored answers are counted: of a form of every day the day they are for, else the day
 * on which the person last gave them. A correction does not move it.
 * @param revisions from the first to the newest.
 * @param zone IANA name of the org's zone.
 */
export function answeringDay(period: string, revisions: readonly AnsweredThen[], zone: string): CivilDate {
  const day = parseCivilDate(period)
  if (day !== null) return day
  const own = revisions.findLast(({ reason }) => reason === null) ?? revisions.at(-1)
  return civilDayOf(new Date(own?.filedAt ?? 0).getTime(), zone)
}

/** The same of one revision by itself, given at a moment. */
export function answeredOn(
  kind: PeriodKind,
  periodStart: CivilDate,
  givenAt: EpochMs,
  zone: string,
): CivilDate {
  return kind === 'day' ? periodStart : civilDayOf(givenAt, zone)
}
