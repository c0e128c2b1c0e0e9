import { sql } from 'drizzle-orm'
import type { Role } from '../../contracts/accounts.ts'
import { array, type OrgScope } from '../db/database.ts'
import type { Deps } from '../deps.ts'
import { memberLimit } from '../directory/enrol.ts'
import type { Self } from '../http/context.ts'
import type { ReadRow, RowProblem } from './check.ts'
import type { Columns, KnownColumn } from './columns.ts'

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
  role: Role
  /** Where the admin may see and change it. */
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

/**
 * Compares a file with the directory, some rows at a time in the order of the file: what is new, changed, unchanged,
 * impossible. Only the members those rows may mean are read, so that a large directory costs no memory.
 */
export class Judge {
  readonly #newPaths = new Set<string>()
  readonly #meant = new Set<string>()
  private constructor(
    private readonly scope: OrgScope,
    private readonly self: Self,
    private readonly columns: Columns,
    private readonly tree: DepartmentTree,
    /** How many more people the org may hold (Z-05). */
    private room: number,
  ) {}

  static async open(scope: OrgScope, given: { deps: Deps; self: Self; columns: Columns }): Promise<Judge> {
    const present = await scope.one<{ people: number }>(
      sql`select count(*) as people from members where org_id = ${scope.orgId}`,
    )
    const room = (await memberLimit(scope, given.deps)) - (present?.people ?? 0)
    return new Judge(scope, given.self, given.columns, await DepartmentTree.read(scope), room)
  }

  get newDepartments(): number {
    return this.#newPaths.size
  }

  async judge(rows: readonly ReadRow[]): Promise<JudgedRow[]> {
    const existing = await readExisting(this.scope, this.self, rows)
    const byUserid = new Map(existing.map((member) => [member.userid, member]))
    const byPhone = new Map(existing.map((member) => [member.phone, member]))
    return rows.map((row) => {
      const before = (row.userid && byUserid.get(row.userid)) || byPhone.get(row.phone) || null
      this.#refuse(row, before, byPhone.get(row.phone))
      const isNew = before === null && row.problems.length === 0
      // The rows that no longer fit are told, in the order of the file (Z-05).
      if (isNew && (this.room -= 1) < 0) this.#tell(row, 'name', { value: row.name, reason: 'org.full' })
      if (row.problems.length === 0) this.#note(row)
      const verdict =
        row.problems.length > 0 ? 'invalid' : before ? difference(row, before, this.by) : 'created'
      return { ...row, verdict, existing: before?.userid ?? null }
    })
  }

  #refuse(row: ReadRow, before: Existing | null, holder: Existing | undefined): void {
    const { self, tree } = this
    if (before && holder && holder !== before)
      this.#tell(row, 'phone', { value: row.phone, reason: 'phone.taken' })
    if (before && this.#meant.has(before.userid))
      this.#tell(row, 'name', { value: row.name, reason: 'member.twice' })
    if (before) this.#meant.add(before.userid)
    if (before && before.role !== 'none' && self.role !== 'main' && before.userid !== self.userid)
      this.#tell(row, 'name', { value: row.name, reason: 'member.is-admin' })
    if (self.role === 'sub' && !mayPlace(row, before, { tree, self })) {
      const value = row.departments.map((path) => path.join('-')).join(',')
      this.#tell(row, 'departments', { value, reason: 'department.outside' })
    }
  }

  #tell(row: ReadRow, column: KnownColumn, problem: Omit<RowProblem, 'column'>): void {
    row.problems.push({ column: this.columns.known[column]?.heading ?? column, ...problem })
  }

  #note(row: ReadRow): void {
    for (const path of row.departments)
      for (let depth = 1; depth <= path.length; depth += 1)
        if (!this.tree.find(path.slice(0, depth))) this.#newPaths.add(path.slice(0, depth).join('-'))
  }

  /** What a row is compared by. */
  get by(): { tree: DepartmentTree; columns: Columns } {
    return { tree: this.tree, columns: this.columns }
  }
}

/** The members the rows may mean: by staff id or by phone. */
const readExisting = (scope: OrgScope, self: Self, rows: readonly ReadRow[]): Promise<Existing[]> =>
  scope.rows<Existing>(sql`
    select m.userid, m.name, m.phone, m.title, m.job_number, m.email, m.custom,
      m.role, coalesce(array_agg(md.dept_id order by md.dept_id) filter (where md.dept_id is not null
        and (${self.role === 'main'} or d.path && ${array(self.adminDepts)}::int[])), '{}') as depts,
      coalesce(bool_or(md.is_leader), false) as is_leader,
      coalesce(bool_or(d.path && ${array(self.adminDepts)}::int[]), false) as is_managed
    from members m
    left join member_departments md on md.org_id = m.org_id and md.userid = m.userid
    left join departments d on d.org_id = md.org_id and d.dept_id = md.dept_id
    where m.org_id = ${scope.orgId} and (m.userid = any(${array(rows.map((row) => row.userid))}::text[])
      or m.phone = any(${array(rows.map((row) => row.phone))}::text[]))
    group by m.org_id, m.userid`)

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
