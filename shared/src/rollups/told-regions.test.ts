import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { standingAt, standingOfWhole, toldParts, type Standing } from './told-regions.ts'

/** A tree of places: numbers at the leaves. */
type Tree = { readonly parts: readonly Tree[] } | { readonly own: number }

const sumOf = (tree: Tree): number =>
  'own' in tree ? tree.own : tree.parts.reduce((sum, part) => sum + sumOf(part), 0)

/** Everything that is ever told of a tree, as text. */
function publication(tree: Tree, standing: Standing = standingOfWhole(sumOf(tree))): unknown {
  const own = standing === 'told' ? sumOf(tree) : null
  if ('own' in tree) return own
  const told = toldParts(standing, tree.parts.map(sumOf))
  return [own, tree.parts.map((part, i) => publication(part, told[i] === null ? 'hidden' : 'told'))]
}

const leaf = fc.record({ own: fc.oneof(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 60 })) })
const trees: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'tree' },
    leaf,
    fc.record({ parts: fc.array(tie('tree'), { minLength: 1, maxLength: 5, depthIdentifier: 'tree' }) }),
  ),
})).tree

describe('S-41: small numbers over the tree of regions', () => {
  it.each([
    {
      parts: [12, 3, 30, 8],
      told: [12, null, 30, null],
      why: 'the smallest of the others goes with the small one',
    },
    { parts: [12, 30, 0], told: [12, 30, 0], why: 'zeros and large ones are told' },
    { parts: [1, 2, 1], told: [null, null, null], why: 'of fewer than five in all nothing is told' },
    { parts: [0, 0], told: [0, 0], why: 'nobody at all is told' },
    { parts: [2, 4, 0], told: [null, null, null], why: 'all small: zeros would tell too much' },
  ])('$parts: $why', ({ parts, told }) => {
    expect(toldParts('told', parts)).toEqual(told)
  })

  it('a place that is hidden tells nothing of its parts, which would add up to it', () => {
    expect(toldParts('hidden', [40, 0, 7])).toEqual([null, null, null])
    // 8 is hidden beside 3: its own parts are not told either.
    expect(standingAt(53, [{ parts: [12, 3, 30, 8], at: 3 }])).toBe('hidden')
    expect(
      standingAt(53, [
        { parts: [12, 3, 30, 8], at: 3 },
        { parts: [8, 0], at: 0 },
      ]),
    ).toBe('hidden')
    expect(standingAt(53, [{ parts: [12, 3, 30, 8], at: 2 }])).toBe('told')
  })

  it('a small number is never told, however deep it lies', () => {
    const smallTold = (told: unknown): boolean =>
      Array.isArray(told) ? told.some(smallTold) : typeof told === 'number' && told > 0 && told < 5
    fc.assert(fc.property(trees, (tree) => !smallTold(publication(tree))))
  })

  it('no hidden number follows from what is told: change two hidden sisters, and just the same is told', () => {
    function swaps(tree: Tree, standing: Standing, rebuild: (changed: Tree) => Tree): Tree[] {
      if ('own' in tree || standing === 'hidden') return []
      const told = toldParts(standing, tree.parts.map(sumOf))
      const hidden = tree.parts.flatMap((_, i) => (told[i] === null ? [i] : []))
      const put = (parts: readonly Tree[]) => rebuild({ parts })
      const here = hidden.flatMap((a) =>
        hidden
          .filter((b) => b > a)
          .map((b) => put(tree.parts.map((part, i) => tree.parts[i === a ? b : i === b ? a : i] ?? part))),
      )
      const below = tree.parts.flatMap((part, i) =>
        swaps(part, told[i] === null ? 'hidden' : 'told', (changed) =>
          put(tree.parts.map((each, j) => (j === i ? changed : each))),
        ),
      )
      return [...here, ...below]
    }
    // What is told of the parts of a hidden place has no shape but their number: trees of one shape are compared.
    const flat = (tree: Tree): unknown => JSON.stringify(publication(tree))
    const shallow = fc.record({
      parts: fc.array(fc.record({ parts: fc.array(leaf, { minLength: 3, maxLength: 3 }) }), {
        minLength: 1,
        maxLength: 5,
      }),
    })
    fc.assert(
      fc.property(shallow, (tree) =>
        swaps(tree, standingOfWhole(sumOf(tree)), (changed) => changed).every(
          (other) => flat(other) === flat(tree),
        ),
      ),
    )
  })

  it('a table never has just one hidden number beside a told whole', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 8 }), (parts) => {
        const total = parts.reduce((sum, part) => sum + part, 0)
        if (standingOfWhole(total) === 'hidden') return true
        const hidden = toldParts('told', parts).filter((told) => told === null).length
        return hidden !== 1
      }),
    )
  })
})
