import { describe, expect, it } from 'vitest'
import { findOptions, initialsOf } from './find-options.ts'

const classes = ['一年级1班', '一年级2班', '三年级2班', '总装车间', '高一（3）班'].map((name, i) => ({
  label: { 'zh-CN': name, en: i === 3 ? 'Assembly shop' : '' },
}))
const found = (search: string) => findOptions(classes, search).map(({ label }) => label['zh-CN'])

describe('Z-37: an option of a long list is found', () => {
  it.each([
    ['三年级2班', 'snj2b'],
    ['高一（3）班', 'gy3b'],
    ['A 座 安全', 'azaq'],
    ['物流部', 'wlb'],
    ['欧阳', 'oy'],
    ['鞋子', 'xz'],
  ])('%s by %s', (name, initials) => {
    expect(initialsOf(name)).toBe(initials)
  })

  it.each([
    ['', 5],
    ['  ', 5],
    ['年级', 3],
    ['2班', 2],
    ['snj', 1],
    ['SNJ2B', 1],
    ['nj2', 2],
    ['assembly', 1],
    ['zzcj', 1],
    ['不存在', 0],
    ['xyz', 0],
    ['.*', 0],
  ])('by “%s”: %d', (search, count) => {
    expect(found(search)).toHaveLength(count)
  })
})
