import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addDays,
  civilDate,
  civilDayOf,
  daysBetween,
  instantAt,
  parseCivilDate,
  wallTimeOf,
  weekdayOf,
} from './civil-day.ts'
import { isPeriodOf, onceStart, periodOf, periodStart, type PeriodKind } from './period.ts'
import { isSendDay, nextSendAt, nextSends, withWorkingDays, type RepeatSchedule } from './schedule.ts'
import { isWorkingDay } from './working-days.ts'
import { windowOf, windowState } from './window.ts'

const zone = 'Asia/Shanghai'
const at = (text: string) => Date.parse(text)
const day = (text: string) => civilDate(text)

describe('X-12: civil days', () => {
  it.each([
    ['2026-02-28', true],
    ['2024-02-29', true],
    ['2026-02-29', false],
    ['2026-13-01', false],
    ['2026-00-10', false],
    ['2026-2-3', false],
    ['2026-03-02 ', false],
    ['', false],
  ])('%s is a date: %s', (text, isDate) => {
    expect(parseCivilDate(text) !== null).toBe(isDate)
  })

  it('refuses what is no date', () => {
    expect(() => civilDate('2026-02-30')).toThrow(RangeError)
  })

  it.each([
    ['2026-03-01T15:59:59.999Z', '2026-03-01', '23:59'],
    ['2026-03-01T16:00:00.000Z', '2026-03-02', '00:00'],
    ['2026-03-02T02:00:00.000Z', '2026-03-02', '10:00'],
  ])('%s is %s %s in Shanghai', (instant, civil, wall) => {
    expect([civilDayOf(at(instant), zone), wallTimeOf(at(instant), zone)]).toEqual([civil, wall])
  })

  it.each([
    ['Europe/Berlin', '2026-03-28', '2026-03-28T11:00:00.000Z'],
    ['Europe/Berlin', '2026-03-29', '2026-03-29T10:00:00.000Z'],
    ['America/New_York', '2026-03-08', '2026-03-08T16:00:00.000Z'],
    ['Asia/Kolkata', '2026-03-08', '2026-03-08T06:30:00.000Z'],
    ['UTC', '2026-03-08', '2026-03-08T12:00:00.000Z'],
  ])('noon in %s on %s is %s, summer time or not', (where, civil, instant) => {
    expect(new Date(instantAt(day(civil), '12:00', where)).toISOString()).toBe(instant)
  })

  it('days and instants go there and back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: at('2000-01-01'), max: at('2100-01-01') }),
        fc.constantFrom(zone, 'UTC', 'Asia/Kolkata'),
        (moment, where) => {
          const civil = civilDayOf(moment, where)
          const back = instantAt(civil, wallTimeOf(moment, where), where)
          expect(moment - back).toBeGreaterThanOrEqual(0)
          expect(moment - back).toBeLessThan(60_000)
        },
      ),
    )
  })

  it('adding days and counting them agree', () => {
    fc.assert(
      fc.property(fc.integer({ min: -5000, max: 5000 }), (n) => {
        const from = day('2026-03-02')
        expect(daysBetween(from, addDays(from, n))).toBe(n)
        expect(((weekdayOf(addDays(from, n)) - 1 - n) % 7) + 0).toSatisfy((rest: number) => rest % 7 === 0)
      }),
    )
    expect([weekdayOf(day('2026-03-02')), weekdayOf(day('2026-03-08'))]).toEqual([1, 7])
  })
})

describe('periods', () => {
  it.each<[PeriodKind, string, string]>([
    ['once', 'once', onceStart],
    ['day', '2026-03-02', '2026-03-02'],
    ['month', '2026-03', '2026-03-01'],
    ['year', '2026', '2026-01-01'],
  ])('%s: 2026-03-02 lies in %s, which begins on %s', (kind, name, first) => {
    expect(periodOf(kind, day('2026-03-02'))).toBe(name)
    expect(periodStart(name)).toBe(first)
    expect(isPeriodOf(kind, name)).toBe(true)
  })

  it.each<[PeriodKind, string]>([
    ['once', '2026'],
    ['day', 'once'],
    ['day', '2026-03'],
    ['day', '2026-02-30'],
    ['month', '2026-13'],
    ['month', '2026-03-01'],
    ['year', '2026-01'],
    ['year', ''],
  ])('%s has no period named "%s"', (kind, name) => {
    expect(isPeriodOf(kind, name)).toBe(false)
  })

  it('refuses a name that is no period', () => {
    expect(() => periodStart('2026-13')).toThrow(RangeError)
  })
})

describe('Z-31: schedules', () => {
  const daily = { weekdays: [1, 2, 3, 4, 5, 6, 7], time: '17:00' }

  it.each([
    ['before the time: today', '2026-03-02T08:59:59Z', '2026-03-02T09:00:00.000Z'],
    ['at the time: tomorrow', '2026-03-02T09:00:00Z', '2026-03-03T09:00:00.000Z'],
    ['after the time: tomorrow', '2026-03-02T10:00:00Z', '2026-03-03T09:00:00.000Z'],
  ])('%s', (_name, now, next) => {
    const found = nextSendAt(daily, at(now), zone)
    expect(found && new Date(found).toISOString()).toBe(next)
  })

  it('keeps to its weekdays and to its last day', () => {
    const weekend = { weekdays: [6, 7], time: '17:00' }
    const sends = nextSends(weekend, at('2026-03-02T00:00:00Z'), zone, 10, day('2026-03-14'))
    expect(sends.map((send) => civilDayOf(send, zone))).toEqual(['2026-03-07', '2026-03-08', '2026-03-14'])
    expect(nextSendAt(daily, at('2026-03-02T09:00:00Z'), zone, day('2026-03-02'))).toBeNull()
  })

  it('a send is always later, on a chosen weekday, at the chosen time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: at('2020-01-01'), max: at('2030-01-01') }),
        fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
        fc.integer({ min: 0, max: 1439 }),
        (after, weekdays, minute) => {
          const time = new Date(minute * 60_000).toISOString().slice(11, 16)
          const next = nextSendAt({ weekdays, time }, after, zone)
          if (next === null) throw new Error('a schedule without an end goes on')
          expect(next).toBeGreaterThan(after)
          expect(next - after).toBeLessThanOrEqual(7 * 86_400_000)
          expect(weekdays).toContain(weekdayOf(civilDayOf(next, zone)))
          expect(wallTimeOf(next, zone)).toBe(time)
        },
      ),
    )
  })
})

describe('Z-31: schedules of working days', () => {
  const worked: RepeatSchedule = { weekdays: [1, 2, 3, 4, 5], time: '08:00', workingDaysOnly: true }
  const from = (text: string) => at(`${text}T00:00:00+08:00`)
  const daysOf = (schedule: RepeatSchedule, text: string, count: number) =>
    nextSends(schedule, from(text), zone, count).map((send) => civilDayOf(send, zone).slice(5))

  it('leave out a holiday and send on the days worked in return', () => {
    expect(daysOf(worked, '2026-09-18', 10)).toEqual([
      ...['09-18', '09-20', '09-21', '09-22', '09-23', '09-24'],
      ...['09-28', '09-29', '09-30', '10-08'],
    ])
    expect(daysOf(worked, '2026-10-09', 3)).toEqual(['10-09', '10-10', '10-12'])
  })

  it('of some weekdays leave out their holidays and know no days in return', () => {
    const mondays: RepeatSchedule = { ...worked, weekdays: [1] }
    expect(daysOf(mondays, '2026-02-10', 2)).toEqual(['03-02', '03-09'])
    expect(daysOf({ ...worked, weekdays: [1, 3, 5] }, '2026-10-07', 3)).toEqual(['10-09', '10-12', '10-14'])
  })

  it('of every weekday are those of Monday to Friday, and of weekends alone never send', () => {
    const every: RepeatSchedule = { ...worked, weekdays: [1, 2, 3, 4, 5, 6, 7] }
    expect(daysOf(every, '2026-09-18', 30)).toEqual(daysOf(worked, '2026-09-18', 30))
    expect(nextSendAt({ ...worked, weekdays: [6, 7] }, from('2026-09-18'), zone)).toBeNull()
  })

  it.each([
    [
      [1, 2, 3, 4, 5, 6, 7],
      [1, 2, 3, 4, 5],
    ],
    [
      [6, 7],
      [1, 2, 3, 4, 5],
    ],
    [[2, 6], [2]],
  ])('made of %j choose %j', (weekdays, chosen) => {
    const made = withWorkingDays({ weekdays, time: '08:00' }, true)
    expect(made).toEqual({ weekdays: chosen, time: '08:00', workingDaysOnly: true })
    expect(withWorkingDays(made, false)).toEqual({ weekdays: chosen, time: '08:00' })
  })

  it('stored before there was a calendar keep to their weekdays alone', () => {
    expect(daysOf({ weekdays: [1, 2, 3, 4, 5], time: '08:00' }, '2026-09-30', 4)).toEqual([
      ...['09-30', '10-01', '10-02', '10-05'],
    ])
  })

  it('send on exactly the working days of their weekdays and never pause for good', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: at('2020-01-01'), max: at('2030-01-01') }),
        fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { minLength: 1 }),
        (after, weekdays) => {
          const schedule: RepeatSchedule = { ...worked, weekdays }
          const next = nextSendAt(schedule, after, zone)
          if (next === null) throw new Error('a schedule without an end goes on')
          const sent = civilDayOf(next, zone)
          expect(next > after && isWorkingDay(sent)).toBe(true)
          expect(weekdays.length === 5 || weekdays.includes(weekdayOf(sent))).toBe(true)
          for (let day = addDays(civilDayOf(after, zone), 1); day < sent; day = addDays(day, 1))
            expect(isSendDay(schedule, day) || (isWorkingDay(day) && weekdays.includes(weekdayOf(day)))).toBe(
              false,
            )
        },
      ),
    )
  })

  it('find the next send of every weekday from every known day', () => {
    for (let day = civilDate('2020-01-01'); day < '2027-01-01'; day = addDays(day, 1))
      for (const weekday of [1, 2, 3, 4, 5])
        expect(nextSendAt({ ...worked, weekdays: [weekday] }, from(day), zone)).not.toBeNull()
  })
})

describe('Z-35: windows', () => {
  const rules = { cutOff: '23:59', publishedAt: at('2026-03-02T02:00:00Z'), endsOn: null, zone }
  const state = (kind: PeriodKind, period: string, now: string, endsOn: string | null = null) =>
    windowState(windowOf({ ...rules, kind, endsOn: endsOn === null ? null : day(endsOn) }, period), at(now))

  it.each<[PeriodKind, string, string, string | null, string]>([
    ['day', '2026-03-02', '2026-03-01T15:59:59Z', null, 'not-open'],
    ['day', '2026-03-02', '2026-03-01T16:00:00Z', null, 'open'],
    ['day', '2026-03-02', '2026-03-02T15:59:59Z', null, 'open'],
    ['day', '2026-03-02', '2026-03-02T16:00:00Z', null, 'closed'],
    ['day', '2026-03-03', '2026-03-03T04:00:00Z', '2026-03-02', 'closed'],
    ['day', '2026-03-03', '2026-03-02T04:00:00Z', '2026-03-02', 'closed'],
    ['once', 'once', '2026-03-02T01:59:59Z', null, 'not-open'],
    ['once', 'once', '2036-03-02T02:00:00Z', null, 'open'],
    ['once', 'once', '2026-03-05T16:00:00Z', '2026-03-05', 'closed'],
    ['month', '2026-02', '2026-02-28T15:59:59Z', null, 'open'],
    ['month', '2026-02', '2026-02-28T16:00:00Z', null, 'closed'],
    ['month', '2026-12', '2026-12-31T15:59:59Z', null, 'open'],
    ['month', '2026-03', '2026-03-11T00:00:00Z', '2026-03-10', 'closed'],
    ['year', '2026', '2026-12-31T15:59:59Z', null, 'open'],
    ['year', '2026', '2026-12-31T16:00:00Z', null, 'closed'],
  ])('%s %s at %s (ends %s): %s', (kind, period, now, endsOn, expected) => {
    expect(state(kind, period, now, endsOn)).toBe(expected)
  })
})
