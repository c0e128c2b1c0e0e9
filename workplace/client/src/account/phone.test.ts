import { expect, it } from 'vitest'
import { isCode, plainCode, plainPhone } from './phone.ts'

it.each([
  ['123456', true],
  ['１２３４５６', true],
  [' 123 456 ', true],
  ['12345', false],
  ['1234567', false],
  ['', false],
])('a pasted code %j is one: %s', (text, is) => {
  expect(isCode(text)).toBe(is)
  expect(plainCode(text)).toMatch(/^\d*$/)
})

it.each(['138 1234 5678', '+86 138-1234-5678', '１３８１２３４５６７８', '8613812345678'])(
  'a pasted phone %j is made plain',
  (text) => {
    expect(plainPhone(text)).toBe('13812345678')
  },
)
