import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, civilDate, daysBetween, weekdayOf, type CivilDate } from './civil-day.ts'
import { holidayYears } from './holidays/years.ts'
import {
  addWorkingDays,
  festivalText,
  isWorkingDay,
  nextWorkingDay,
  specialDay,
  unknownYear,
} from './working-days.ts'

const day = (text: string) => civilDate(text)

function daysOfYear(year: number): CivilDate[] {
  const first = day(`${year}-01-01`)
  const length = daysBetween(first, day(`${year + 1}-01-01`))
  return Array.from({ length }, (_, n) => addDays(first, n))
}

const anyDay = fc.integer({ min: 0, max: 4_000 }).map((n) => addDays(day('2019-06-01'), n))

describe('Z-31: the holidays of China', () => {
  /* Days off and make-up days as the notices count them; working days as the year's calendar has them. */
  it.each([
    [2020, 30, 6],
    [2021, 31, 7],
    [2022, 31, 7],
    [2023, 27, 7],
    [2024, 28, 8],
    [2025, 28, 5],
    [2026, 33, 6],
  ])('%i has %i days off and %i make-up days', (year, off, makeUps) => {
    const holidays = holidayYears.find((known) => known.year === year)?.holidays ?? []
    const daysOff = holidays.map(({ from, to }) => daysBetween(day(from), day(to)) + 1)
    expect(daysOff.reduce((sum, days) => sum + days, 0)).toBe(off)
    expect(holidays.flatMap(({ makeUpDays }) => makeUpDays)).toHaveLength(makeUps)
  })

  /* Weekdays less the statutory days of that year's regulation (eleven; thirteen since 2025) as they fall. */
  it.each([
    [2021, 250],
    [2022, 249],
    [2023, 249],
    [2024, 251],
    [2025, 248],
    [2026, 248],
  ])('%i has %i working days', (year, working) => {
    expect(daysOfYear(year).filter(isWorkingDay)).toHaveLength(working)
  })

  it.each(holidayYears.map((known) => [known.year, known] as const))(
    '%i: days off follow one another, make-up days are weekend days next to them, every festival is there',
    (year, { holidays, notices }) => {
      expect(notices.length).toBeGreaterThan(0)
      expect(new Set(holidays.flatMap(({ festivals }) => festivals)).size).toBe(7)
      let last = day(`${year - 1}-12-26`)
      for (const { from, to, makeUpDays } of holidays) {
        expect([from > last, to >= from]).toEqual([true, true])
        last = day(to)
        for (const text of makeUpDays) {
          const makeUp = day(text)
          expect(weekdayOf(makeUp)).toBeGreaterThanOrEqual(6)
          expect(makeUp < from || makeUp > to).toBe(true)
          const distance = Math.min(
            Math.abs(daysBetween(makeUp, day(from))),
            Math.abs(daysBetween(makeUp, day(to))),
          )
          expect(distance).toBeLessThanOrEqual(11)
        }
      }
    },
  )

  it.each([
    ['2020-01-31', false, 'prolonged by the second notice', '春节', 'Spring Festival'],
    ['2020-02-01', false, 'a make-up day no more', '春节', 'Spring Festival'],
    ['2020-02-03', true, 'work begins again', null, null],
    ['2020-06-28', true, 'a make-up Sunday', '端午节', 'Dragon Boat Festival'],
    ['2020-10-01', false, 'two in one', '国庆节、中秋节', 'National Day and Mid-Autumn Festival'],
    ['2022-12-31', false, 'by the notice of 2023', '元旦', 'New Year’s Day'],
    ['2023-01-28', true, 'a make-up Saturday', '春节', 'Spring Festival'],
    ['2023-04-05', false, 'a Wednesday by itself', '清明节', 'Qingming Festival'],
    ['2023-09-29', false, 'begins before October', '中秋节、国庆节', 'Mid-Autumn Festival and National Day'],
    ['2024-02-09', true, 'the eve was only recommended', null, null],
    ['2024-06-10', false, 'a Monday', '端午节', 'Dragon Boat Festival'],
    ['2025-01-28', false, 'the eve, since 2025', '春节', 'Spring Festival'],
    ['2025-04-27', true, 'a make-up Sunday', '劳动节', 'Labour Day'],
    ['2026-01-04', true, 'a make-up Sunday', '元旦', 'New Year’s Day'],
    ['2026-02-14', true, 'a make-up Saturday', '春节', 'Spring Festival'],
    ['2026-02-23', false, 'the ninth day', '春节', 'Spring Festival'],
    ['2026-10-10', true, 'a make-up Saturday', '国庆节', 'National Day'],
    ['2026-10-11', false, 'a plain Sunday', null, null],
    ['2026-11-30', true, 'a plain Monday', null, null],
  ])('%s is worked: %s (%s)', (text, isWorked, _why, zh, en) => {
    const special = specialDay(day(text))
    expect(isWorkingDay(day(text))).toBe(isWorked)
    expect(special && festivalText(special.festivals, 'zh-CN')).toBe(zh)
    expect(special && festivalText(special.festivals, 'en')).toBe(en)
  })

  it.each([
    ['2019-12-26', 2019],
    ['2020-01-01', null],
    ['2025-12-31', null],
    ['2026-12-26', null],
    ['2026-12-27', 2027],
    ['2027-01-01', 2027],
    ['2100-05-01', 2100],
  ])('what would speak of %s and is not known: %s', (text, year) => {
    expect(unknownYear(day(text))).toBe(year)
  })

  it('without a notice Monday to Friday are worked', () => {
    const year = daysOfYear(2090)
    expect(year.filter(isWorkingDay)).toEqual(year.filter((of) => weekdayOf(of) <= 5))
  })
})

describe('counting working days', () => {
  it.each([
    ['2026-09-30', 1, '2026-10-08'],
    ['2026-10-09', 1, '2026-10-10'],
    ['2026-10-10', 1, '2026-10-12'],
    ['2026-02-13', 3, '2026-02-25'],
    ['2026-02-24', -1, '2026-02-14'],
    ['2026-10-03', 0, '2026-10-03'],
  ])('%s and %i working days is %s', (from, count, to) => {
    expect(addWorkingDays(day(from), count)).toBe(to)
  })

  it('the next one is later, worked, and nothing between is', () => {
    fc.assert(
      fc.property(anyDay, (from) => {
        const next = nextWorkingDay(from)
        expect(next > from && isWorkingDay(next)).toBe(true)
        for (let between = addDays(from, 1); between < next; between = addDays(between, 1))
          expect(isWorkingDay(between)).toBe(false)
      }),
    )
  })

  it('there and back from a working day is that day, and steps add up', () => {
    fc.assert(
      fc.property(anyDay, fc.nat({ max: 60 }), fc.nat({ max: 60 }), (start, a, b) => {
        const from = nextWorkingDay(start)
        expect(addWorkingDays(addWorkingDays(from, a), -a)).toBe(from)
        expect(addWorkingDays(addWorkingDays(from, a), b)).toBe(addWorkingDays(from, a + b))
      }),
    )
  })
})
