import {
  addDays,
  civilDayOf,
  civilDate,
  wallTimeOf,
  weekdayOf,
  type CivilDate,
} from '@kangbao/shared/calendar/civil-day.ts'
import type { Locale } from '@kangbao/shared/locale.ts'

const weekdayNames: Readonly<Record<Locale, readonly string[]>> = {
  'zh-CN': ['周一', '周二', '周三', '周四', '周五', '周六', '周日'],
  en: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],
}

export function weekdayName(weekday: number, locale: Locale): string {
  return weekdayNames[locale][weekday - 1] ?? ''
}

/** `2026-11-23 08:05` in the org's zone. */
export function momentText(iso: string, zone: string): string {
  const at = Date.parse(iso)
  return `${civilDayOf(at, zone)} ${wallTimeOf(at, zone)}`
}

/** `2026-11-23 08:05:09`: as the manual's report screens show the last report time. */
export function momentWithSeconds(iso: string, zone: string): string {
  return `${momentText(iso, zone)}:${new Date(iso).toISOString().slice(17, 19)}`
}

/** `08:05` when it is today, otherwise with the date. */
export function shortMoment(iso: string, zone: string, now: number): string {
  const at = Date.parse(iso)
  const isToday = civilDayOf(at, zone) === civilDayOf(now, zone)
  return isToday ? wallTimeOf(at, zone) : momentText(iso, zone).slice(5)
}

/** `11月23日 周一` or `23 Nov, Mon`. */
export function dayText(day: string, locale: Locale): string {
  const date = civilDate(day)
  const weekday = weekdayName(weekdayOf(date), locale)
  if (locale === 'zh-CN') return `${Number(date.slice(5, 7))}月${Number(date.slice(8, 10))}日 ${weekday}`
  const month = new Date(`${date}T00:00:00Z`).toLocaleString('en', { month: 'short', timeZone: 'UTC' })
  return `${Number(date.slice(8, 10))} ${month}, ${weekday}`
}

/** `2026年11月` or `November 2026`. */
export function monthText(month: string, locale: Locale): string {
  if (locale === 'zh-CN') return `${month.slice(0, 4)}年${Number(month.slice(5))}月`
  return new Date(`${month}-01T00:00:00Z`).toLocaleString('en', {
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  })
}

/** The civil days from `from` to `to`, both inclusive. */
export function daysUpTo(to: CivilDate, count: number): CivilDate[] {
  return Array.from({ length: count }, (_, i) => addDays(to, i - count + 1))
}
