import { civilDayOf, type CivilDate, type EpochMs } from './civil-day.ts'
import { specialDay, unknownYear, type SpecialDay } from './working-days.ts'

/** A moment at which a form is sent, and what the calendar says of its day. */
export interface SendDay {
  readonly at: EpochMs
  readonly day: CivilDate
  readonly special: SpecialDay | null
}

/**
 * What a preview says of the next sends (Z-31).
 * @returns each with its civil day in the zone; and the first year among them whose holidays are not announced, or null.
 */
export function sendDaysOf(
  sends: readonly EpochMs[],
  zone: string,
): { days: SendDay[]; unknownYear: number | null } {
  const days = sends.map((at) => {
    const day = civilDayOf(at, zone)
    return { at, day, special: specialDay(day) }
  })
  return { days, unknownYear: days.map(({ day }) => unknownYear(day)).find((year) => year !== null) ?? null }
}
