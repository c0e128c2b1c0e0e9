import { leastTold, type Told } from '../statistics/small-numbers.ts'

/** Days compared with; fewer than the least say nothing. */
const daysBefore = 7
const leastDays = 3
const factor = 1.5

/**
 * Whether the last of some days stands out: told, and more than half as many again as the mean of the week before. Hidden days
 * say nothing and are left out.
 * @param days oldest first.
 */
export function isRising(days: readonly Told[]): boolean {
  const last = days.at(-1) ?? null
  const before = days.slice(-1 - daysBefore, -1).filter((day) => day !== null)
  if (last === null || last < leastTold || before.length < leastDays) return false
  const mean = before.reduce((sum, day) => sum + day, 0) / before.length
  return last > mean * factor
}
