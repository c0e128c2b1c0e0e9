import { sql, type SQL } from 'drizzle-orm'
import type { Department, DepartmentOnTrail } from '../../contracts/directory.ts'
import { array, type OrgScope } from '../db/database.ts'
import type { Self } from '../http/context.ts'
import { literal, searchSpelling } from './pinyin.ts'

/** Which departments to read, in which order; `limit` and `order` make a page of them. */
interface Choice {
  where: SQL
  order: SQL
  limit: number
}

/**
 * Departments with the number of people in and below each. Everybody counts once in every department above him: the
 * counts of places are added up, and whoever has several places below one department is taken off again. So an org of
 * 50 000 is counted by two passes over an index, without a sort of everybody under everything.
 */
const rowsOf = (orgId: string, { where, order, limit }: Choice): SQL => sql`
  with shown as (
    select * from departments d where d.org_id = ${orgId} and ${where} order by ${order} limit ${limit}),
  places as (
    select d.dept_id, up.dept_id as above from departments d cross join unnest(d.path) as up (dept_id)
    where d.org_id = ${orgId} and up.dept_id in (select dept_id from shown)),
  direct as (
    select dept_id, count(*) as people from member_departments where org_id = ${orgId} group by dept_id),
  several as (
    select userid from member_departments where org_id = ${orgId} group by userid having count(*) > 1),
  twice as (
    select p.above, md.userid, count(*) - 1 as people from several s
    join member_departments md on md.org_id = ${orgId} and md.userid = s.userid
    join places p on p.dept_id = md.dept_id group by p.above, md.userid),
  counts as (
    select above, sum(people)::int as people from (
      select p.above, direct.people from places p join direct on direct.dept_id = p.dept_id
      union all select above, -people from twice) as added group by above)
  select d.dept_id as "deptId", d.name, d.parent_id as "parentId", d.sort as "order", d.has_chat as "hasChat", d.version,
    coalesce(counts.people, 0) as "memberCount",
    exists (select 1 from departments c where c.org_id = ${orgId} and c.parent_id = d.dept_id) as "hasChildren",
    d.path
  from shown d left join counts on counts.above = d.dept_id order by ${order}`

type Row = Department & { path: number[] }

const plain = ({ path: _path, ...department }: Row): Department => department

export async function byId(scope: OrgScope, deptId: number): Promise<Department | null> {
  const [row] = await scope.rows<Row>(rowsOf(scope.orgId, one(deptId)))
  return row ? plain(row) : null
}

const one = (deptId: number): Choice => ({
  where: sql`d.dept_id = ${deptId}`,
  order: sql`d.dept_id`,
  limit: 1,
})

export async function byIds(scope: OrgScope, deptIds: readonly number[]): Promise<Department[]> {
  const where = sql`d.dept_id = any(${array(deptIds)}::int[])`
  const choice = { where, order: sql`d.sort, d.dept_id`, limit: deptIds.length }
  return (await scope.rows<Row>(rowsOf(scope.orgId, choice))).map(plain)
}

export async function onTrail(scope: OrgScope, deptId: number): Promise<DepartmentOnTrail | null> {
  const [row] = await withTrails(scope, await scope.rows<Row>(rowsOf(scope.orgId, one(deptId))))
  return row ?? null
}

export interface DepartmentQuery {
  /** Those directly below; all when left out. */
  parentId?: number | undefined
  managedBy: Self | null
  after: readonly [number, number] | null
  limit: number
}

/** In the order the admin gave them; one more than asked for. */
export async function page(scope: OrgScope, query: DepartmentQuery): Promise<Department[]> {
  const conditions = [query.managedBy ? managed(query.managedBy, query.parentId) : sql`true`]
  if (query.parentId !== undefined) conditions.push(sql`d.parent_id = ${query.parentId}`)
  if (query.after) conditions.push(sql`(d.sort, d.dept_id) > (${query.after[0]}, ${query.after[1]})`)
  const where = sql.join(conditions, sql` and `)
  const choice = { where, order: sql`d.sort, d.dept_id`, limit: query.limit + 1 }
  return (await scope.rows<Row>(rowsOf(scope.orgId, choice))).map(plain)
}

/** Z-07: what an admin holds and everything below it; with no parent named, what hangs from nothing he holds. */
function managed({ role, adminDepts }: Self, parentId: number | undefined): SQL {
  if (role === 'none') return sql`false`
  if (role === 'main') return parentId === undefined ? sql`d.parent_id is null` : sql`true`
  const held = sql`${array(adminDepts)}::int[]`
  const top = sql`(d.dept_id = any(${held}) and not d.path[:cardinality(d.path) - 1] && ${held})`
  return parentId === undefined ? top : sql`d.path && ${held}`
}

/** By name, spelling or initials, but for the root; one more than asked for. */
export async function search(
  scope: OrgScope,
  query: { search: string; after: readonly [string, number] | null; limit: number },
): Promise<DepartmentOnTrail[]> {
  await spellOldNames(scope)
  const like = `%${literal(query.search)}%`
  const after = query.after ? sql`(d.name, d.dept_id) > (${query.after[0]}, ${query.after[1]})` : sql`true`
  const where = sql`d.parent_id is not null and (d.name ilike ${like} or d.pinyin like ${like.toLowerCase()}) and ${after}`
  const choice = { where, order: sql`d.name, d.dept_id`, limit: query.limit + 1 }
  return withTrails(scope, await scope.rows<Row>(rowsOf(scope.orgId, choice)))
}

async function withTrails(scope: OrgScope, rows: readonly Row[]): Promise<DepartmentOnTrail[]> {
  const ids = [...new Set(rows.flatMap(({ path }) => path))]
  const names = await scope.rows<{ deptId: number; name: string }>(sql`
    select dept_id as "deptId", name from departments
    where org_id = ${scope.orgId} and dept_id = any(${array(ids)}::int[])`)
  const nameOf = new Map(names.map(({ deptId, name }) => [deptId, name]))
  return rows.map((row) => ({
    ...plain(row),
    trail: row.path.map((deptId) => ({ deptId, name: nameOf.get(deptId) ?? '' })),
  }))
}

/** Departments made before spellings were kept get theirs, once. */
async function spellOldNames(scope: OrgScope): Promise<void> {
  const rows = await scope.rows<{ dept_id: number; name: string }>(sql`
    select dept_id, name from departments where org_id = ${scope.orgId} and pinyin = '' limit 5000`)
  if (rows.length === 0) return
  await scope.run(sql`
    update departments d set pinyin = t.pinyin
    from unnest(${array(rows.map((row) => row.dept_id))}::int[],
      ${array(rows.map((row) => searchSpelling(row.name)))}::text[]) as t (dept_id, pinyin)
    where d.org_id = ${scope.orgId} and d.dept_id = t.dept_id`)
}
