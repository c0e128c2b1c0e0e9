import { leastTold, toldCounts, type Told } from '../statistics/small-numbers.ts'

/** A region, or an organisation, with its sums in the order of the definition's figures. */
export interface SumCell {
  readonly code: string
  readonly figures: readonly number[]
}

/** What may be told of a place: its own number, and so anything of what lies in it. */
export type Standing = 'told' | 'hidden'

/** The whole tree has nothing beside it: only a small number of it is hidden. */
export function standingOfWhole(total: number): Standing {
  return total === 0 || total >= leastTold ? 'told' : 'hidden'
}

/**
 * What is told of the parts of a place: of each its number, or null.
 *
 * Within a place that is told, it is a table of its own: the small numbers are hidden and the smallest of the others with
 * them, so that no part can be had by taking its sisters from the whole. Within a place that is hidden everything is hidden,
 * zeros too: its parts would add up to it, and with it to the small one it was hidden for. So tables are tied to each other
 * by told numbers only, and what holds for one (`toldCounts`) holds for the tree.
 *
 * @param parts numbers of all parts, without a rest: together they are the whole.
 */
export function toldParts(standing: Standing, parts: readonly number[]): Told[] {
  const total = parts.reduce((sum, part) => sum + part, 0)
  if (standing === 'hidden' || (total > 0 && total < leastTold)) return parts.map(() => null)
  return total === 0 ? [...parts] : toldCounts({ total, cells: parts, isOneEach: true }).cells
}

/**
 * Goes down from the whole tree to a place and says whether its number is told.
 * @param steps from above: the numbers of all parts of one place, and which of them leads on.
 */
export function standingAt(
  total: number,
  steps: readonly { readonly parts: readonly number[]; readonly at: number }[],
): Standing {
  return steps.reduce<Standing>(
    (standing, { parts, at }) => (toldParts(standing, parts)[at] === null ? 'hidden' : standing),
    standingOfWhole(total),
  )
}
