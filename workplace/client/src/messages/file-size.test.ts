import { expect, it } from 'vitest'
import { fileKind, fileSize } from './file-size.ts'

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KB'],
  [4300, '4.2 KB'],
  [10 * 1024, '10 KB'],
  [20 * 1024 * 1024, '20 MB'],
])('%i bytes are %s', (bytes, text) => {
  expect(fileSize(bytes)).toBe(text)
})

it.each([
  ['人员名单.xlsx', 'XLSX'],
  ['a.tar.gz', 'GZ'],
  ['没有后缀', ''],
  ['note.verylong', ''],
])('%s is of kind “%s”', (name, kind) => {
  expect(fileKind(name)).toBe(kind)
})
