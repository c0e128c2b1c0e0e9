import { describe, expect, it } from 'vitest'
import {
  childTowards,
  codesWithin,
  country,
  isCounty,
  liesIn,
  regionAbove,
  regionPath,
} from './region-path.ts'

describe('the tree of regions', () => {
  it.each([
    ['410105', ['000000', '410000', '410100', '410105']],
    ['411000', ['000000', '410000', '411000']],
    ['410000', ['000000', '410000']],
    [country, ['000000']],
  ])('%s lies in %j', (code, path) => {
    expect(regionPath(code)).toEqual(path)
    expect(regionAbove(code)).toBe(path.at(-2) ?? null)
  })

  it('a region holds itself and what lies in it', () => {
    expect(liesIn('410105', '410100')).toBe(true)
    expect(liesIn('410100', '410100')).toBe(true)
    expect(liesIn('411002', '411000')).toBe(true)
    expect(liesIn('410202', '410100')).toBe(false)
    expect(liesIn('410000', '410100')).toBe(false)
    expect(liesIn('110101', country)).toBe(true)
    expect(codesWithin('410100')).toEqual({ from: '410100', through: '410199' })
    expect(codesWithin(country)).toEqual({ from: '000000', through: '999999' })
    expect(isCounty('410105')).toBe(true)
    expect(isCounty('410100')).toBe(false)
  })

  it('the next step down towards a region', () => {
    expect(childTowards(country, '410105')).toBe('410000')
    expect(childTowards('410100', '410105')).toBe('410105')
    expect(childTowards('410105', '410105')).toBeNull()
    expect(childTowards('420000', '410105')).toBeNull()
  })
})
