import { sql } from 'drizzle-orm'
import { inCage } from '@kangbao/cage/cage.ts'
import type { OrgScope } from '../db/database.ts'
import { ownPlace } from '../directory/enrol.ts'
import { held } from '../directory/members.repo.ts'
import type { MemberCtx, Self } from '../http/context.ts'
import { breathe } from './breathe.ts'
import { headings } from './columns.ts'
import { writeSheet } from './sheet.ts'

const widths = [22, 30, 16, 12, 12, 24, 18, 26]
const headingRow = headings.map(({ names }) => names[0] ?? '')
const instructions =
  '填写须知：1. 请勿修改表头；2. 部门、姓名、手机号必填；3. 部门从上到下用“-”分隔，多个部门用“,”分隔；' +
  '4. 员工UserID 新员工留空，修改已有员工时请保留；5. 表头右侧可增加自定义列；6. 导入会按员工UserID 或手机号覆盖已有员工。'

export const xlsxType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** The template to fill in: a merged row of instructions, the headings, one example (not imported). */
export function template(): Buffer {
  const example = [
    '',
    '市场部-销售一组',
    '市场经理',
    '张三(示例)',
    '0011',
    '是',
    '13800000000',
    'zhangsan@example.com',
  ]
  return writeSheet('通讯录', [[instructions], headingRow, example], { widths, titleSpan: headingRow.length })
}

const mebibyte = 1024 * 1024
const limits = {
  timeMs: 60_000,
  memoryBytes: 1024 * mebibyte,
  heapMebibytes: 512,
  outputBytes: 64 * mebibyte,
}
const rowsAtOnce = 2000

interface ExportRow {
  userid: string
  places: number[]
  title: string
  name: string
  job_number: string
  is_leader: boolean
  phone: string
  email: string
  custom: Record<string, string>
}

/**
 * The directory under the template's headings; a sub-admin gets the people and departments he holds (Z-07). It is read
 * page by page and packed in a process of its own, so that 50 000 people stop nobody (R-44).
 */
export async function exportDirectory({ inOrg, self }: MemberCtx): Promise<Buffer> {
  const lines = await inOrg(async (scope) => {
    const org = await scope.one<{ custom_columns: string[] }>(
      sql`select custom_columns from orgs where id = ${scope.orgId}`,
    )
    const custom = org?.custom_columns ?? []
    const pathOf = await readPaths(scope)
    const sheet = [Buffer.from(`${JSON.stringify({ name: '通讯录', widths })}\n`)]
    sheet.push(Buffer.from(`${JSON.stringify([...headingRow, ...custom])}\n`))
    let after: readonly [string, string] | null = null
    for (;;) {
      const rows: ExportRow[] = await readRows(scope, self, after)
      const last = rows.at(-1)
      if (!last) return Buffer.concat(sheet)
      after = [last.name, last.userid]
      const texts = rows.map((row) => JSON.stringify(cellsOf(row, custom, pathOf)))
      sheet.push(Buffer.from(`${texts.join('\n')}\n`))
      await breathe()
    }
  })
  return inCage('workbook-cage.child', { beside: import.meta.url, args: [], input: lines, limits })
}

const cellsOf = (
  row: ExportRow,
  custom: readonly string[],
  pathOf: ReadonlyMap<number, string>,
): string[] => [
  row.userid,
  row.places.map((deptId) => pathOf.get(deptId) ?? '').join(','),
  row.title,
  row.name,
  row.job_number,
  row.is_leader ? '是' : '否',
  row.phone,
  row.email,
  ...custom.map((column) => row.custom[column] ?? ''),
]

/** The path of every department as an import reads it; the root goes by the name of the org. */
async function readPaths(scope: OrgScope): Promise<Map<number, string>> {
  const rows = await scope.rows<{ dept_id: number; name: string; path: number[] }>(
    sql`select dept_id, name, path from departments where org_id = ${scope.orgId}`,
  )
  const nameOf = new Map(rows.map((row) => [row.dept_id, row.name]))
  const text = ({ name, path }: { name: string; path: number[] }) =>
    path.length === 1
      ? name
      : path
          .slice(1)
          .map((deptId) => nameOf.get(deptId) ?? '')
          .join('-')
  return new Map(rows.map((row) => [row.dept_id, text(row)]))
}

const readRows = (
  scope: OrgScope,
  self: Self,
  after: readonly [string, string] | null,
): Promise<ExportRow[]> =>
  scope.rows<ExportRow>(sql`
    select m.userid, m.title, m.name, m.job_number, m.phone, m.email, m.custom,
      coalesce(array_agg(md.dept_id order by md.sort, md.dept_id) filter (where md.dept_id is not null), '{}') as places,
      coalesce(bool_or(md.is_leader), false) as is_leader
    from (select * from members m where m.org_id = ${scope.orgId}
      and ${self.role === 'main' ? sql`true` : held(self)}
      ${after ? sql`and (m.name, m.userid) > (${after[0]}, ${after[1]})` : sql``}
      order by m.name, m.userid limit ${rowsAtOnce}) m
    left join member_departments md on md.org_id = m.org_id and md.userid = m.userid and ${ownPlace(self)}
    group by m.userid, m.title, m.name, m.job_number, m.phone, m.email, m.custom
    order by m.name, m.userid`)
