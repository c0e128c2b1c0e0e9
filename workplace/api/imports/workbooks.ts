import { sql } from 'drizzle-orm'
import { array } from '../db/database.ts'
import type { OrgCtx } from '../http/context.ts'
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

interface ExportRow {
  userid: string
  departments: string | null
  title: string
  name: string
  job_number: string
  is_leader: boolean | null
  phone: string
  email: string
  custom: Record<string, string>
}

/** The directory under the template's headings; a sub-admin gets the departments he holds (Z-07). */
export async function exportDirectory({ scope, self }: OrgCtx): Promise<Buffer> {
  const org = await scope.one<{ custom_columns: string[] }>(
    sql`select custom_columns from orgs where id = ${scope.orgId}`,
  )
  const custom = org?.custom_columns ?? []
  const rows = await scope.rows<ExportRow>(sql`
    with paths as (
      select d.dept_id, d.path,
        coalesce(string_agg(up.name, '-' order by array_position(d.path, up.dept_id)) filter (where up.dept_id <> 1),
          min(d.name)) as text
      from departments d join departments up on up.org_id = d.org_id and up.dept_id = any(d.path)
      where d.org_id = ${scope.orgId} group by d.dept_id, d.path)
    select m.userid, m.title, m.name, m.job_number, m.phone, m.email, m.custom,
      string_agg(paths.text, ',' order by md.sort) as departments, bool_or(md.is_leader) as is_leader
    from members m
    left join member_departments md on md.org_id = m.org_id and md.userid = m.userid
    left join paths on paths.dept_id = md.dept_id
    where m.org_id = ${scope.orgId}
    group by m.org_id, m.userid
    having ${self.role === 'main'} or bool_or(paths.path && ${array(self.adminDepts)}::int[])
    order by m.name, m.userid`)
  const lines = rows.map((row) => [
    row.userid,
    row.departments ?? '',
    row.title,
    row.name,
    row.job_number,
    row.is_leader ? '是' : '否',
    row.phone,
    row.email,
    ...custom.map((column) => row.custom[column] ?? ''),
  ])
  return writeSheet('通讯录', [[...headingRow, ...custom], ...lines], { widths })
}
