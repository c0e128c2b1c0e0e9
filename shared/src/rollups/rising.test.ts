import { expect, it } from 'vitest'
import type { Told } from '../statistics/small-numbers.ts'
import { isRising } from './rising.ts'

it.each<{ days: Told[]; rises: boolean; why: string }>([
  { days: [10, 10, 10, 16], rises: true, why: 'more than half as many again' },
  { days: [10, 10, 10, 15], rises: false, why: 'just half as many again' },
  { days: [0, 0, 0, 5], rises: true, why: 'out of nothing' },
  { days: [0, 0, 0, null], rises: false, why: 'what is hidden is small' },
  { days: [10, null, null, 40], rises: false, why: 'hardly anything to compare with' },
  { days: [90, 90, 90, 1, 1, 1, 1, 1, 1, 1, 6], rises: true, why: 'only the week before counts' },
  { days: [], rises: false, why: 'no day' },
])('$days: $why', ({ days, rises }) => {
  expect(isRising(days)).toBe(rises)
})
