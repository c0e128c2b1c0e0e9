import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { civilDate } from '../calendar/civil-day.ts'
import { toHalfWidth } from './half-width.ts'
import { idNumberCheckDigit, idNumberProblem, maskIdNumber } from './id-number.ts'
import { maskMobile, parseMobile } from './phone.ts'

const today = civilDate('2026-03-02')

describe('ID numbers (GB 11643-1999)', () => {
  it.each([
    ['11010519491231002X', null],
    ['440524188001010014', 'birth-date'], // a true example of the standard, born before 1900
    ['410105199001011233', null],
    ['410105199001011234', 'check-digit'],
    ['11010519491231002x', 'length'],
    ['991051949123100211', 'region'],
    ['110105194913310021', 'birth-date'],
    ['110105202603030015', 'birth-date'], // tomorrow
    ['1101051949123100', 'length'],
    ['', 'length'],
  ])('%s: %s', (text, problem) => {
    expect(idNumberProblem(text, today)).toBe(problem)
  })

  it('one digit mistyped, or two neighbours swapped, is always found', () => {
    const first17 = fc
      .record({ days: fc.integer({ min: 0, max: 30_000 }), order: fc.integer({ min: 0, max: 999 }) })
      .map(({ days, order }) => {
        const born = new Date(Date.parse('1930-01-01') + days * 86_400_000).toISOString().slice(0, 10)
        return `410105${born.replaceAll('-', '')}${String(order).padStart(3, '0')}`
      })
    fc.assert(
      fc.property(first17, fc.nat(16), fc.integer({ min: 1, max: 9 }), (text, place, step) => {
        const whole = text + idNumberCheckDigit(text)
        expect(idNumberProblem(whole, today)).toBeNull()
        const wrong = String((Number(whole[place]) + step) % 10)
        expect(idNumberProblem(whole.slice(0, place) + wrong + whole.slice(place + 1), today)).not.toBeNull()
        const [a, b] = [whole[place] ?? '', whole[place + 1] ?? '']
        if (a === b) return
        expect(idNumberProblem(whole.slice(0, place) + b + a + whole.slice(place + 2), today)).not.toBeNull()
      }),
    )
  })

  it('X-02: shows two and two', () => {
    expect(maskIdNumber('410105199001011233')).toBe('41**************33')
    expect(maskIdNumber('4101')).toBe('****')
  })
})

describe('mobile numbers', () => {
  it.each([
    ['13800002222', '13800002222'],
    ['+86 138-0000-2222', '13800002222'],
    ['0086 13800002222', '13800002222'],
    ['8613800002222', '13800002222'],
    ['１３８００００２２２２', '13800002222'],
    ['(138) 0000 2222', '13800002222'],
    ['12800002222', null],
    ['1380000222', null],
    ['138000022222', null],
    ['0371-63220000', null],
    ['', null],
  ])('%s → %s', (text, digits) => {
    expect(parseMobile(text)).toBe(digits)
  })

  it.each([
    ['13800002222', '138****2222'],
    ['1380', '****'],
    ['+852-61234567', '+852-****4567'],
    ['61234567', '****4567'],
    ['+354-1234567', '+354-*******'],
    ['', ''],
  ])('X-02: shows three and four of %j, and less of a shorter one', (phone, shown) => {
    expect(maskMobile(phone)).toBe(shown)
  })

  it('a number read once reads the same again', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const read = parseMobile(text)
        if (read !== null) expect(parseMobile(read)).toBe(read)
      }),
    )
  })

  it('full-width characters become their twins', () => {
    expect(toHalfWidth('ＡＢｃ１２３　（！）')).toBe('ABc123 (!)')
  })
})
