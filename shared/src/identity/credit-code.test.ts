import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { creditCodeCheckCharacter, creditCodeProblem, organisationCheckCharacter } from './credit-code.ts'

describe('Z-06: unified social credit codes (GB 32100-2015)', () => {
  it.each([
    ['91350100M000100Y43', null], // the standard's own example
    ['914403001922038216', null],
    ['9144030071526726XG', null],
    ['9144030071526726XH', 'check-character'],
    ['914403001922038226', 'organisation'],
    ['91X403001922038216', 'region'],
    ['91440300192203821', 'length'],
    ['9144030071526726xg', 'length'],
    ['O1440300192203821C', 'length'],
    ['', 'length'],
  ])('%s: %s', (text, problem) => {
    expect(creditCodeProblem(text)).toBe(problem)
  })

  it('one character mistyped is always found', () => {
    const whole = fc
      .record({
        region: fc.integer({ min: 110000, max: 659999 }),
        body: fc.integer({ min: 0, max: 99_999_999 }),
      })
      .map(({ region, body }) => {
        const eight = String(body).padStart(8, '0')
        const first17 = `91${region}${eight}${organisationCheckCharacter(eight)}`
        return first17 + creditCodeCheckCharacter(first17)
      })
    fc.assert(
      fc.property(whole, fc.nat(17), fc.integer({ min: 1, max: 9 }), (text, place, step) => {
        expect(creditCodeProblem(text)).toBeNull()
        const wrong = String((Number.parseInt(text[place] ?? '', 36) + step) % 10)
        if (wrong === text[place]) return
        expect(creditCodeProblem(text.slice(0, place) + wrong + text.slice(place + 1))).not.toBeNull()
      }),
    )
  })
})
