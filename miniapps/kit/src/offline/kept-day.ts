import {
  addDays,
  civilDate,
  civilDayOf,
  daysBetween,
  instantAt,
  wallTimeOf,
  type CivilDate,
} from '@kangbao/shared/calendar/civil-day.ts'
import { periodOf, type PeriodKind } from '@kangbao/shared/calendar/period.ts'
import { windowState } from '@kangbao/shared/calendar/window.ts'
import type { Filling, MyForm } from '@kangbao/shared/contracts/submissions.ts'
import { visibleFields } from '@kangbao/shared/forms/visibility.ts'

export interface Day {
  readonly today: CivilDate
  readonly now: number
  readonly zone: string
}
type Window = Filling['window']
const minuteMs = 60_000

/** The same wall times as many days later, and how they stand now. */
function windowOn(window: Window, days: number, { now, zone }: Day): Window {
  const later = (iso: string | null, backMs = 0): number | null => {
    if (iso === null) return null
    const at = Date.parse(iso) - backMs
    return instantAt(addDays(civilDayOf(at, zone), days), wallTimeOf(at, zone), zone) + backMs
  }
  const opensAt = days === 0 ? msOf(window.opensAt) : later(window.opensAt)
  // The minute it closes at still counts, so that the wall time is the one before.
  const closesAt = days === 0 ? msOf(window.closesAt) : later(window.closesAt, minuteMs)
  const text = (at: number | null) => (at === null ? null : new Date(at).toISOString())
  return {
    state: windowState({ opensAt: opensAt ?? 0, closesAt }, now),
    opensAt: text(opensAt),
    closesAt: text(closesAt),
  }
}
const msOf = (iso: string | null) => (iso === null ? null : Date.parse(iso))

/** How many days the period lies behind today's; null when only the server can say what the new one is like. */
function daysSince(kind: PeriodKind, period: string, today: CivilDate): number | null {
  if (periodOf(kind, today) === period) return 0
  if (kind !== 'day') return null
  const days = daysBetween(civilDate(period), today)
  return days > 0 ? days : null
}

/**
 * A form kept some days ago, as it would open today: a form of each day asks for the new day, and what was filed
 * for the old one may be carried over as the server would let it. Null for what cannot be told without the server. It
 * decides when the filing arrives.
 */
export function fillingOn(kept: Filling, day: Day): Filling | null {
  const { definition, mine } = kept
  const days = daysSince(definition.period, kept.period, day.today)
  if (days === null) return null
  const window = windowOn(kept.window, days, day)
  if (days === 0) return { ...kept, today: day.today, window }
  const last = mine ? { period: kept.period, answers: carriedOf(kept, mine.answers, day.today) } : kept.last
  const hasLast = last !== null && Object.keys(last.answers).length > 0
  return { ...kept, today: day.today, period: day.today, window, mine: null, last: hasLast ? last : null }
}
function carriedOf(
  { definition }: Filling,
  given: NonNullable<Filling['mine']>['answers'],
  today: CivilDate,
) {
  const carried = visibleFields(definition, given, today).filter(({ carried: isCarried }) => isCarried)
  return Object.fromEntries(
    carried.flatMap(({ id }) => (given[id] === undefined ? [] : [[id, given[id]] as const])),
  )
}

/** A line of "my forms", likewise. */
export function formOn(kept: MyForm, day: Day): MyForm | null {
  const days = daysSince(kept.periodKind, kept.period, day.today)
  if (days === null) return null
  const window = windowOn(kept.window, days, day)
  return days === 0 ? { ...kept, window } : { ...kept, window, period: day.today, filedAt: null }
}
