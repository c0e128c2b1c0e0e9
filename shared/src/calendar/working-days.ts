import { addDays, civilDate, weekdayOf, type CivilDate } from './civil-day.ts'
import type { Festival, Holiday } from './holidays/holiday-year.ts'
import { holidayYears } from './holidays/years.ts'

/** What makes a day other than its weekday says: a holiday's day off, or a weekend day worked in return. */
export interface SpecialDay {
  readonly kind: 'day-off' | 'make-up'
  readonly festivals: readonly Festival[]
}

const festivalNames: Readonly<Record<Festival, { readonly 'zh-CN': string; readonly en: string }>> = {
  'new-year': { 'zh-CN': '元旦', en: 'New Year’s Day' },
  'spring-festival': { 'zh-CN': '春节', en: 'Spring Festival' },
  qingming: { 'zh-CN': '清明节', en: 'Qingming Festival' },
  'labour-day': { 'zh-CN': '劳动节', en: 'Labour Day' },
  'dragon-boat': { 'zh-CN': '端午节', en: 'Dragon Boat Festival' },
  'mid-autumn': { 'zh-CN': '中秋节', en: 'Mid-Autumn Festival' },
  'national-day': { 'zh-CN': '国庆节', en: 'National Day' },
}

/** A notice may move days from here on for the New Year that follows: 29 December 2018 was worked for 2019. */
const newYearReaches = '-12-27'

let specialDays: ReadonlyMap<CivilDate, SpecialDay> | null = null

/** What the notices say of a day; null for a day like any other, and for one whose notice is not known. */
export function specialDay(day: CivilDate): SpecialDay | null {
  // Made on the first question, so that a page that asks none does not carry the years.
  specialDays ??= new Map(holidayYears.flatMap(({ holidays }) => holidays.flatMap(daysOf)))
  return specialDays.get(day) ?? null
}

function daysOf({ festivals, from, to, makeUpDays }: Holiday): [CivilDate, SpecialDay][] {
  const days: [CivilDate, SpecialDay][] = makeUpDays.map((day) => [
    civilDate(day),
    { kind: 'make-up', festivals },
  ])
  for (let day = civilDate(from); day <= to; day = addDays(day, 1))
    days.push([day, { kind: 'day-off', festivals }])
  return days
}

/** The name of a holiday, both of them where two fall together. */
export function festivalText(festivals: readonly Festival[], locale: 'zh-CN' | 'en'): string {
  return festivals
    .map((festival) => festivalNames[festival][locale])
    .join(locale === 'zh-CN' ? '、' : ' and ')
}

/**
 * The year whose notice would speak of a day and is not known; null when all that may do so are. Such a day counts as
 * its weekday says, and whoever shows it should say so.
 */
export function unknownYear(day: CivilDate): number | null {
  const year = Number(day.slice(0, 4))
  const isKnown = (of: number) => holidayYears.some((known) => known.year === of)
  if (!isKnown(year)) return year
  return day.slice(4) < newYearReaches || isKnown(year + 1) ? null : year + 1
}

/** Whether people work on a day: Monday to Friday without the holidays, and the weekend days worked in return. */
export function isWorkingDay(day: CivilDate): boolean {
  const special = specialDay(day)
  return special === null ? weekdayOf(day) <= 5 : special.kind === 'make-up'
}

/** The first working day after `day`. */
export function nextWorkingDay(day: CivilDate): CivilDate {
  return addWorkingDays(day, 1)
}

/**
 * The `count`th working day after `day`, or before it when negative; `day` itself need not be one and is not counted.
 * With 0 it is `day`.
 */
export function addWorkingDays(day: CivilDate, count: number): CivilDate {
  const step = Math.sign(count)
  let left = Math.abs(count)
  let found = day
  while (left > 0) {
    found = addDays(found, step)
    if (isWorkingDay(found)) left -= 1
  }
  return found
}
