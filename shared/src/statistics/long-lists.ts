import type { Told } from './small-numbers.ts'

/** Bars of one question that are looked at at a glance; a list longer than that begins with the most frequent. */
export const barsAtOnce = 12
/** Bars that come at a press on "more". */
export const barsAtAPress = 50

interface Bar {
  readonly count: Told
  readonly isChosen?: boolean
}

/**
 * The bars of a long list in the order they are looked at: what is chosen, the most frequent, those nobody chose last; of a
 * short one as the form has them. Hidden numbers stand after the told ones as the form has them, so that their order says
 * nothing of how large they are.
 */
export function barsInOrder<Item extends Bar>(bars: readonly Item[]): readonly Item[] {
  if (bars.length <= barsAtOnce) return bars
  const rank = ({ count, isChosen = false }: Item) => (isChosen ? Infinity : (count ?? 0.5))
  return [...bars].sort((a, b) => (rank(a) === rank(b) ? 0 : rank(b) - rank(a)))
}
