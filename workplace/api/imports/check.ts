import { toHalfWidth } from '@kangbao/shared/identity/half-width.ts'
import { readDateText } from '@kangbao/shared/spreadsheets/dates.ts'
import type { ImportReason } from '../../contracts/imports.ts'
import { parsePhone } from '../accounts/phone.ts'
import { isDepartmentName } from '../directory/departments.ts'
import { inPieces } from './breathe.ts'
import type { Columns, KnownColumn } from './columns.ts'
import type { SheetRow } from './sheet.ts'

/** What a row asks for, read but not yet compared with the directory. */
export interface ReadRow {
  no: number
  userid: string
  name: string
  phone: string
  /** Department paths without the root. */
  departments: string[][]
  isLeader: boolean
  title: string
  jobNumber: string
  email: string
  custom: Record<string, string>
  problems: RowProblem[]
}

export interface RowProblem {
  column: string
  value: string
  reason: ImportReason
}

const dateHeading = /(日期|生日|年月日|出生|date)\W*$/i
const yes = new Set(['是', 'y', 'yes', 'true', '1', '√'])
const no = new Set(['', '否', 'n', 'no', 'false', '0', '×'])

/** Reads one row and says everything that is wrong with it by itself. */
export function readRow(row: SheetRow, columns: Columns, orgName: string): ReadRow {
  const problems: RowProblem[] = []
  const cell = (column: KnownColumn) => row.cells[columns.known[column]?.index ?? -1] ?? ''
  const refuse = (column: KnownColumn, reason: ImportReason) =>
    problems.push({
      column: columns.known[column]?.heading ?? column,
      value: cell(column).slice(0, 100),
      reason,
    })

  const name = cell('name')
  if (name === '') refuse('name', 'name.missing')
  if (name.length > 80) refuse('name', 'name.too-long')

  const phone = parsePhone(cell('phone'))
  if (cell('phone') === '') refuse('phone', 'phone.missing')
  else if (phone === null) refuse('phone', 'phone.invalid')

  const userid = plainUserid(cell('userid'))
  if (userid.length > 64) refuse('userid', 'userid.invalid')

  const departments = readDepartments(cell('departments'), orgName)
  if (departments.length === 0) refuse('departments', 'department.missing')
  if (departments.length > 100) refuse('departments', 'department.too-many')
  if (!departments.every((path) => path.every(isDepartmentName))) refuse('departments', 'department.invalid')

  const leader = toHalfWidth(cell('isLeader')).toLowerCase()
  if (!yes.has(leader) && !no.has(leader)) refuse('isLeader', 'leader.invalid')

  const email = toHalfWidth(cell('email'))
  if (email !== '' && (email.length > 50 || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)))
    refuse('email', 'email.invalid')
  if (cell('title').length > 200) refuse('title', 'title.too-long')
  if (cell('jobNumber').length > 50) refuse('jobNumber', 'job-number.too-long')

  const custom: Record<string, string> = {}
  for (const { index, heading } of columns.custom) {
    const value = row.cells[index] ?? ''
    if (value.length > 2000)
      problems.push({ column: heading, value: value.slice(0, 100), reason: 'custom.too-long' })
    // A column of dates reads the same whether a cell was typed as a date or as text.
    if (value !== '') custom[heading] = (dateHeading.test(heading) && readDateText(value)) || value
  }

  return {
    no: row.no,
    userid,
    name,
    phone: phone ?? '',
    departments,
    isLeader: yes.has(leader),
    title: cell('title'),
    jobNumber: cell('jobNumber'),
    email,
    custom,
    problems,
  }
}

const plainUserid = (text: string): string => toHalfWidth(text).replace(/\s/g, '')

/** `总部-研发,总部-测试`: levels by - or /, several by comma or semicolon, in either width. */
export function readDepartments(text: string, orgName: string): string[][] {
  const paths = text
    .split(/[,，;；\n]/)
    .map((part) => part.split(/[-－/／]/).map((level) => level.trim()))
    .filter((levels) => levels.some((level) => level !== ''))
    // A path may begin with the org itself, which is the root.
    .map((levels) => (levels[0] === orgName ? levels.slice(1) : levels))
  const seen = new Set<string>()
  return paths.filter((levels) => {
    const key = levels.join('-')
    return seen.has(key) ? false : Boolean(seen.add(key))
  })
}

export interface Repeated {
  phones: ReadonlySet<string>
  userids: ReadonlySet<string>
}

/** Phones and staff ids that stand twice in the file. */
export async function repeatedIn(rows: readonly SheetRow[], { known }: Columns): Promise<Repeated> {
  const [phones, userids] = [new Counter(), new Counter()]
  for await (const piece of inPieces(rows, 1000))
    for (const { cells } of piece) {
      phones.add(parsePhone(cells[known.phone?.index ?? -1] ?? '') ?? '')
      userids.add(plainUserid(cells[known.userid?.index ?? -1] ?? ''))
    }
  return { phones: phones.repeated, userids: userids.repeated }
}

class Counter {
  readonly #seen = new Set<string>()
  readonly repeated = new Set<string>()
  add(key: string): void {
    if (key === '') return
    if (this.#seen.has(key)) this.repeated.add(key)
    this.#seen.add(key)
  }
}

/** Of what stands twice every copy is told, for none is the right one. */
export function markRepeated(rows: readonly ReadRow[], repeated: Repeated, { known }: Columns): void {
  const phoneColumn = known.phone?.heading ?? 'phone'
  const useridColumn = known.userid?.heading ?? 'userid'
  for (const row of rows) {
    if (repeated.phones.has(row.phone))
      row.problems.push({ column: phoneColumn, value: row.phone, reason: 'phone.duplicate-in-file' })
    if (repeated.userids.has(row.userid))
      row.problems.push({ column: useridColumn, value: row.userid, reason: 'userid.duplicate-in-file' })
  }
}
