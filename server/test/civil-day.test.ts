import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import { addDays, civilDayOf, daysBetween, instantAt } from '@kangbao/shared/calendar/civil-day.ts'
import { periodOf, periodStart } from '@kangbao/shared/calendar/period.ts'

const zones = [
  'Asia/Shanghai',
  'Asia/Urumqi',
  'Asia/Kolkata',
  'America/New_York',
  'Pacific/Apia',
  'UTC',
] as const
const serverZones = ['UTC', 'Asia/Shanghai', 'America/New_York'] as const
const runs = 10_000
const minuteMs = 60_000

const ownZone = process.env['TZ']
afterAll(() => {
  if (ownZone === undefined) delete process.env['TZ']
  else process.env['TZ'] = ownZone
})

const byIntl = new Map(zones.map((timeZone) => [timeZone, new Intl.DateTimeFormat('sv-SE', { timeZone })]))

/** Anything since 1992 (China keeps one offset since), and moments around midnights, cut-offs and changes of the clock. */
const instants = fc.oneof(
  fc.integer({ min: Date.parse('1992-01-01T00:00:00Z'), max: Date.parse('2100-01-01T00:00:00Z') }),
  fc
    .tuple(
      fc.constantFrom('2026-03-08', '2026-11-01', '2024-02-29', '2011-12-30', '2026-12-31'),
      fc.integer({ min: -36 * 60, max: 36 * 60 }),
      fc.integer({ min: -2, max: 2 }),
    )
    .map(([day, minutes, ms]) => Date.parse(`${day}T00:00:00Z`) + minutes * minuteMs + ms),
)

it('R-31: the civil day of a moment is right in every zone and the same wherever the server stands', () => {
  let wrong = 0
  let tried = 0
  fc.assert(
    fc.property(instants, fc.constantFrom(...zones), (at, zone) => {
      tried += 1
      const told = serverZones.map((serverZone) => {
        process.env['TZ'] = serverZone
        const day = civilDayOf(at, zone)
        return [day, periodOf('month', day), periodStart(periodOf('year', day)), addDays(day, 1)].join(' ')
      })
      const isRight = told[0]?.startsWith(byIntl.get(zone)?.format(at) ?? '?') && new Set(told).size === 1
      if (!isRight) wrong += 1
      expect(new Set(told).size).toBe(1)
      expect(told[0]?.slice(0, 10)).toBe(byIntl.get(zone)?.format(at))
    }),
    { numRuns: runs },
  )
  figure({ id: 'R-31', n: tried, value: wrong, unit: 'wrong-days', target: '=0', ok: wrong === 0 })
})

it('R-31: days follow one another without a gap and without an overlap: what each day counts adds up', () => {
  for (const zone of zones.filter((each) => each !== 'Pacific/Apia')) {
    const first = civilDayOf(Date.parse('2026-01-01T12:00:00Z'), zone)
    let before = instantAt(first, '00:00', zone)
    for (let n = 1; n <= 400; n += 1) {
      const day = addDays(first, n)
      const begins = instantAt(day, '00:00', zone)
      expect([civilDayOf(begins, zone), civilDayOf(begins - 1, zone)]).toEqual([day, addDays(day, -1)])
      expect(begins - before).toBeGreaterThanOrEqual(23 * 60 * minuteMs)
      expect(daysBetween(first, day)).toBe(n)
      before = begins
    }
  }
})
