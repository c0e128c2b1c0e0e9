import { describe, expect, it } from 'vitest'
import { csvOf, plainCell } from './cells.ts'

describe('S-64: cells', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+86 371', "'+86 371"],
    ['-cmd|x', "'-cmd|x"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\rx', "'\rx"],
    ['\u0000=1', "'\u0000=1"],
    ['  =1', "'  =1"],
    ['"=1', '\'"=1'],
    ['＝1+1', "'＝1+1"],
    ['-1+1', "'-1+1"],
    ['-12.5', '-12.5'],
    ['36.5', '36.5'],
    ['张三', '张三'],
    ['a=b', 'a=b'],
    ['', ''],
  ])('%j becomes %j', (given, cell) => {
    expect(plainCell(given)).toBe(cell)
  })

  it('stay in their place whatever stands in them', () => {
    expect(
      csvOf([
        ['a,b', 'c"d', 'e\r\n=f'],
        ['=1', -3, '-3'],
      ]),
    ).toBe('\uFEFF"a,b","c""d","e\r\n=f"\r\n"\'=1",-3,"-3"\r\n')
  })
})
