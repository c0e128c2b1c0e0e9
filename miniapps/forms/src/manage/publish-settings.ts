import { civilDayOf, instantAt } from '@kangbao/shared/calendar/civil-day.ts'
import { climbs, ladderOf, type Rung } from '@kangbao/shared/calendar/reminder-ladder.ts'
import { isSendDay } from '@kangbao/shared/calendar/schedule.ts'
import { retentionLimits, type FormSettings } from '@kangbao/shared/contracts/forms.ts'

export type SettingsProblem =
  'problemAudience' | 'problemWeekdays' | 'problemEnds' | 'problemRetention' | 'problemReminders'

/** What is wrong with publish settings, by the step of the page on which it is mended (Z-31). */
export function settingsProblems(settings: FormSettings, today: string): SettingsProblem[] {
  const { audience, repeat, endsOn, retentionDays: days, reminders } = settings
  const problems: SettingsProblem[] = []
  if (audience.kind === 'some' && audience.departmentIds.length + audience.userIds.length === 0) {
    problems.push('problemAudience')
  }
  if (repeat && repeat.weekdays.length === 0) problems.push('problemWeekdays')
  if (endsOn !== null && endsOn < today) problems.push('problemEnds')
  if (days !== undefined && (days < retentionLimits.leastDays || days > retentionLimits.mostDays)) {
    problems.push('problemRetention')
  }
  if (!climbs(ladderOf(reminders))) problems.push('problemReminders')
  return problems
}

/** Whether today is a sending day whose time has passed, so that sending begins another day (Z-31). */
export function beginsLater(repeat: NonNullable<FormSettings['repeat']>, now: number, zone: string): boolean {
  const today = civilDayOf(now, zone)
  return isSendDay(repeat, today) && instantAt(today, repeat.time, zone) <= now
}

export function toggleWeekday(weekdays: readonly number[], tapped: number): number[] {
  const next = weekdays.includes(tapped) ? weekdays.filter((day) => day !== tapped) : [...weekdays, tapped]
  return next.sort((a, b) => a - b)
}

export const everyDay = [1, 2, 3, 4, 5, 6, 7]
export const workdays = [1, 2, 3, 4, 5]
/** What "send again regularly" starts with: as the manual asks, every day. */
export const firstRepeat = { weekdays: everyDay, time: '08:00' }
/** Until when filing is on time, before somebody says otherwise. */
export const firstDue = '10:00'

/** Days offered for keeping answers, besides what the notice says and a number of one's own. */
export const retentionDays: readonly number[] = [30, 90, 180, 365]
/** Null: as the form's notice says. */
export function keptFor(
  { retentionDays: _before, ...others }: FormSettings,
  days: number | null,
): FormSettings {
  return days === null ? others : { ...others, retentionDays: days }
}

/** Hours after the send offered for each rung, besides the one that is set. */
export const rungHours: Readonly<Record<Rung, readonly number[]>> = {
  member: [1, 2, 4],
  again: [2, 3, 6],
  sms: [2, 3, 4],
  mail: [2, 3, 4],
  heads: [2, 4, 8],
  admins: [4, 6, 8],
}

/** Minutes offered for a rung: the usual ones, and what is set already. */
export function rungMinutes(rung: Rung, set: number | null): number[] {
  const usual = rungHours[rung].map((hours) => hours * 60)
  return [...new Set([...usual, ...(set === null ? [] : [set])])].sort((a, b) => a - b)
}
