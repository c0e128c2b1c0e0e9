import { csvOf } from '@kangbao/shared/spreadsheets/cells.ts'
import type { ImportProblem } from '@kangbao/workplace/contracts/imports.ts'

/** The error list as CSV, with the mark that makes Excel read it as UTF-8. */
export function problemCsv(
  headings: readonly string[],
  problems: readonly ImportProblem[],
  locale: 'zh' | 'en',
): string {
  const rows = problems.map(({ row, column, value, text }) => [String(row), column, value, text[locale]])
  return csvOf([headings, ...rows])
}
