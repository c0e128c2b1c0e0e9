import { expect, it } from 'vitest'
import { wholePercent } from './whole-percent.ts'

it.each([
  [0, 0, 0],
  [0, 7, 0],
  [2, 3, 66],
  [999, 1_000, 99],
  [1_000, 1_000, 100],
])('Z-36: %i of %i are %i per cent', (part, whole, percent) => {
  expect(wholePercent(part, whole)).toBe(percent)
})
