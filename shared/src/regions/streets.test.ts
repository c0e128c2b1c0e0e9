import { describe, expect, it } from 'vitest'
import { countiesWithStreets, streetName, streetsOf } from './streets.ts'

describe('Z-34: streets of the programme’s city', () => {
  it('are known for every county of Zhengzhou, by nine digits of GB/T 10114, each once', () => {
    expect(countiesWithStreets).toHaveLength(15)
    const streets = countiesWithStreets.flatMap((county) => streetsOf(county))
    expect(streets).toHaveLength(208)
    expect(new Set(streets.map(({ code }) => code)).size).toBe(streets.length)
    for (const { code, name } of streets) {
      expect(code).toMatch(/^4101\d{5}$/)
      expect(name).toMatch(/^[一-鿿（）]{2,20}$/)
    }
  })

  it('have names; what is not known has none', () => {
    expect(streetName('410102001')).toBe('林山寨街道')
    expect(streetName('410102999')).toBeUndefined()
    expect(streetsOf('110105')).toEqual([])
    expect(streetsOf('constructor')).toEqual([])
  })
})
