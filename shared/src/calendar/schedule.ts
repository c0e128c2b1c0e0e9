import { Type, type Static } from 'typebox'
import { addDays, civilDayOf, instantAt, weekdayOf, type CivilDate, type EpochMs } from './civil-day.ts'

export const WallTime = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', examples: ['17:00'] })

/** Weekdays (1 = Monday … 7 = Sunday) and a wall-clock time on which a form is sent (Z-31). */
export const RepeatSchedule = Type.Object(
  {
    weekdays: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), {
      minItems: 1,
      maxItems: 7,
      uniqueItems: true,
    }),
    time: WallTime,
  },
  { additionalProperties: false },
)
export type RepeatSchedule = Static<typeof RepeatSchedule>

/**
 * The next moment strictly after `after` at which the schedule sends, or null when it ended.
 * A time earlier than now so begins tomorrow (Z-31).
 * @param endsOn last civil day that may send, inclusive.
 */
export function nextSendAt(
  schedule: RepeatSchedule,
  after: EpochMs,
  zone: string,
  endsOn: CivilDate | null = null,
): EpochMs | null {
  let day = civilDayOf(after, zone)
  for (let step = 0; step <= 7; step += 1, day = addDays(day, 1)) {
    if (endsOn !== null && day > endsOn) return null
    const at = instantAt(day, schedule.time, zone)
    if (at > after && schedule.weekdays.includes(weekdayOf(day))) return at
  }
  return null
}

/** The next `count` send moments after `after`, for a preview. */
export function nextSends(
  schedule: RepeatSchedule,
  after: EpochMs,
  zone: string,
  count: number,
  endsOn: CivilDate | null = null,
): EpochMs[] {
  const sends: EpochMs[] = []
  let last = after
  while (sends.length < count) {
    const next = nextSendAt(schedule, last, zone, endsOn)
    if (next === null) break
    sends.push(next)
    last = next
  }
  return sends
}
