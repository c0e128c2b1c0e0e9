import { toHalfWidth } from '@kangbao/shared/identity/half-width.ts'
import { AppError } from '../errors.ts'
import type { Sheet, SheetRow } from './sheet.ts'

/** Columns with a meaning of their own; every other heading is a custom column. */
export type KnownColumn =
  'userid' | 'departments' | 'title' | 'name' | 'jobNumber' | 'isLeader' | 'phone' | 'email'

/** The headings of our template, in order; the first synonym is the one we write. */
export const headings: readonly { column: KnownColumn; names: readonly string[]; isRequired: boolean }[] = [
  { column: 'userid', names: ['员工UserID', 'UserID', '员工ID', '员工编号'], isRequired: false },
  { column: 'departments', names: ['部门', '所属部门', '部门路径'], isRequired: true },
  { column: 'title', names: ['职位', '职务', '岗位'], isRequired: false },
  { column: 'name', names: ['姓名', '员工姓名', '名字'], isRequired: true },
  { column: 'jobNumber', names: ['工号'], isRequired: false },
  {
    column: 'isLeader',
    names: ['是否此部门主管(是/否)', '是否此部门主管', '是否部门主管(是/否)', '是否部门主管', '是否主管'],
    isRequired: false,
  },
  { column: 'phone', names: ['手机号', '手机号码', '手机', '联系电话', '电话'], isRequired: true },
  { column: 'email', names: ['邮箱', '电子邮箱', '电子邮件', 'email', 'e-mail'], isRequired: false },
]

export interface Columns {
  /** Where each known column stands, and its heading as found. */
  known: Partial<Record<KnownColumn, { index: number; heading: string }>>
  custom: { index: number; heading: string }[]
  /** The rows below the headings. */
  rows: SheetRow[]
}

const headingSearchRows = 30
const maxCustomColumns = 50

/** Finds the heading row by its texts: title and instruction rows may stand above it. */
export function findColumns(sheet: Sheet): Columns {
  for (const [index, row] of sheet.rows.slice(0, headingSearchRows).entries()) {
    const columns = columnsOf(row.cells)
    if (headings.every(({ column, isRequired }) => !isRequired || columns.known[column]))
      return { ...columns, rows: sheet.rows.slice(index + 1).filter((next) => !isExample(next, columns)) }
  }
  throw new AppError('import.headings-missing')
}

function columnsOf(cells: readonly string[]): Omit<Columns, 'rows'> {
  const known: Columns['known'] = {}
  const custom: Columns['custom'] = []
  for (const [index, heading] of cells.entries()) {
    const text = plainHeading(heading)
    if (text === '') continue
    const match = headings.find(({ names }) => names.some((name) => plainHeading(name) === text))
    if (match && !known[match.column]) known[match.column] = { index, heading }
    else if (!match && custom.length < maxCustomColumns) custom.push({ index, heading: heading.slice(0, 40) })
  }
  return { known, custom }
}

/** Blanks, asterisks, required-marks and width do not matter in a heading. */
const plainHeading = (text: string): string =>
  toHalfWidth(text)
    .replace(/[\s*]/g, '')
    .replace(/\((必填|选填)\)$/, '')
    .toLowerCase()

const isExample = (row: SheetRow, { known }: Omit<Columns, 'rows'>): boolean =>
  /[(（](示例|例)[)）]/.test(row.cells[known.name?.index ?? -1] ?? '')
