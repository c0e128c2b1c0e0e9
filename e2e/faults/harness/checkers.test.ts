import { describe, expect, it } from 'vitest'
import { differencesOf, duplicatesOf, orderBreaks, setFull, totalQueue } from './checkers.ts'
import type { Operation } from './history.ts'

const operation = (kind: Operation['kind'], value?: string): Operation => ({
  process: 1,
  kind,
  what: 'file',
  at: 0,
  ...(value === undefined ? {} : { value }),
})

describe('R-01: set-full', () => {
  const told = [
    operation('invoke'),
    operation('ok', 'a'),
    operation('invoke'),
    operation('info'),
    operation('ok', 'b'),
  ]

  it('is content when all that was acknowledged is there', () => {
    expect(setFull(told, new Set(['a', 'b']))).toEqual({
      acknowledged: 2,
      lost: [],
      unacknowledged: [],
      unknown: 1,
    })
  })

  it('finds a planted loss', () => {
    expect(setFull(told, new Set(['a'])).lost).toEqual(['b'])
  })

  it('tells what was stored and never acknowledged', () => {
    expect(setFull(told, new Set(['a', 'b', 'c'])).unacknowledged).toEqual(['c'])
  })

  it('counts a value that was acknowledged twice and lost as two', () => {
    expect(setFull([operation('ok', 'a'), operation('ok', 'a')], new Set()).lost).toHaveLength(2)
  })
})

describe('R-02: total-queue', () => {
  const owed = ['a', 'b']

  it('is content when each came once', () => {
    const arrivals = [
      { key: 'b', attempts: 1 },
      { key: 'a', attempts: 3 },
    ]
    expect(totalQueue(owed, arrivals)).toEqual({
      missing: [],
      unexpected: [],
      appliedTwice: [],
      wireDuplicates: 2,
    })
  })

  it('finds a planted loss, a stranger and a second effect', () => {
    const arrivals = [
      { key: 'a', attempts: 1 },
      { key: 'a', attempts: 1 },
      { key: 'x', attempts: 1 },
    ]
    expect(totalQueue(owed, arrivals)).toMatchObject({
      missing: ['b'],
      unexpected: ['x'],
      appliedTwice: ['a'],
    })
  })
})

it('R-07: finds a planted duplicate', () => {
  expect(duplicatesOf(['a', 'b', 'c'])).toEqual([])
  expect(duplicatesOf(['a', 'b', 'a'])).toEqual(['a'])
})

describe('R-14: order within a series', () => {
  const at = (series: string, number: number) => ({ series, number })

  it('is content when every series counts from one', () => {
    expect(orderBreaks([at('x', 1), at('y', 1), at('x', 2), at('y', 2)])).toEqual([])
  })

  it.each([
    ['a swap', [at('x', 2), at('x', 1)]],
    ['a gap', [at('x', 1), at('x', 3)]],
    ['a repetition', [at('x', 1), at('x', 1)]],
  ])('finds %s', (_what, arrivals) => {
    expect(orderBreaks(arrivals).length).toBeGreaterThan(0)
  })
})

describe('R-09: recount', () => {
  it('is content with equal numbers', () => {
    expect(
      differencesOf(
        new Map([['a', 1]]),
        new Map([
          ['a', 1],
          ['b', 0],
        ]),
      ),
    ).toEqual([])
  })

  it('finds a planted drift and a number only one side has', () => {
    expect(differencesOf(new Map([['a', 1]]), new Map([['a', 2]]))).toEqual(['a'])
    expect(differencesOf(new Map([['a', 1]]), new Map())).toEqual(['a'])
    expect(differencesOf(new Map(), new Map([['b', 1]]))).toEqual(['b'])
  })
})
