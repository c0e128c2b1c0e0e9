import { civilDate } from '@kangbao/shared/calendar/civil-day.ts'
import { csvLines, csvMark } from '@kangbao/shared/spreadsheets/cells.ts'
import { isAnyPreparing } from '../completeness/index.ts'
import { aboutRows, footOf } from './about.ts'
import * as asked from './asked.repo.ts'
import * as rows from './rows.repo.ts'
import type { Run } from './run.ts'
import * as shapes from './shapes.ts'
import type { MatrixCell } from './shapes.ts'
import { words } from './words.ts'
import { workbook, type Cell } from './workbook.ts'
import { zipped } from './zip-stream.ts'

const pageSize = 500
/** People in a page of a matrix: up to a year of cells each. */
const peoplePerPage = 100

/** A matrix has a row for everybody who was asked: it waits for a list of them that is still being written. */
export async function isBeingListed({ row, page }: Run): Promise<boolean> {
  return row.request.shape === 'matrix' && page(isAnyPreparing)
}

/** Rows of the table before the first is read, as far as it is known: what the progress is measured by. */
export async function countRows(run: Run): Promise<number> {
  return run.page(async (scope, range) =>
    run.row.request.shape === 'matrix'
      ? asked.countPeople(scope, range, await rows.periodsIn(scope, range))
      : rows.countSubmissions(scope, range),
  )
}

/** The file, as it is made. @throws RunStopped, ZipTooLarge */
export function fileOf(run: Run, made: number, mostBytes: number): AsyncGenerator<Buffer> {
  const { locale, zone } = run.layout
  const stamp = shapes.wallTime(made, zone)
  const w = words[locale]
  const about = () => aboutRows(run, stamp)
  const foot = footOf(run, stamp)
  if (run.row.request.format === 'xlsx')
    return zipped(
      workbook([
        { name: w.sheet, rows: tableOf(run), widths: widthsOf(run), foot },
        // Read when everything above it is written, so that it tells how much that was.
        { name: w.about, rows: late(about), widths: [18, 60], foot },
      ]),
      stamp,
      mostBytes,
    )
  return zipped(
    [
      { name: `${w.sheet}.csv`, content: csvPieces(tableOf(run)) },
      { name: `${w.about}.csv`, content: csvPieces(late(about)) },
    ],
    stamp,
    mostBytes,
  )
}

async function* late(make: () => readonly Cell[][]): AsyncGenerator<readonly Cell[]> {
  yield* make()
}

async function* csvPieces(table: AsyncIterable<readonly Cell[]>): AsyncGenerator<string> {
  let text = csvMark
  for await (const row of table) {
    text += csvLines([row])
    if (text.length > 32_768) {
      yield text
      text = ''
    }
  }
  yield text
}

function widthsOf({ layout, row }: Run): number[] {
  if (row.request.shape === 'matrix') return [12, 12, 16]
  if (row.request.shape === 'long') return [12, 12, 12, 16, 32, 32, 17, 22]
  return [12, 12, 12, 16, ...layout.columns.map(() => 18), 10, 18, 17, 17, 18, 22]
}

/** The rows of the shape that was asked for, the heading first. */
async function* tableOf(run: Run): AsyncGenerator<readonly Cell[]> {
  const { layout } = run
  const { shape } = run.row.request
  if (shape === 'matrix') return yield* matrix(run)
  yield shape === 'table' ? shapes.tableHeading(layout) : shapes.longHeading(layout)
  for await (const submission of submissions(run))
    if (shape === 'table') yield shapes.tableRow(layout, submission)
    else yield* shapes.longRows(layout, submission)
}

async function* submissions(run: Run): AsyncGenerator<shapes.ExportedSubmission> {
  for (let after: rows.Place | null = null; ;) {
    const page: rows.SubmissionRow[] = await run.page((scope, range) =>
      rows.listSubmissions(scope, range, { after, limit: pageSize }),
    )
    for (const row of page) {
      const { periodStart, ...rest } = row
      run.people.add(row.memberId)
      yield { ...rest, ...(await run.open(row)), period: run.periodName(periodStart) }
    }
    run.rowsDone += page.length
    after = page.at(-1) ?? null
    if (page.length < pageSize) return
  }
}

async function* matrix(run: Run): AsyncGenerator<readonly Cell[]> {
  const cell = run.row.request.cell ?? null
  const periods = await run.page((scope, range) => rows.periodsIn(scope, range))
  yield shapes.matrixHeading(run.layout, periods.map(run.periodName))
  for (let after: string | null = null; ;) {
    const { people, cells } = await run.page(async (scope, range) => {
      const found = await asked.listPeople(scope, range, periods, { after, limit: peoplePerPage })
      const wanted = { memberIds: found.map(({ memberId }) => memberId), withAnswers: cell !== null }
      return { people: found, cells: await rows.listCells(scope, range, periods, wanted) }
    })
    const byPlace = new Map(cells.map((each) => [`${each.memberId} ${each.periodStart}`, each]))
    for (const person of people) {
      run.people.add(person.memberId)
      const days: (MatrixCell | undefined)[] = []
      for (const period of periods)
        days.push(await matrixCell(run, byPlace.get(`${person.memberId} ${civilDate(period)}`)))
      yield shapes.matrixRow(run.layout, person, days, cell)
    }
    run.rowsDone += people.length
    after = people.at(-1)?.memberId ?? null
    if (people.length < peoplePerPage) return
  }
}

async function matrixCell(run: Run, cell: rows.CellRow | undefined): Promise<MatrixCell | undefined> {
  if (cell === undefined) return undefined
  const { filed, isAbnormal } = cell
  return { isFiled: filed !== null, isAbnormal, filed: filed?.sealed ? await run.open(filed.sealed) : null }
}
