import type { ImportProblem } from '@kangbao/workplace/contracts/imports.ts'

/** A cell that a spreadsheet would run as a formula is made plain text. */
const cell = (text: string) => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`

/** The error list as CSV, with the mark that makes Excel read it as UTF-8. */
export function problemCsv(
  headings: readonly string[],
  problems: readonly ImportProblem[],
  locale: 'zh' | 'en',
): string {
  const rows = problems.map(({ row, column, value, text }) => [String(row), column, value, text[locale]])
  return `\uFEFF${[headings, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`
}
