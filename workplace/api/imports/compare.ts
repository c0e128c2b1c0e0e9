import { sql } from 'drizzle-orm'
import { array, type OrgScope } from '../db/database.ts'
import type { Deps } from '../deps.ts'
import { memberLimit } from '../directory/enrol.ts'
import type { Self } from '../http/context.ts'
import type { ReadRow } from './check.ts'
import type { Columns } from './columns.ts'

export type Verdict = 'created' | 'changed' | 'unchanged' | 'invalid'

/** A read row with what it would do to the directory. */
export interface JudgedRow extends ReadRow {
  verdict: Verdict
  /** The member it overwrites, by staff id or else by phone. */
  existing: string | null
}

interface Existing {
  userid: string
  name: string
  phone: string
  title: string
  job_number: string
  email: string
  custom: Record<string, string>
  depts: number[]
  is_leader: boolean
  is_managed: boolean
}

/** The department tree by path text. */
export class DepartmentTree {
  readonly #idByPath = new Map<string, { deptId: number; path: number[] }>()
  static async read(scope: OrgScope): Promise<DepartmentTree> {
    const tree = new DepartmentTree()
    const rows = await scope.rows<{
      dept_id: number
      parent_id: number | null
      name: string
      path: number[]
    }>(sql`
      select dept_id, parent_id, name, path from departments where org_id = ${scope.orgId}`)
    const nameById = new Map(rows.map((row) => [row.dept_id, row.name]))
    for (const { dept_id: deptId, path } of rows)
      tree.add(
        path.slice(1).map((id) => nameById.get(id) ?? ''),
        { deptId, path },
      )
    return tree
  }
  add(names: readonly string[], department: { deptId: number; path: number[] }): void {
    this.#idByPath.set(names.join('-'), department)
  }
  find(names: readonly string[]): { deptId: number; path: number[] } | undefined {
    return this.#idByPath.get(names.join('-'))
  }
  /** The lowest department of the path that is there already; at least the root. */
  nearest(names: readonly string[]): { deptId: number; path: number[] } {
    for (let depth = names.length; depth > 0; depth -= 1) {
      const department = this.find(names.slice(0, depth))
      if (department) return department
    }
    return this.find([]) ?? { deptId: 1, path: [1] }
  }
}

export interface Comparison {
  rows: JudgedRow[]
  newDepartments: number
  isCertified: boolean
}

/** Compares the whole file with the directory: what is new, changed, unchanged, impossible. */
export async function compare(
  scope: OrgScope,
  given: { deps: Deps; self: Self; rows: readonly ReadRow[]; columns: Columns },
): Promise<Comparison> {
  const { self, columns } = given
  const existing = await readExisting(scope, self)
  const byUserid = new Map(existing.map((member) => [member.userid, member]))
  const byPhone = new Map(existing.map((member) => [member.phone, member]))
  const tree = await DepartmentTree.read(scope)
  const heading = (column: 'phone' | 'departments' | 'name') => columns.known[column]?.heading ?? column

  const judged = given.rows.map((row): JudgedRow => {
    const before = (row.userid && byUserid.get(row.userid)) || byPhone.get(row.phone) || null
    const holder = byPhone.get(row.phone)
    if (before && holder && holder !== before)
      row.problems.push({ column: heading('phone'), value: row.phone, reason: 'phone.taken' })
    if (self.role === 'sub' && !mayPlace(row, before, { tree, self }))
      row.problems.push({
        column: heading('departments'),
        value: row.departments.map((path) => path.join('-')).join(','),
        reason: 'department.outside',
      })
    const verdict =
      row.problems.length > 0 ? 'invalid' : before ? difference(row, before, { tree, columns }) : 'created'
    return { ...row, verdict, existing: before?.userid ?? null }
  })
  await refuseBeyondLimit(scope, given.deps, {
    judged,
    present: await countMembers(scope),
    heading: heading('name'),
  })

  const newPaths = new Set<string>()
  for (const row of judged)
    if (row.verdict !== 'invalid')
      for (const path of row.departments)
        for (let depth = 1; depth <= path.length; depth += 1)
          if (!tree.find(path.slice(0, depth))) newPaths.add(path.slice(0, depth).join('-'))
  const org = await scope.one<{ certification: string }>(
    sql`select certification from orgs where id = ${scope.orgId}`,
  )
  return { rows: judged, newDepartments: newPaths.size, isCertified: org?.certification === 'approved' }
}

const readExisting = (scope: OrgScope, self: Self): Promise<Existing[]> =>
  scope.rows<Existing>(sql`
    select m.userid, m.name, m.phone, m.title, m.job_number, m.email, m.custom,
      coalesce(array_agg(md.dept_id order by md.dept_id) filter (where md.dept_id is not null), '{}') as depts,
      coalesce(bool_or(md.is_leader), false) as is_leader,
      coalesce(bool_or(d.path && ${array(self.adminDepts)}::int[]), false) as is_managed
    from members m
    left join member_departments md on md.org_id = m.org_id and md.userid = m.userid
    left join departments d on d.org_id = md.org_id and d.dept_id = md.dept_id
    where m.org_id = ${scope.orgId} group by m.org_id, m.userid`)

async function countMembers(scope: OrgScope): Promise<number> {
  const row = await scope.one<{ people: number }>(
    sql`select count(*) as people from members where org_id = ${scope.orgId}`,
  )
  return row?.people ?? 0
}

/** Z-07: a sub-admin places people only in, and overwrites only people of, the departments he holds. */
function mayPlace(
  row: ReadRow,
  before: Existing | null,
  { tree, self }: { tree: DepartmentTree; self: Self },
): boolean {
  if (before && !before.is_managed) return false
  return row.departments.every((path) =>
    tree.nearest(path).path.some((deptId) => self.adminDepts.includes(deptId)),
  )
}

function difference(
  row: ReadRow,
  before: Existing,
  { tree, columns }: { tree: DepartmentTree; columns: Columns },
): Verdict {
  const depts = row.departments.map((path) => tree.find(path)?.deptId ?? 0).sort((a, b) => a - b)
  const { known } = columns
  const isSame =
    row.name === before.name &&
    row.phone === before.phone &&
    depts.join() === before.depts.join() &&
    (!known.title || row.title === before.title) &&
    (!known.jobNumber || row.jobNumber === before.job_number) &&
    (!known.email || row.email === before.email) &&
    (!known.isLeader || row.isLeader === before.is_leader) &&
    columns.custom.every(({ heading }) => (row.custom[heading] ?? '') === (before.custom[heading] ?? ''))
  return isSame ? 'unchanged' : 'changed'
}

/** Z-05: the rows that no longer fit are told, in the order of the file. */
async function refuseBeyondLimit(
  scope: OrgScope,
  deps: Deps,
  given: { judged: JudgedRow[]; present: number; heading: string },
): Promise<void> {
  let room = (await memberLimit(scope, deps)) - given.present
  for (const row of given.judged) {
    if (row.verdict !== 'created') continue
    room -= 1
    if (room >= 0) continue
    row.problems.push({ column: given.heading, value: row.name, reason: 'org.full' })
    row.verdict = 'invalid'
  }
}
