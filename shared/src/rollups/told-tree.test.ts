import { describe, expect, it } from 'vitest'
import { rollupOf } from '../programmes/catalogue.ts'
import { toldOrgs, toldRegion, type RegionRow } from './told-tree.ts'

const definition = rollupOf('health')
/** members, filed, missing, abnormal, fever */
const row = (region: string, parent: string, orgs: number, abnormal: number): RegionRow => ({
  region,
  parent,
  orgs,
  figures: [1000, 900, 100, abnormal, 0],
})
const rows = [
  row('000000', '', 9, 60),
  row('410000', '000000', 9, 60),
  row('410100', '410000', 6, 40),
  row('410200', '410000', 3, 20),
  row('410102', '410100', 2, 3),
  row('410103', '410100', 2, 9),
  row('410105', '410100', 1, 27),
]
const abnormalOf = ({ figures }: { figures: readonly (number | null)[] }) => figures[3]

describe('S-41: what is told of a region', () => {
  it('its own number, and of its parts what gives no small one away; what stands in no part is one of them', () => {
    const { whole, parts } = toldRegion(definition, '410100', rows)
    expect(abnormalOf(whole)).toBe(40)
    expect(parts.map(({ region, orgs, figures }) => [region, orgs, figures[3]])).toEqual([
      ['410102', 2, null],
      ['410103', 2, null],
      ['410105', 1, 27],
      ['410100', 1, null],
    ])
    // Not about health: told as it is.
    expect(parts[0]?.figures.slice(0, 3)).toEqual([1000, 900, 100])
  })

  it('a region hidden among its sisters is hidden on its own page too, whoever looks', () => {
    expect(abnormalOf(toldRegion(definition, '410102', rows).whole)).toBeNull()
    expect(abnormalOf(toldRegion(definition, '410103', rows).whole)).toBeNull()
    expect(abnormalOf(toldRegion(definition, '410105', rows).whole)).toBe(27)
  })

  it('organisations of a hidden region are not told, those of one that is told are a table of their own', () => {
    const orgs = (...abnormal: number[]) => abnormal.map((each) => ({ figures: [10, 10, 0, each, 0] }))
    const told = (region: string, ...abnormal: number[]) =>
      toldOrgs(definition, region, rows, orgs(...abnormal)).map((figures) => figures[3])
    expect(told('410103', 9, 0)).toEqual([null, null])
    expect(told('410105', 20, 7)).toEqual([20, 7])
    expect(told('410105', 14, 2, 11)).toEqual([14, null, null])
    // Standing in the city itself, whose rest of 1 is hidden.
    expect(told('410100', 1)).toEqual([null])
  })

  it('where nobody has reported there are zeros', () => {
    const { whole, parts } = toldRegion(definition, '410105', [])
    expect([whole.orgs, whole.figures, parts]).toEqual([0, [0, 0, 0, 0, 0], []])
  })
})
