import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wallTimeOf } from './civil-day.ts'
import {
  climbs,
  isQuiet,
  ladderOf,
  placeRung,
  rungsOn,
  storedLadder,
  usualQuietHours,
  type Ladder,
} from './reminder-ladder.ts'
import type { QuietHours } from './reminders.ts'

const shanghai = 'Asia/Shanghai'
const newYork = 'America/New_York'
const at = (text: string) => Date.parse(text)

describe('Z-33: the ladder of stored settings', () => {
  it('of before there was one keeps its two rungs, and has no quiet hours', () => {
    const ladder = ladderOf({ memberAfterMinutes: 120, headsAfterMinutes: null })
    expect(ladder).toEqual({
      afterMinutes: { member: 120, again: null, sms: null, mail: null, heads: null, admins: null },
      quietHours: null,
    })
    expect(rungsOn(ladder)).toEqual([{ rung: 'member', afterMinutes: 120 }])
  })

  it('comes back as it was stored, whatever it says', () => {
    const minutes = fc.option(fc.integer({ min: 5, max: 1440 }), { nil: null })
    const ladders: fc.Arbitrary<Ladder> = fc.record({
      afterMinutes: fc.record({
        member: minutes,
        again: minutes,
        sms: minutes,
        mail: minutes,
        heads: minutes,
        admins: minutes,
      }),
      quietHours: fc.constantFrom(usualQuietHours, null),
    })
    fc.assert(
      fc.property(ladders, (ladder) => {
        expect(ladderOf(storedLadder(ladder))).toEqual(ladder)
      }),
    )
  })

  it.each<[number | null, number | null, number | null, number | null, boolean]>([
    [60, 120, 180, 240, true],
    [60, null, 60, 60, true],
    [null, null, null, null, true],
    [60, 60, null, null, false],
    [120, 60, null, null, false],
    [60, 120, 90, null, false],
    [null, null, 120, 60, false],
  ])('%s, %s, %s, %s climbs: %s', (member, again, heads, admins, expected) => {
    for (const [sms, mail] of [
      [null, 5],
      [5, 1440],
      [1440, null],
    ] as const)
      expect(climbs({ afterMinutes: { member, again, sms, mail, heads, admins }, quietHours: null })).toBe(
        expected,
      )
  })
})

describe('Z-33: quiet hours', () => {
  const night = usualQuietHours
  const noon: QuietHours = { from: '12:00', to: '14:00' }

  it.each<[string, QuietHours | null, string, string | null, string, string]>([
    ['before them', night, '2026-03-02T21:59:59+08:00', null, shanghai, '2026-03-02T21:59:59+08:00'],
    ['their first minute', night, '2026-03-02T22:00:00+08:00', null, shanghai, '2026-03-03T07:00:00+08:00'],
    ['midnight', night, '2026-03-03T00:00:00+08:00', null, shanghai, '2026-03-03T07:00:00+08:00'],
    ['their last minute', night, '2026-03-03T06:59:59+08:00', null, shanghai, '2026-03-03T07:00:00+08:00'],
    ['their end', night, '2026-03-03T07:00:00+08:00', null, shanghai, '2026-03-03T07:00:00+08:00'],
    ['the new year', night, '2026-12-31T23:30:00+08:00', null, shanghai, '2027-01-01T07:00:00+08:00'],
    ['the leap day', night, '2028-02-28T23:30:00+08:00', null, shanghai, '2028-02-29T07:00:00+08:00'],
    ['the day after it', night, '2028-02-29T22:00:00+08:00', null, shanghai, '2028-03-01T07:00:00+08:00'],
    ['a February without', night, '2026-02-28T23:59:59+08:00', null, shanghai, '2026-03-01T07:00:00+08:00'],
    [
      'until midnight',
      { from: '20:00', to: '00:00' },
      '2026-12-31T20:00:00+08:00',
      null,
      shanghai,
      '2027-01-01T00:00:00+08:00',
    ],
    [
      'by day',
      noon,
      '2026-03-02T13:00:00+08:00',
      '2026-03-03T00:00:00+08:00',
      shanghai,
      '2026-03-02T14:00:00+08:00',
    ],
    ['none', null, '2026-03-02T23:00:00+08:00', null, shanghai, '2026-03-02T23:00:00+08:00'],
    [
      'of equal times',
      { from: '07:00', to: '07:00' },
      '2026-03-02T07:00:00+08:00',
      null,
      shanghai,
      '2026-03-02T07:00:00+08:00',
    ],
    // The clocks of New York went forward on the 8th of March: that night has an hour less.
    ['a short night', night, '2026-03-07T22:30:00-05:00', null, newYork, '2026-03-08T07:00:00-04:00'],
    ['a long night', night, '2026-10-31T22:30:00-04:00', null, newYork, '2026-11-01T07:00:00-05:00'],
  ])('%s', (_what, quietHours, moment, closes, zone, expected) => {
    const closesAt = closes === null ? null : at(closes)
    const placed = placeRung(at(moment), { quietHours: [quietHours], closesAt, zone })
    expect(placed).toEqual({ at: at(expected), isMoved: moment !== expected })
  })

  it.each<[string, QuietHours[], string, string | null]>([
    [
      'one begins where the other ends',
      [night, { from: '07:00', to: '09:00' }],
      '2026-03-02T23:00:00+08:00',
      '2026-03-03T09:00:00+08:00',
    ],
    [
      'one lies in the other',
      [night, { from: '00:00', to: '05:00' }],
      '2026-12-31T23:00:00+08:00',
      '2027-01-01T07:00:00+08:00',
    ],
    [
      'they overlap',
      [{ from: '06:00', to: '08:30' }, night],
      '2028-02-29T22:00:00+08:00',
      '2028-03-01T08:30:00+08:00',
    ],
    ['only one is now', [noon, night], '2026-03-02T12:00:00+08:00', '2026-03-02T14:00:00+08:00'],
    ['together they are all day', [night, { from: '07:00', to: '22:00' }], '2026-03-02T12:00:00+08:00', null],
  ])('of a form and a person: %s', (_what, quietHours, moment, expected) => {
    const placed = placeRung(at(moment), { quietHours, closesAt: null, zone: shanghai })
    expect(placed).toEqual(
      expected === null ? { dropped: 'quiet-hours' } : { at: at(expected), isMoved: true },
    )
  })

  it.each<[string, string, string, object]>([
    [
      'moved beyond the cut-off',
      '2026-03-02T22:30:00+08:00',
      '2026-03-03T00:00:00+08:00',
      { dropped: 'quiet-hours' },
    ],
    [
      'just at the cut-off',
      '2026-03-02T22:30:00+08:00',
      '2026-03-03T07:00:00+08:00',
      { dropped: 'quiet-hours' },
    ],
    [
      'after the cut-off',
      '2026-03-03T00:00:00+08:00',
      '2026-03-03T00:00:00+08:00',
      { dropped: 'after-cut-off' },
    ],
    [
      'after it by day',
      '2026-03-02T19:00:00+08:00',
      '2026-03-02T18:01:00+08:00',
      { dropped: 'after-cut-off' },
    ],
  ])('%s is dropped', (_what, moment, closes, expected) => {
    expect(placeRung(at(moment), { quietHours: [night], closesAt: at(closes), zone: shanghai })).toEqual(
      expected,
    )
  })

  it('never leave a moment inside them, nor before it was meant, nor when nothing is taken any more', () => {
    const times = fc.integer({ min: 0, max: 1439 }).map((minute) => {
      const hours = String(Math.floor(minute / 60)).padStart(2, '0')
      return `${hours}:${String(minute % 60).padStart(2, '0')}`
    })
    const moments = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2027-01-01T00:00:00Z') })
    fc.assert(
      fc.property(
        moments,
        fc.array(fc.record({ from: times, to: times }), { maxLength: 2 }),
        fc.option(fc.integer({ min: 0, max: 3 * 86_400_000 }), { nil: null }),
        (moment, quietHours, openFor) => {
          const closesAt = openFor === null ? null : moment + openFor
          const placed = placeRung(moment, { quietHours, closesAt, zone: shanghai })
          if ('dropped' in placed) return
          expect(quietHours.some((each) => isQuiet(placed.at, each, shanghai))).toBe(false)
          expect(placed.at >= moment && placed.at - moment <= 86_400_000).toBe(true)
          expect(closesAt === null || placed.at < closesAt).toBe(true)
          if (placed.isMoved)
            expect(quietHours.map(({ to }) => to)).toContain(wallTimeOf(placed.at, shanghai))
        },
      ),
    )
  })
})
