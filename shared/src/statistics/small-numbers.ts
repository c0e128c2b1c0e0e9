/** Numbers of people below this are not told to whoever may not see the people. */
export const leastTold = 5

/** A count as it is told: null is hidden. */
export type Told = number | null

export interface CountTable {
  /** How many there are in all: told beside the cells. */
  readonly total: number
  readonly cells: readonly number[]
  /** Each of them counts in one cell at most; else, as where several answers may be chosen, in any number. */
  readonly isOneEach: boolean
}

const isSmall = (count: number) => count > 0 && count < leastTold

/**
 * What of a table may be told so that nobody can work out a small number (1 to 4): neither read it, nor find it by taking
 * the others from the total, nor by knowing this rule. Nothing is told of fewer than five in all; zeros are told.
 *
 * With the small ones the smallest of the others are hidden, and all look alike. That makes it safe: change the hidden
 * numbers among their places, and just the same is told. A cell would be known only if all hidden ones were equal, and
 * they are not. Those the cells leave of the total (who did not answer) are a cell that is never shown.
 */
export function toldCounts({ total, cells, isOneEach }: CountTable): { total: Told; cells: Told[] } {
  const nothing = cells.map(() => null)
  if (total < leastTold) return { total: null, cells: nothing }
  // Of several answers each, the cells add up to nothing that is told: a cell gives away itself and who is not in it.
  if (!isOneEach)
    return { total, cells: cells.map((count) => (isSmall(count) || isSmall(total - count) ? null : count)) }
  const all = [...cells, total - cells.reduce((sum, count) => sum + count, 0)]
  if (!all.some(isSmall)) return { total, cells: [...cells] }
  const smallest = Math.min(...all.filter((count) => count >= leastTold))
  // All are small: that none of them is zero would tell too much already.
  if (smallest === Infinity) return { total, cells: nothing }
  return { total, cells: cells.map((count) => (isSmall(count) || count === smallest ? null : count)) }
}
