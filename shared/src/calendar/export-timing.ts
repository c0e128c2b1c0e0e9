import { Type, type Static } from 'typebox'
import { addDays, civilDayOf, instantAt, weekdayOf, type CivilDate, type EpochMs } from './civil-day.ts'
import { WallTime } from './repeat-schedule.ts'
import { isWorkingDay } from './working-days.ts'

const always = {
  time: WallTime,
  /** A run that falls on a day off is made on the next working day. */
  workingDaysOnly: Type.Optional(Type.Literal(true)),
}
const exact = { additionalProperties: false } as const

/** When a scheduled export is made, by the wall clock of the org (Z-36). */
export const ExportTiming = Type.Union([
  Type.Object({ every: Type.Literal('day'), ...always }, exact),
  /** 1 = Monday … 7 = Sunday. */
  Type.Object(
    { every: Type.Literal('week'), weekday: Type.Integer({ minimum: 1, maximum: 7 }), ...always },
    exact,
  ),
  /** Of a shorter month the last day. */
  Type.Object(
    { every: Type.Literal('month'), day: Type.Integer({ minimum: 1, maximum: 31 }), ...always },
    exact,
  ),
])
export type ExportTiming = Static<typeof ExportTiming>

/** Which days a scheduled export spans, seen from the day it is due. */
export const ExportSpan = Type.Union([
  Type.Literal('yesterday'),
  Type.Literal('last-week'),
  Type.Literal('last-month'),
])
export type ExportSpan = Static<typeof ExportSpan>
export const exportSpans = ['yesterday', 'last-week', 'last-month'] as const satisfies readonly ExportSpan[]

/** A month, and the longest row of days off behind its end. */
const lookBack = 20

/** Whether a day is one the timing names, days off not looked at. */
function isNamed(timing: ExportTiming, day: CivilDate): boolean {
  if (timing.every === 'day') return true
  if (timing.every === 'week') return weekdayOf(day) === timing.weekday
  const ofMonth = Number(day.slice(8))
  return ofMonth === timing.day || (ofMonth < timing.day && addDays(day, 1).endsWith('-01'))
}

/** The first day from `from` on, itself included, on which an export is made. */
function runDay(timing: ExportTiming, from: CivilDate): CivilDate {
  for (let named = addDays(from, -lookBack); ; named = addDays(named, 1)) {
    if (!isNamed(timing, named)) continue
    let day = named
    while (timing.workingDaysOnly && !isWorkingDay(day)) day = addDays(day, 1)
    if (day >= from) return day
  }
}

/** The next moment strictly after `after` at which an export is due. */
export function nextRunAt(timing: ExportTiming, after: EpochMs, zone: string): EpochMs {
  const today = civilDayOf(after, zone)
  const at = instantAt(runDay(timing, today), timing.time, zone)
  return at > after ? at : instantAt(runDay(timing, addDays(today, 1)), timing.time, zone)
}

/** The newest moment due by now, where `due` is one that was: what was missed meanwhile is made up for once. */
export function latestRunAt(timing: ExportTiming, due: EpochMs, now: EpochMs, zone: string): EpochMs {
  let latest = due
  for (let next = nextRunAt(timing, latest, zone); next <= now; next = nextRunAt(timing, latest, zone))
    latest = next
  return latest
}

/**
 * First and last day an export due on `day` spans. "Yesterday" of an export of every working day begins with the working
 * day before, so that nothing falls between two of them.
 */
export function spanDays(
  span: ExportSpan,
  timing: ExportTiming,
  day: CivilDate,
): { readonly from: CivilDate; readonly to: CivilDate } {
  if (span === 'yesterday') {
    const to = addDays(day, -1)
    let from = to
    while (timing.every === 'day' && timing.workingDaysOnly && !isWorkingDay(from)) from = addDays(from, -1)
    return { from, to }
  }
  if (span === 'last-week') {
    const monday = addDays(day, 1 - weekdayOf(day))
    return { from: addDays(monday, -7), to: addDays(monday, -1) }
  }
  const to = addDays(day, -Number(day.slice(8)))
  return { from: addDays(to, 1 - Number(to.slice(8))), to }
}
