import { describe, expect, it } from 'vitest'
import { Temporal } from 'temporal-polyfill'
import { civilDate, type EpochMs } from './civil-day.ts'
import { isPeriodOf, periodOf, type PeriodKind } from './period.ts'
import { windowOf, windowState } from './window.ts'

/* the first and the last millisecond of a period, told by another calendar than ours. */
const zones = ['Asia/Shanghai', 'Asia/Urumqi', 'America/New_York', 'Pacific/Apia']
const days = [
  ...['2024-02-28', '2024-02-29', '2025-02-28', '2026-02-28', '2000-02-29', '2100-02-28'],
  ...['2026-01-01', '2026-12-31', '2027-01-01', '2026-03-08', '2026-11-01', '2026-04-30', '2026-05-01'],
].map(civilDate)
const cutOffs = ['23:59', '12:00', '00:00']
const kinds: readonly PeriodKind[] = ['day', 'month', 'year']

function edges(day: string, kind: PeriodKind, cutOff: string, zone: string) {
  const date = Temporal.PlainDate.from(day)
  const first =
    kind === 'day' ? date : kind === 'month' ? date.with({ day: 1 }) : date.with({ month: 1, day: 1 })
  const after = first.add(kind === 'day' ? { days: 1 } : kind === 'month' ? { months: 1 } : { years: 1 })
  const at = (when: Temporal.PlainDate, time: string): EpochMs =>
    when.toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds
  return { opensAt: at(first, '00:00'), closesAt: at(after.subtract({ days: 1 }), cutOff) + 60_000 }
}

describe('R-37: the edges of periods', () => {
  it('open with their first millisecond and close with the last of the cut-off’s minute', () => {
    const wrong: string[] = []
    let n = 0
    for (const zone of zones)
      for (const day of days)
        for (const kind of kinds)
          for (const cutOff of cutOffs) {
            const rules = { kind, cutOff, publishedAt: 0, endsOn: null, zone }
            const window = windowOf(rules, periodOf(kind, day))
            const { opensAt, closesAt } = edges(day, kind, cutOff, zone)
            const expected = [
              [opensAt - 1, 'not-open'],
              [opensAt, 'open'],
              [closesAt - 1, 'open'],
              [closesAt, 'closed'],
            ] as const
            for (const [now, state] of expected) {
              n += 1
              if (windowState(window, now) !== state) wrong.push(`${zone} ${day} ${kind} ${cutOff} ${state}`)
            }
          }
    console.log(
      `FIG ${JSON.stringify({ id: 'R-37', n, value: wrong.length, unit: 'wrong state', target: '=0', ok: wrong.length === 0 })}`,
    )
    expect(wrong).toEqual([])
    expect(n).toBeGreaterThan(1_000)
  })

  it('a day that is none belongs to no period', () => {
    for (const name of ['2025-02-29', '2100-02-29', '2026-13', '2026-00', '2026-04-31', '0000', '20260'])
      expect([name, kinds.some((kind) => isPeriodOf(kind, name))]).toEqual([name, false])
  })
})
