import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { leastTold, toldCounts, type CountTable, type Told } from './small-numbers.ts'

/** Every table of as many cells that adds up to the total at most. */
function* tablesOf(size: number, total: number): Generator<number[]> {
  if (size === 0) yield []
  else
    for (let first = 0; first <= total; first += 1)
      for (const rest of tablesOf(size - 1, total - first)) yield [first, ...rest]
}
const sumOf = (cells: readonly number[]) => cells.reduce((sum, count) => sum + count, 0)
const looks = (told: { total: Told; cells: readonly Told[] }) => JSON.stringify(told)

describe('Z-36: small numbers are hidden', () => {
  it.each<[string, CountTable, Told[]]>([
    ['nothing small', { total: 30, cells: [10, 20], isOneEach: true }, [10, 20]],
    ['zeros are told', { total: 20, cells: [20, 0], isOneEach: true }, [20, 0]],
    ['one small, and the next with it', { total: 42, cells: [30, 9, 3], isOneEach: true }, [30, null, null]],
    [
      'all as small as the next',
      { total: 51, cells: [30, 9, 3, 9], isOneEach: true },
      [30, null, null, null],
    ],
    ['two small', { total: 44, cells: [30, 9, 2, 3], isOneEach: true }, [30, null, null, null]],
    ['who did not answer hides one', { total: 43, cells: [30, 3], isOneEach: true }, [30, null]],
    ['few did not answer', { total: 33, cells: [20, 10], isOneEach: true }, [20, null]],
    ['all small', { total: 5, cells: [1, 1, 0, 3], isOneEach: true }, [null, null, null, null]],
    ['several answers each', { total: 30, cells: [28, 3, 9, 0], isOneEach: false }, [null, null, 9, 0]],
  ])('%s', (_name, table, told) => {
    expect(toldCounts(table)).toEqual({ total: table.total, cells: told })
  })

  it('tells nothing of fewer than five', () => {
    const table = { total: 4, cells: [4, 0], isOneEach: true }
    expect(toldCounts(table)).toEqual({ total: null, cells: [null, null] })
  })

  it('never tells a small number, and tells all beyond the smallest that hide it', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60), { minLength: 1, maxLength: 12 }), fc.nat(20), (cells, rest) => {
        const told = toldCounts({ total: sumOf(cells) + rest, cells, isOneEach: true })
        const shown = told.cells.filter((count) => count !== null)
        for (const count of shown) expect(count === 0 || count >= leastTold).toBe(true)
        for (const [i, count] of told.cells.entries()) if (count !== null) expect(count).toBe(cells[i])
        const others = cells.filter((count, i) => told.cells[i] === null && count >= leastTold)
        if (told.total !== null) expect(new Set(others).size).toBeLessThanOrEqual(1)
      }),
    )
  })

  it.each([2, 3, 4])(
    'what is hidden in %i cells cannot be worked out, by sums or by knowing the rule, whether or not all must answer',
    (size) => {
      for (let total = leastTold; total <= 18; total += 1)
        for (const isRequired of [false, true]) expect(workedOut(size, total, isRequired)).toEqual([])
    },
  )

  it('nor in larger ones', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(25), { minLength: 2, maxLength: 2 }), fc.nat(8), (cells, rest) => {
        const total = sumOf(cells) + rest
        if (total >= leastTold) expect(workedOut(3, total, true)).toEqual([])
      }),
      { numRuns: 20 },
    )
  })
})

/** Looks of tables from which a hidden cell, or how few did not answer, is known after all. */
function workedOut(size: number, total: number, isRequired: boolean): string[] {
  const alike = new Map<string, number[][]>()
  for (const cells of tablesOf(size, total)) {
    if (isRequired && sumOf(cells) !== total) continue
    const look = looks(toldCounts({ total, cells, isOneEach: true }))
    alike.set(look, [...(alike.get(look) ?? []), [...cells, total - sumOf(cells)]])
  }
  return [...alike].flatMap(([look, tables]) => {
    const known = (place: number) => new Set(tables.map((table) => table[place])).size === 1
    const told = toldCounts({ total, cells: (tables[0] ?? []).slice(0, size), isOneEach: true }).cells
    const rest = tables[0]?.[size] ?? 0
    const isRestKnown = rest > 0 && rest < leastTold && known(size)
    return isRestKnown || told.some((count, i) => count === null && known(i)) ? [look] : []
  })
}
