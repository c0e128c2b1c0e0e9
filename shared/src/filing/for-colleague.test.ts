import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  filesForDepartments,
  filesForOthers,
  relationTo,
  type Colleague,
  type Filer,
} from './for-colleague.ts'

const filer = (parts: Partial<Filer> = {}): Filer => ({
  memberId: 'filer',
  role: 'member',
  isGuest: false,
  heads: [],
  manages: [],
  ...parts,
})
const colleague = (paths: number[][], parts: Partial<Colleague> = {}): Colleague => ({
  memberId: 'colleague',
  isGuest: false,
  paths,
  ...parts,
})

describe('Z-34: filing for a colleague', () => {
  it.each([
    ['the head of his department', filer({ heads: [2] }), colleague([[1, 2]]), 'head'],
    ['the head of one above it', filer({ heads: [2] }), colleague([[1, 2, 21]]), 'head'],
    ['the head of the whole org', filer({ heads: [1] }), colleague([[1, 3]]), 'head'],
    ['the head of any of his departments', filer({ heads: [3] }), colleague([[1, 2], [1, 3]]), 'head'], // prettier-ignore
    ['the head of another department', filer({ heads: [3] }), colleague([[1, 2]]), null],
    ['the head of one below it', filer({ heads: [21] }), colleague([[1, 2]]), null],
    ['a colleague who heads nothing', filer(), colleague([[1, 2]]), null],
    ['a main admin', filer({ role: 'main-admin' }), colleague([[1, 2]]), 'admin'],
    ['a main admin who heads the department', filer({ role: 'main-admin', heads: [2] }), colleague([[1, 2]]), 'head'], // prettier-ignore
    ['a sub-admin of the department', filer({ role: 'sub-admin', manages: [2] }), colleague([[1, 2, 21]]), 'admin'], // prettier-ignore
    ['a sub-admin of another', filer({ role: 'sub-admin', manages: [3] }), colleague([[1, 2]]), null],
    ['who was a sub-admin once', filer({ manages: [2] }), colleague([[1, 2]]), null],
    ['a guest with a headship left over', filer({ isGuest: true, heads: [2] }), colleague([[1, 2]]), null],
    ['himself', filer({ heads: [2], memberId: 'colleague' }), colleague([[1, 2]]), null],
    ['a guest of the form', filer({ role: 'main-admin' }), colleague([[1, 2]], { isGuest: true }), null],
  ])('%s', (_who, by, whom, expected) => {
    expect(relationTo(by, whom)).toBe(expected)
  })

  it('the list rule lets in exactly those the single rule does', () => {
    const ids = fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { maxLength: 4 })
    const anybody = fc.record({
      memberId: fc.constant('filer'),
      role: fc.constantFrom('member' as const, 'sub-admin' as const, 'main-admin' as const),
      isGuest: fc.boolean(),
      heads: ids,
      manages: ids,
    })
    fc.assert(
      fc.property(anybody, fc.array(ids, { maxLength: 3 }), (by, paths) => {
        const departments = filesForDepartments(by)
        const isListed =
          departments === 'all' || paths.some((path) => path.some((id) => departments.includes(id)))
        expect(relationTo(by, colleague(paths)) !== null).toBe(isListed)
        if (isListed) expect(filesForOthers(by)).toBe(true)
      }),
    )
  })
})
