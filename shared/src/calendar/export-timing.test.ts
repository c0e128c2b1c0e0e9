import fc from 'fast-check'
import { expect, it } from 'vitest'
import { addDays, civilDate, civilDayOf, instantAt, wallTimeOf } from './civil-day.ts'
import { latestRunAt, nextRunAt, spanDays, type ExportTiming } from './export-timing.ts'
import { isWorkingDay } from './working-days.ts'

const zone = 'Asia/Shanghai'
const time = '08:00'
const at = (text: string) => instantAt(civilDate(text.slice(0, 10)), text.slice(11), zone)
const said = (moment: number) => `${civilDayOf(moment, zone)} ${wallTimeOf(moment, zone)}`

it.each<[string, ExportTiming, string, string]>([
  ['every day, before its time', { every: 'day', time }, '2026-03-02 07:59', '2026-03-02 08:00'],
  ['every day, at its time', { every: 'day', time }, '2026-03-02 08:00', '2026-03-03 08:00'],
  ['over the new year', { every: 'day', time }, '2026-12-31 09:00', '2027-01-01 08:00'],
  ['every Monday', { every: 'week', weekday: 1, time }, '2026-03-02 08:00', '2026-03-09 08:00'],
  ['the last of a month', { every: 'month', day: 31, time }, '2026-02-01 00:00', '2026-02-28 08:00'],
  ['29 February', { every: 'month', day: 31, time }, '2028-02-01 00:00', '2028-02-29 08:00'],
  [
    'working days over a weekend',
    { every: 'day', time, workingDaysOnly: true },
    '2026-03-06 09:00',
    '2026-03-09 08:00',
  ],
  [
    'a Sunday moved to Monday',
    { every: 'week', weekday: 7, time, workingDaysOnly: true },
    '2026-03-06 09:00',
    '2026-03-09 08:00',
  ],
])('Z-36: a scheduled export, %s', (_name, timing, after, next) => {
  expect(said(nextRunAt(timing, at(after), zone))).toBe(next)
})

it.each<[Parameters<typeof spanDays>[0], ExportTiming, string, string, string]>([
  ['yesterday', { every: 'day', time }, '2026-03-01', '2026-02-28', '2026-02-28'],
  ['yesterday', { every: 'day', time, workingDaysOnly: true }, '2026-03-09', '2026-03-06', '2026-03-08'],
  ['yesterday', { every: 'week', weekday: 1, time }, '2026-03-09', '2026-03-08', '2026-03-08'],
  ['last-week', { every: 'week', weekday: 1, time }, '2026-03-09', '2026-03-02', '2026-03-08'],
  ['last-week', { every: 'day', time }, '2026-03-08', '2026-02-23', '2026-03-01'],
  ['last-month', { every: 'month', day: 1, time }, '2026-01-01', '2025-12-01', '2025-12-31'],
  ['last-month', { every: 'month', day: 1, time }, '2028-03-31', '2028-02-01', '2028-02-29'],
])('Z-36: %s of %j on %s is %s to %s', (span, timing, day, from, to) => {
  expect(spanDays(span, timing, civilDate(day))).toEqual({ from, to })
})

const anyTiming = fc.oneof(
  fc.record({ every: fc.constant('day' as const), time: fc.constant(time) }),
  fc.record({
    every: fc.constant('day' as const),
    time: fc.constant(time),
    workingDaysOnly: fc.constant(true as const),
  }),
  fc.record({
    every: fc.constant('week' as const),
    weekday: fc.integer({ min: 1, max: 7 }),
    time: fc.constant(time),
  }),
  fc.record({
    every: fc.constant('month' as const),
    day: fc.integer({ min: 1, max: 31 }),
    time: fc.constant(time),
    workingDaysOnly: fc.constant(true as const),
  }),
)
const anyMoment = fc.integer({ min: at('2025-06-01 00:00'), max: at('2026-12-31 00:00') })

it('Z-36: what was missed is made up for once, by the newest moment that is due', () => {
  fc.assert(
    fc.property(anyTiming, anyMoment, fc.integer({ min: 0, max: 90 }), (timing, from, days) => {
      const first = nextRunAt(timing, from, zone)
      const now = first + days * 86_400_000
      const latest = latestRunAt(timing, first, now, zone)
      expect(latest).toBeGreaterThanOrEqual(first)
      expect(latest).toBeLessThanOrEqual(now)
      expect(nextRunAt(timing, latest, zone)).toBeGreaterThan(now)
      if ('workingDaysOnly' in timing) expect(isWorkingDay(civilDayOf(latest, zone))).toBe(true)
    }),
  )
})

it('Z-36: exports of every working day leave no day out', () => {
  const timing: ExportTiming = { every: 'day', time, workingDaysOnly: true }
  let expected = civilDate('2025-12-31')
  for (let run = nextRunAt(timing, at('2026-01-01 00:00'), zone); run < at('2026-12-01 00:00');) {
    const { from, to } = spanDays('yesterday', timing, civilDayOf(run, zone))
    expect(from <= expected).toBe(true)
    expected = addDays(to, 1)
    run = nextRunAt(timing, run, zone)
  }
})
