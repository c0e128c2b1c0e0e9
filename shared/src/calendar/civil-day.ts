import { Type } from 'typebox'

declare const civil: unique symbol
/** A date without a time or zone, `YYYY-MM-DD`; the org's "day". */
export type CivilDate = string & { readonly [civil]: true }

/** A moment in UTC, in milliseconds since 1970. */
export type EpochMs = number

export const CivilDateText = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', examples: ['2026-03-02'] })

const dayMs = 86_400_000
const shanghaiOffsetMs = 8 * 3_600_000

/** Reads `YYYY-MM-DD`; null when it is no date of the calendar (2026-02-30). */
export function parseCivilDate(text: string): CivilDate | null {
  // There was no year 0, and no database has one.
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text.startsWith('0000')) return null
  const day = Number(text.slice(8))
  return day >= 1 && day <= daysIn(Number(text.slice(0, 4)), Number(text.slice(5, 7)))
    ? (text as CivilDate)
    : null
}

/** Days of a month of the Gregorian calendar; 0 for a month there is not. */
function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0
}

/**
 * Reads a date known to be right (a literal, a database `date`).
 * @throws RangeError when it is not.
 */
export function civilDate(text: string): CivilDate {
  const day = parseCivilDate(text)
  if (day === null) throw new RangeError(`not a civil date: ${text}`)
  return day
}

/** The civil day of a moment in a zone (IANA name). China has kept one offset since 1991, so that one is arithmetic. */
export function civilDayOf(at: EpochMs, zone: string): CivilDate {
  return new Date(at + offsetMs(at, zone)).toISOString().slice(0, 10) as CivilDate
}

/** Wall-clock `HH:mm` of a moment in a zone. */
export function wallTimeOf(at: EpochMs, zone: string): string {
  return new Date(at + offsetMs(at, zone)).toISOString().slice(11, 16)
}

/** The moment at which the wall clock of a zone shows `time` (`HH:mm`) on `day`. */
export function instantAt(day: CivilDate, time: string, zone: string): EpochMs {
  const asUtc = Date.parse(`${day}T${time}:00Z`)
  return asUtc - offsetMs(asUtc - offsetMs(asUtc, zone), zone)
}

export function addDays(day: CivilDate, days: number): CivilDate {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10) as CivilDate
}

/** Whole days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: CivilDate, to: CivilDate): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayMs
}

/** 1 is Monday, 7 is Sunday (ISO 8601). */
export function weekdayOf(day: CivilDate): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay() || 7
}

const formats = new Map<string, Intl.DateTimeFormat>()

function offsetMs(at: EpochMs, zone: string): number {
  if (zone === 'Asia/Shanghai') return shanghaiOffsetMs
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
    formats.set(zone, format)
  }
  const name = format.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT'
  const match = /GMT([+-])(\d{2}):(\d{2})/.exec(name)
  if (!match) return 0
  const minutes = Number(match[2]) * 60 + Number(match[3])
  return (match[1] === '-' ? -minutes : minutes) * 60_000
}
