import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { GovernmentTakenReport } from '../contracts/government.ts'
import { reconcile, type OwnReport } from './reconcile.ts'

const idOf = (n: number) => `01938f6e-3c2a-7c3e-9a55-${String(n).padStart(12, '0')}`
const own = (n: number, over: Partial<OwnReport> = {}): OwnReport => ({
  reportId: idOf(n),
  corpId: `ding${n % 7}`,
  kind: n % 2 === 0 ? 'health' : 'employment',
  day: '2026-03-02',
  sequence: n + 1,
  bodyHash: n.toString(16).padStart(64, '0'),
  state: 'delivered',
  receiptNo: `R-${n}`,
  ...over,
})
const heldOf = ({ state: _state, receiptNo, ...same }: OwnReport): GovernmentTakenReport => ({
  ...same,
  receiptNo: receiptNo ?? 'R-unheard',
})

describe('R-19: reconciliation', () => {
  it.each([
    ['delivered and held alike', own(1), [heldOf(own(1))], []],
    ['the same line on two pages', own(1), [heldOf(own(1)), heldOf(own(1))], []],
    ['delivered, not held', own(1), [], ['missing']],
    ['open, not held', own(1, { state: 'open', receiptNo: null }), [], []],
    ['open, held already', own(1, { state: 'open', receiptNo: null }), [heldOf(own(1))], []],
    [
      'open, held as something else',
      own(1, { state: 'open', receiptNo: null }),
      [heldOf(own(1, { day: '2026-03-01' }))],
      ['altered'],
    ],
    ['refused, not held', own(1, { state: 'refused', receiptNo: null }), [], []],
    ['refused, held', own(1, { state: 'refused', receiptNo: null }), [heldOf(own(1))], ['unexpected']],
    ['held with another body', own(1), [heldOf(own(1, { bodyHash: 'f'.repeat(64) }))], ['altered']],
    ['held with another receipt', own(1), [heldOf(own(1, { receiptNo: 'R-x' }))], ['altered']],
    [
      'held twice with two receipts',
      own(1),
      [heldOf(own(1)), heldOf(own(1, { receiptNo: 'R-x' }))],
      ['double'],
    ],
    [
      'another with its number in the series',
      own(1),
      [heldOf(own(1)), heldOf(own(1, { reportId: idOf(9) }))],
      ['double'],
    ],
    ['one nobody sent', own(1), [heldOf(own(1)), heldOf(own(8))], ['unexpected']],
  ] as const)('%s', (_name, report, held, kinds) => {
    expect(reconcile([report], [...held]).map(({ kind }) => kind)).toEqual(kinds)
  })

  it('says what differs', () => {
    expect(reconcile([own(1)], [heldOf(own(1, { sequence: 9, receiptNo: 'R-x' }))])).toEqual([
      {
        kind: 'altered',
        reportId: idOf(1),
        corpId: 'ding1',
        reportKind: 'employment',
        sequence: 2,
        fields: ['sequence', 'receiptNo'],
      },
    ])
  })

  it('finds 50 of 50 planted differences in any order of the list, and nothing else', () => {
    const reports = Array.from({ length: 400 }, (_, n) => own(n))
    const plans = fc.uniqueArray(fc.nat({ max: 399 }), { minLength: 50, maxLength: 50 })
    fc.assert(
      fc.property(plans, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (planted, chance) => {
        const held = reports.flatMap((report, n) => {
          const plan = planted.indexOf(n)
          const line = heldOf(report)
          if (plan < 0) return [line]
          if (plan % 3 === 0) return []
          if (plan % 3 === 1) return [{ ...line, bodyHash: 'f'.repeat(64) }]
          return [line, { ...line, reportId: idOf(1_000 + n), receiptNo: `R-again-${n}` }]
        })
        const shuffled = held
          .map((line) => ({ line, at: chance.next().value ?? 0 }))
          .sort((a, b) => a.at - b.at)
          .map(({ line }) => line)
        const found = reconcile(reports, shuffled)
        const places = found.map(({ reportId }) => Number(reportId.slice(-12)) % 1_000).sort((a, b) => a - b)
        expect(places).toEqual([...planted].sort((a, b) => a - b))
        const of = (kind: string) => found.filter((each) => each.kind === kind).length
        expect([of('missing'), of('altered'), of('double'), of('unexpected')]).toEqual([17, 17, 16, 0])
      }),
      { numRuns: 50 },
    )
  })
})
