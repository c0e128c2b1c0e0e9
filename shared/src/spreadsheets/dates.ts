import { addDays, civilDate, parseCivilDate, type CivilDate } from '../calendar/civil-day.ts'
import { toHalfWidth } from '../identity/half-width.ts'

/** Which day a workbook counts from: most from 1900, some written on Macs from 1904. */
export type DateEpoch = 1900 | 1904

const zeroOf1904 = civilDate('1904-01-01')
/** Day 0 of the 1900 count from March 1900 on, when its 29 February 1900, which never was, has been counted. */
const zeroOf1900 = civilDate('1899-12-30')
const lastSerial = 2_958_465 // 9999-12-31

/**
 * The civil day of a serial number. A count of days, never a moment: no zone, no missing midnight and no 43 seconds of
 * Shanghai's old local time can move it (R-33).
 * @param serial days since the epoch; a fraction is the time of day and is left out.
 * @returns null outside 1900 to 9999, and for 29 February 1900.
 */
export function civilDayOfSerial(serial: number, epoch: DateEpoch): CivilDate | null {
  const days = Math.floor(serial)
  if (!Number.isFinite(serial) || days < 0) return null
  if (epoch === 1904) return days > lastSerial - 1462 ? null : addDays(zeroOf1904, days)
  if (days === 0 || days === 60 || days > lastSerial) return null
  return addDays(zeroOf1900, days < 60 ? days + 1 : days)
}

/**
 * Date and time of a serial number as text: `2021-08-23`, `2021-08-23 09:30`, or `09:30` alone for a time of day.
 * @returns null when it is no date.
 */
export function serialText(serial: number, epoch: DateEpoch): string | null {
  // Times are stored as fractions that seldom come out even: whole seconds first, so that 09:30 is not 09:29:59.
  const seconds = Math.round(serial * 86_400)
  const days = Math.floor(seconds / 86_400)
  const inDay = seconds - days * 86_400
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  const clock = `${two(inDay / 3600)}:${two((inDay / 60) % 60)}${inDay % 60 === 0 ? '' : `:${two(inDay % 60)}`}`
  if (days === 0 && epoch === 1900) return serial < 0 ? null : clock
  const day = civilDayOfSerial(days, epoch)
  if (day === null) return null
  return inDay === 0 ? day : `${day} ${clock}`
}

const spelled =
  /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.0+)?)?)?$/
const packed = /^(\d{4})(\d{2})(\d{2})$/

/**
 * A date people type, in any of its spellings: `2021-08-23`, `2021/8/23`, `2021.8.23`, `2021年8月23日`, `20210823`, in
 * full width, with a time behind. Year first only: which of 3/4 is the month nobody can know.
 */
export function readDateText(text: string): CivilDate | null {
  const plain = toHalfWidth(text).trim()
  const [, year, month, day] = spelled.exec(plain) ?? packed.exec(plain) ?? []
  if (!year || !month || !day) return null
  return parseCivilDate(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`)
}
