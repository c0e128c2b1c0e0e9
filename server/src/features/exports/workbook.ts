import { escapeMarkup } from '@kangbao/shared/markup.ts'
import { plainCell } from '@kangbao/shared/spreadsheets/cells.ts'
import type { ZipEntry } from './zip-stream.ts'

/** Texts are texts and numbers numbers; there is no third thing a cell could be (S-64). */
export type Cell = string | number

export interface Sheet {
  /** At most 31 characters, none of `[]:*?/\`. */
  readonly name: string
  /** The first row is the heading; repeated where a table goes on on another sheet. */
  readonly rows: AsyncIterable<readonly Cell[]> | Iterable<readonly Cell[]>
  /** Widths of the columns, in characters. */
  readonly widths: readonly number[]
  /** Printed at the foot of every page. */
  readonly foot: string
}

/** Rows a sheet can hold. */
const mostRows = 1_048_576
/** Characters a cell can hold. */
const mostText = 32_767
const namespace = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

const styles = { heading: 1, text: 2 } as const

/** The files of a workbook, as they are made: a sheet with more rows than fit goes on on the next one. */
export async function* workbook(
  sheets: readonly Sheet[],
  rowsPerSheet: number = mostRows,
): AsyncGenerator<ZipEntry> {
  const names: string[] = []
  for (const sheet of sheets)
    for await (const content of parts(sheet, rowsPerSheet)) {
      const before = names.filter((name) => name.startsWith(sheet.name)).length
      names.push(before === 0 ? sheet.name : `${sheet.name} ${before + 1}`)
      yield { name: `xl/worksheets/sheet${names.length}.xml`, content }
    }
  // Which sheets there are is known only now; readers find their way from the directory at the end.
  yield { name: 'xl/styles.xml', content: [stylesXml] }
  yield { name: 'xl/workbook.xml', content: [workbookXml(names)] }
  yield { name: 'xl/_rels/workbook.xml.rels', content: [workbookLinks(names.length)] }
  yield { name: '_rels/.rels', content: [rootLinks] }
  yield { name: '[Content_Types].xml', content: [contentTypes(names.length)] }
}

/** A sheet's rows in as many sheets as they need. The next part begins when the one before was read. */
async function* parts(sheet: Sheet, rowsPerSheet: number): AsyncGenerator<AsyncIterable<string>> {
  const rows = iteratorOf(sheet.rows)
  const heading = await rows.next()
  if (heading.done) return
  let next = await rows.next()
  do {
    yield (async function* () {
      yield opening(sheet)
      let text = rowXml(heading.value, 1, styles.heading)
      for (let at = 2; !next.done && at <= rowsPerSheet; at += 1) {
        text += rowXml(next.value, at)
        if (text.length > 32_768) {
          yield text
          text = ''
        }
        next = await rows.next()
      }
      yield `${text}${closing(sheet)}`
    })()
  } while (!next.done)
}

async function* iteratorOf<T>(rows: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T> {
  yield* rows
}

function opening({ widths }: Sheet): string {
  const columns = widths.map(
    (width, i) => `<col min="${i + 1}" max="${i + 1}" width="${width}" customWidth="1"/>`,
  )
  return `${head}<worksheet xmlns="${namespace}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>${
    columns.length === 0 ? '' : `<cols>${columns.join('')}</cols>`
  }<sheetData>`
}

function closing({ foot }: Sheet): string {
  return `</sheetData><pageSetup orientation="landscape" fitToHeight="0"/><headerFooter><oddFooter>${escaped(
    `&C${foot.replaceAll('&', '&&').slice(0, 200)}`,
  )}</oddFooter></headerFooter></worksheet>`
}

function rowXml(cells: readonly Cell[], row: number, style?: number): string {
  let text = `<row r="${row}">`
  for (let i = 0; i < cells.length; i += 1) {
    const value = cells[i]
    if (value === undefined || value === '') continue
    const place = `${columnName(i)}${row}`
    if (typeof value === 'number') text += `<c r="${place}"><v>${value}</v></c>`
    else {
      // Marked as text for good: otherwise it turned into a formula when somebody edits the cell.
      const look = style ?? (plainCell(value) === value ? 0 : styles.text)
      text += `<c r="${place}"${look === 0 ? '' : ` s="${look}"`} t="inlineStr"><is><t xml:space="preserve">${cellText(value)}</t></is></c>`
    }
  }
  return `${text}</row>`
}

const names: string[] = []

/** A, B, … Z, AA, … */
function columnName(index: number): string {
  const known = names[index]
  if (known !== undefined) return known
  const last = String.fromCharCode(65 + (index % 26))
  return (names[index] = index < 26 ? last : `${columnName(Math.floor(index / 26) - 1)}${last}`)
}

/** `_x0041_` would be read as a character: its first sign is written in that way itself. */
function cellText(text: string): string {
  return escaped(text.slice(0, mostText).replace(/_(?=x[0-9a-f]{4}_)/gi, '_x005F_'))
}

/** XML knows no control characters but tab and line ends, in whatever spelling, and no halves of pairs. */
const unknown = /(?![\t\n\r])\p{Cc}|[\ufffe\uffff]|\p{Cs}/gu

const escaped = (text: string): string => escapeMarkup(text.replace(unknown, ''))

const fill = '<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
const stylesXml = `${head}<styleSheet xmlns="${namespace}"><fonts count="2"><font><sz val="11"/></font><font><b/><sz val="11"/></font></fonts><fills count="2">${fill}</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf xfId="0"/><xf xfId="0" fontId="1" applyFont="1"/><xf xfId="0" numFmtId="49" applyNumberFormat="1" quotePrefix="1"/></cellXfs></styleSheet>`

function workbookXml(sheets: readonly string[]): string {
  const list = sheets.map(
    (name, i) => `<sheet name="${escaped(name)}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`,
  )
  return `${head}<workbook xmlns="${namespace}" xmlns:r="${relations}"><sheets>${list.join('')}</sheets></workbook>`
}

function workbookLinks(sheets: number): string {
  const list = Array.from({ length: sheets }, (_, i) =>
    link(i + 1, 'worksheet', `worksheets/sheet${i + 1}.xml`),
  )
  return links([...list, link(sheets + 1, 'styles', 'styles.xml')])
}

const rootLinks = links([link(1, 'officeDocument', 'xl/workbook.xml')])

function link(id: number, type: string, target: string): string {
  return `<Relationship Id="rId${id}" Type="${relations}/${type}" Target="${target}"/>`
}

function links(list: readonly string[]): string {
  return `${head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${list.join('')}</Relationships>`
}

function contentTypes(sheets: number): string {
  const spreadsheet = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
  const part = (name: string, type: string) =>
    `<Override PartName="/xl/${name}.xml" ContentType="${spreadsheet}.${type}+xml"/>`
  const list = Array.from({ length: sheets }, (_, i) => part(`worksheets/sheet${i + 1}`, 'worksheet'))
  return `${head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${part('workbook', 'sheet.main')}${part('styles', 'styles')}${list.join('')}</Types>`
}
