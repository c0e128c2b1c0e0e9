import { describe, expect, it } from 'vitest'
import { isOverBudget, leavesRoom, type Sums } from './sms-limits.ts'

const hourlyBudget = 500
const nothing: Sums = {
  allHour: 0,
  allDay: 0,
  unknownHour: 0,
  unknownDay: 0,
  prefixHour: 0,
  orgHour: 0,
  orgDay: 0,
}
const isOver = (sums: Partial<Sums>, isKnown = true) =>
  isOverBudget({ ...nothing, ...sums }, hourlyBudget, 1, isKnown)

describe('S-18: each budget of texts holds by itself', () => {
  it.each([
    ['allHour', hourlyBudget],
    ['allDay', 6 * hourlyBudget],
    ['prefixHour', 40],
    ['orgHour', 200],
    ['orgDay', 1_000],
  ] as const)('%s: %d, and not one more, for phones that are known as well', (name, budget) => {
    expect(isOver({ [name]: budget - 1 })).toBe(false)
    expect(isOver({ [name]: budget })).toBe(true)
  })

  it.each([
    ['unknownHour', 60],
    ['unknownDay', 300],
  ] as const)('%s: %d, and those who are known are not held up', (name, budget) => {
    expect(isOver({ [name]: budget - 1 }, false)).toBe(false)
    expect(isOver({ [name]: budget }, false)).toBe(true)
    expect(isOver({ [name]: budget }, true)).toBe(false)
  })
})

it('Z-33, S-18: reminders leave a quarter of the hour and of the day to codes', () => {
  expect(leavesRoom({ hour: 375, day: 375 }, hourlyBudget)).toBe(true)
  expect(leavesRoom({ hour: 376, day: 376 }, hourlyBudget)).toBe(false)
  expect(leavesRoom({ hour: 10, day: 2_250 }, hourlyBudget)).toBe(true)
  expect(leavesRoom({ hour: 10, day: 2_251 }, hourlyBudget)).toBe(false)
})
