import { expect, it } from 'vitest'
import { problemCsv } from './problem-list.ts'

it('Z-04: a cell that would run as a formula is made text, quotes are doubled', () => {
  const problem = {
    row: 7,
    column: '姓名',
    value: '=HYPERLINK("x")',
    reason: 'name.missing',
    text: { zh: '姓名不能为空', en: 'The name is missing' },
  }
  expect(problemCsv(['行', '列', '内容', '原因'], [problem], 'zh')).toBe(
    '\uFEFF"行","列","内容","原因"\r\n"7","姓名","\'=HYPERLINK(""x"")","姓名不能为空"\r\n',
  )
})
