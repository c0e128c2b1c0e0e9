import { assert, property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskMailAddress, parseMailAddress } from './mail-address.ts'

describe('parseMailAddress', () => {
  it.each([
    ['zhang.san@example.com', 'zhang.san@example.com'],
    ['  Zhang+work@Example.COM ', 'Zhang+work@example.com'],
    ['ｚｈａｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ', 'zhang@example.com'],
    ['a@b.cn', 'a@b.cn'],
    [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
  ])('takes %s', (typed, address) => {
    expect(parseMailAddress(typed)).toBe(address)
  })

  it.each([
    '',
    'zhang',
    'zhang@example',
    '@example.com',
    'zhang@',
    'zhang san@example.com',
    'zhang..san@example.com',
    '.zhang@example.com',
    'zhang@-example.com',
    'zhang@[10.0.0.1]',
    '"zhang san"@example.com',
    'zhang@example.com, li@example.com',
    'zhang@example.com\r\nBcc: li@example.com',
    '<zhang@example.com>',
    '张三@example.com',
    `${'a'.repeat(65)}@example.com`,
    `zhang@${'a.'.repeat(130)}com`,
  ])('refuses %j', (typed) => {
    expect(parseMailAddress(typed)).toBeNull()
  })

  it('S-86: whatever is typed, what it takes is one address that ends no header, and taking it again changes nothing', () => {
    assert(
      property(string({ unit: 'binary-ascii', maxLength: 80 }), (text) => {
        for (const typed of [text, `${text}@example.com`, `zhang@${text}.cn`]) {
          const address = parseMailAddress(typed)
          if (address === null) continue
          expect(address).toMatch(/^[\x21-\x7e]+$/)
          expect(address).not.toMatch(/[<>,;:"\\()[\]]/)
          expect(parseMailAddress(address)).toBe(address)
        }
      }),
    )
  })
})

it.each([
  ['zhangsan@example.com', 'z***@example.com'],
  ['abc@example.com', 'a***@example.com'],
  ['ab@example.com', '***@example.com'],
])('X-02: shows %s as %s', (address, masked) => {
  expect(maskMailAddress(address)).toBe(masked)
})
