import { areaList } from '@vant/area-data'
import { describe, expect, it } from 'vitest'
import { countiesWithStreets } from '@kangbao/shared/regions/streets.ts'
import { regions } from './region-tree.ts'

describe('Z-34: the tree of regions', () => {
  it('goes from province to county, and to the street where streets are known', () => {
    expect(regions.below(null).some(({ code }) => code === '410000')).toBe(true)
    expect(regions.below('410100').some(({ code }) => code === '410105')).toBe(true)
    expect(regions.below('410105').length).toBeGreaterThan(10)
    expect(regions.below('410105001')).toEqual([])
    expect(regions.below('110105')).toEqual([])
  })

  it('names each level once', () => {
    expect(regions.nameOf('410102001')).toBe('河南省 郑州市 中原区 林山寨街道')
    expect(regions.nameOf('410102')).toBe('河南省 郑州市 中原区')
  })

  it('finds streets by their name, within the regions of the form', () => {
    expect(regions.search('林山寨', '4101').map(({ path }) => path)).toEqual([
      '河南省 郑州市 中原区 林山寨街道',
    ])
    expect(regions.search('林山寨', '11')).toEqual([])
  })

  it('knows every county that has streets', () => {
    const counties: Readonly<Record<string, string>> = areaList.county_list
    expect(countiesWithStreets.filter((county) => !(county in counties))).toEqual([])
  })
})
