import { read, type CellObject } from 'xlsx'
import { Refused, safeWorkbook } from '@kangbao/cage/workbooks/unpack.ts'

// Workbooks come from outside: they are unpacked and parsed in a process of its own, which is ended when it takes too
// long or too much. The file comes by standard input; which sheets are wanted and how many rows of each at most, as JSON
// by argument. The answer leaves by standard output as one line of JSON.

interface Wanted {
  /** Names in small letters; the first sheet when there are none. */
  readonly names: readonly string[]
  readonly rows: number
  readonly columns: number
}

async function answer(): Promise<object> {
  const wanted = JSON.parse(process.argv[2] ?? '{}') as Wanted // our own process wrote it
  const pieces: Buffer[] = []
  for await (const piece of process.stdin) pieces.push(Buffer.from(piece))
  try {
    return { sheets: sheetsOf(safeWorkbook(Buffer.concat(pieces)), wanted) }
  } catch (error) {
    if (error instanceof Refused) return { refused: error.reason }
    const isLocked = error instanceof Error && /password|encrypt/i.test(error.message)
    return { refused: isLocked ? 'encrypted' : 'unreadable' }
  }
}

function sheetsOf(bytes: Buffer, { names, rows, columns }: Wanted): object[] {
  const book = read(bytes, {
    type: 'buffer',
    dense: true,
    sheetRows: rows + 1,
    cellFormula: false,
    cellHTML: false,
    // The others are not even parsed.
    sheets: names.length === 0 ? 0 : [...names],
  })
  return book.SheetNames.filter((name, i) =>
    names.length === 0 ? i === 0 : names.includes(name.trim().toLowerCase()),
  ).map((name) => {
    const grid: unknown = book.Sheets[name]?.['!data']
    const lines: readonly unknown[] = Array.isArray(grid) ? grid : []
    return {
      name: name.trim().toLowerCase(),
      isCut: lines.length > rows,
      rows: lines.slice(0, rows).flatMap((line, i) => {
        const cells = Array.isArray(line) ? Array.from(line.slice(0, columns), textOf) : []
        return cells.some((text) => text !== '') ? [{ no: i + 1, cells }] : []
      }),
    }
  })
}

/** Numbers keep every digit; what spreadsheet programs put in unseen is taken out. */
function textOf(cell: CellObject | undefined): string {
  if (!cell || cell.v === undefined || cell.v === null || cell.t === 'e') return ''
  if (cell.t === 'b') return cell.v === true ? 'true' : 'false'
  const text = cell.t === 'n' ? String(cell.v) : (cell.w ?? String(cell.v))
  return text
    .replace(/[\u200b\ufeff]/g, '')
    .replace(/\u00a0/g, ' ')
    .trim()
}

answer().then(
  (line) => process.stdout.write(JSON.stringify(line)),
  () => (process.exitCode = 1),
)
