import { addDays, civilDayOf, instantAt, weekdayOf, type CivilDate, type EpochMs } from './civil-day.ts'
import type { RepeatSchedule } from './repeat-schedule.ts'
import { isWorkingDay } from './working-days.ts'

export type { RepeatSchedule }

const mondayToFriday = [1, 2, 3, 4, 5]
/** No row of days off leaves a weekday out three times; a schedule without a send in as many days has none at all. */
const longestPause = 31

/** The schedule with working days only or without; weekends cannot be chosen then, and something must be. */
export function withWorkingDays(
  { workingDaysOnly: _before, ...schedule }: RepeatSchedule,
  isOn: boolean,
): RepeatSchedule {
  if (!isOn) return schedule
  const chosen = schedule.weekdays.filter((weekday) => mondayToFriday.includes(weekday))
  return { ...schedule, weekdays: chosen.length > 0 ? chosen : [...mondayToFriday], workingDaysOnly: true }
}

/** Whether the schedule sends on a civil day; without an end, for that is the form's. */
export function isSendDay({ weekdays, workingDaysOnly }: RepeatSchedule, day: CivilDate): boolean {
  const weekday = weekdayOf(day)
  if (!workingDaysOnly) return weekdays.includes(weekday)
  if (!isWorkingDay(day)) return false
  return weekday <= 5 ? weekdays.includes(weekday) : mondayToFriday.every((each) => weekdays.includes(each))
}

/**
 * The first day from `from` on, itself included, on which the schedule sends, or null when there is none.
 * @param endsOn last civil day that may send, inclusive.
 */
export function nextSendDay(
  schedule: RepeatSchedule,
  from: CivilDate,
  endsOn: CivilDate | null = null,
): CivilDate | null {
  let day = from
  for (let step = 0; step <= longestPause; step += 1, day = addDays(day, 1)) {
    if (endsOn !== null && day > endsOn) return null
    if (isSendDay(schedule, day)) return day
  }
  return null
}

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
  const today = civilDayOf(after, zone)
  const hasPassed = instantAt(today, schedule.time, zone) <= after
  const day = nextSendDay(schedule, hasPassed ? addDays(today, 1) : today, endsOn)
  return day === null ? null : instantAt(day, schedule.time, zone)
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
