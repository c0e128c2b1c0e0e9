import { read, SSF, utils, write, type CellObject } from 'xlsx'
import { serialText, type DateEpoch } from '@kangbao/shared/spreadsheets/dates.ts'

/** One row of the sheet: its number as the spreadsheet shows it, and its cells as text. */
export interface SheetRow {
  no: number
  cells: string[]
}

export interface Sheet {
  rows: SheetRow[]
  isCut: boolean
}

export const maxColumns = 100

/** The first sheet as text. Numbers keep every digit: a phone is no amount. */
export function readSheet(bytes: Uint8Array, maxRows: number): Sheet {
  const book = read(bytes, {
    type: 'buffer',
    dense: true,
    sheetRows: maxRows + 1,
    cellFormula: false,
    cellHTML: false,
    cellNF: true,
    // The others are not even parsed.
    sheets: 0,
  })
  const epoch: DateEpoch = book.Workbook?.WBProps?.date1904 ? 1904 : 1900
  const first = book.SheetNames[0]
  const sheet = first === undefined ? undefined : book.Sheets[first]
  const grid: unknown = sheet?.['!data']
  if (!Array.isArray(grid)) return { rows: [], isCut: false }
  const rows: SheetRow[] = []
  for (const [index, line] of grid.slice(0, maxRows).entries()) {
    if (!Array.isArray(line)) continue
    const cells = Array.from(line.slice(0, maxColumns), (cell: CellObject | undefined) =>
      cellText(cell, epoch),
    )
    if (cells.some((text) => text !== '')) rows.push({ no: index + 1, cells })
  }
  return { rows, isCut: grid.length > maxRows }
}

/** Dates by their number, never by way of a moment; other numbers with every digit they have. */
function cellText(cell: CellObject | undefined, epoch: DateEpoch): string {
  if (!cell || cell.v === undefined || cell.v === null || cell.t === 'e') return ''
  const isDate = typeof cell.v === 'number' && typeof cell.z === 'string' && SSF.is_date(cell.z)
  const date = isDate ? serialText(Number(cell.v), epoch) : null
  const text = date ?? (cell.t === 'n' ? String(cell.v) : (cell.w ?? String(cell.v)))
  return text
    .replace(/[\u200b\ufeff]/g, '')
    .replace(/[\s　]+/g, ' ')
    .trim()
}

/** A workbook of one sheet. Every cell is text, so that no content is ever a formula. */
export function writeSheet(
  name: string,
  lines: readonly (readonly string[])[],
  given: { widths: readonly number[]; titleSpan?: number },
): Buffer {
  const sheet = utils.aoa_to_sheet(lines.map((line) => line.map((text) => ({ t: 's' as const, v: text }))))
  sheet['!cols'] = given.widths.map((wch) => ({ wch }))
  if (given.titleSpan) sheet['!merges'] = [{ s: { r: 0, c: 0 }, e: { r: 0, c: given.titleSpan - 1 } }]
  const book = utils.book_new()
  utils.book_append_sheet(book, sheet, name)
  const bytes: unknown = write(book, { type: 'buffer', bookType: 'xlsx', compression: true })
  if (!Buffer.isBuffer(bytes)) throw new Error('the workbook was not written')
  return bytes
}
