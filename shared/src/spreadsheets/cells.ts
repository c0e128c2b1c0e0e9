/**
 * What a spreadsheet program takes for the beginning of a formula: the four signs in either width, and characters it
 * skips before it looks (tab, line ends, blanks, NUL, quotes).
 */
const formulaStart = /^[\s\p{Cc}'"]*[=+\-@＝＋－＠]|^[\t\r\n]|^\p{Cc}/u
const negativeNumber = /^-\d{1,15}(\.\d{1,15})?$/

/**
 * Text that stays text when a spreadsheet program reads it without being told its type, as in CSV (S-64). Negative
 * numbers are numbers and stay as they are.
 */
export function plainCell(text: string): string {
  const isFormula = formulaStart.test(text) && !negativeNumber.test(text)
  return isFormula ? `'${text}` : text
}

/** What a CSV file begins with, once, so that spreadsheet programs read it as UTF-8. */
export const csvMark = '\uFEFF'

/** A table as CSV that spreadsheet programs open as it is meant: UTF-8 with its mark, and `csvLines`. */
export function csvOf(rows: readonly (readonly (string | number)[])[]): string {
  return `${csvMark}${csvLines(rows)}`
}

/** Rows of a table as lines of CSV, to follow others: CRLF, every cell quoted, no cell a formula. */
export function csvLines(rows: readonly (readonly (string | number)[])[]): string {
  const cell = (value: string | number) =>
    typeof value === 'number' ? String(value) : `"${plainCell(value).replaceAll('"', '""')}"`
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}
