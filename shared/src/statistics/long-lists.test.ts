import { expect, it } from 'vitest'
import { barsInOrder } from './long-lists.ts'

const bars = (...counts: (number | null)[]) => counts.map((count, at) => ({ at, count, isChosen: false }))
const places = (list: readonly { at: number }[]) => list.map(({ at }) => at)

it('Z-36: a short list stands as the form has it', () => {
  expect(places(barsInOrder(bars(1, 5, 0, 9)))).toEqual([0, 1, 2, 3])
})

it('Z-36: a long list begins with what is chosen and most frequent; hidden numbers keep the form’s order', () => {
  const many = bars(0, 7, null, 0, 9, null, 7, 0, 0, 0, 0, 0, 0)
  expect(places(barsInOrder(many)).slice(0, 6)).toEqual([4, 1, 6, 2, 5, 0])
  const chosen = many.map((bar) => ({ ...bar, isChosen: bar.at === 12 }))
  expect(places(barsInOrder(chosen)).slice(0, 2)).toEqual([12, 4])
})
