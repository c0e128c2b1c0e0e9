import { describe, expect, it } from 'vitest'
import type { FacetGroup } from './facet-groups.ts'
import { toldStatistics } from './told-questions.ts'
import { daysOfPeriod } from './period-days.ts'

const text = { 'zh-CN': '题', en: 'Q' }
const group = (id: string, kind: FacetGroup['kind'], facets: number[]): FacetGroup => ({
  id,
  kind,
  label: text,
  facets: facets.map((facet) => ({ facet, label: text, isAbnormal: false })),
})
const groups = [
  group('work', 'one', [1001, 1002]),
  group('symptoms', 'many', [2001, 2002]),
  group('rows/kind', 'one', [3001, 3002]),
]
const counts = (...pairs: [number, number][]) => ({
  counts: pairs.map(([facet, count]) => ({ facet, count })),
})
const statistics = {
  collected: 30,
  questions: [counts([1001, 27], [1002, 3]), counts([2001, 20], [2002, 4]), counts([3001, 12], [3002, 2])],
  days: [
    { period: '2026-03-02', count: 26 },
    { period: '2026-03-03', count: 4 },
  ],
}
const numbers = (told: ReturnType<typeof toldStatistics>) =>
  told.questions.map(({ bars }) => bars.map(({ count }) => count))

describe('Z-36: numbers as they are shown', () => {
  it('are all there while nothing is hidden', () => {
    const told = toldStatistics(statistics, groups, { facets: [1002], isHiding: false })
    expect([told.collected, numbers(told)]).toEqual([
      30,
      [
        [27, 3],
        [20, 4],
        [12, 2],
      ],
    ])
    expect(told.questions.map(({ chosen }) => chosen)).toEqual([1002, undefined, undefined])
  })

  it('hide small ones and what would give them away, by question and by day', () => {
    const told = toldStatistics(statistics, groups, { facets: [], isHiding: true })
    expect([told.collected, numbers(told)]).toEqual([
      30,
      [
        [null, null],
        [20, null],
        [12, null],
      ],
    ])
    expect(told.days.map(({ count }) => count)).toEqual([null, null])
  })

  it('leave the question out that the view is narrowed by, and tell nothing of fewer than five', () => {
    const told = toldStatistics(statistics, groups, { facets: [1002], isHiding: true })
    expect(told.questions.map(({ group: { id } }) => id)).toEqual(['symptoms', 'rows/kind'])
    const few = { ...statistics, collected: 3, days: [] }
    const none = toldStatistics(few, groups, { facets: [], isHiding: true })
    expect([
      none.collected,
      numbers(none)
        .flat()
        .every((count) => count === null),
    ]).toEqual([null, true])
  })
})

it.each([
  ['2026-03-02', { from: '2026-03-02', to: '2026-03-02' }],
  ['2026-02', { from: '2026-02-01', to: '2026-02-28' }],
  ['2026-12', { from: '2026-12-01', to: '2026-12-31' }],
  ['2026', { from: '2026-01-01', to: '2026-12-31' }],
  ['once', null],
  ['', null],
])('the days of %s', (period, days) => {
  expect(daysOfPeriod(period)).toEqual(days)
})
