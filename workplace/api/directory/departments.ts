import { sql } from 'drizzle-orm'
import type { Department, DepartmentOnTrail } from '../../contracts/directory.ts'
import { array, type OrgScope } from '../db/database.ts'
import { AppError, found } from '../errors.ts'
import { notifyOrg } from '../events/notify.ts'
import { requireDepartments } from '../http/access.ts'
import type { OrgCtx } from '../http/context.ts'
import { numberOf, readCursor, toPage } from '../http/page.ts'
import { ensureDepartmentChat } from '../messages/conversations.ts'
import { tellDepartment } from '../messages/tell.ts'
import { emitDepartments, emitMembers } from '../pushes/emit.ts'
import * as departments from './departments.repo.ts'
import { searchSpelling } from './pinyin.ts'

export const rootDeptId = 1

/** 1 to 64 characters without the separators of department paths. */
export const isDepartmentName = (name: string): boolean =>
  name.length >= 1 && name.length <= 64 && !/[-,，]/.test(name)

interface Page<Item> {
  items: Item[]
  next: string | null
}

export async function list(
  { scope, self }: OrgCtx,
  query: { parentId?: number; managed?: boolean; cursor?: string; limit?: number },
): Promise<Page<Department>> {
  const limit = query.limit ?? 200
  const key = readCursor(query.cursor, 2)
  const after = key && ([numberOf(key[0]), numberOf(key[1])] as const)
  const managedBy = query.managed ? self : null
  const rows = await departments.page(scope, { parentId: query.parentId, managedBy, after, limit })
  return toPage(rows, limit, { item: (row) => row, key: (row) => [String(row.order), String(row.deptId)] })
}

export const get = async ({ scope }: OrgCtx, deptId: number): Promise<DepartmentOnTrail> =>
  found(await departments.onTrail(scope, deptId))

export const lookUp = async (
  { scope }: OrgCtx,
  deptIds: readonly number[],
): Promise<{ items: Department[] }> => ({
  items: await departments.byIds(scope, deptIds),
})

export async function search(
  { scope }: OrgCtx,
  query: { search: string; cursor?: string; limit?: number },
): Promise<Page<DepartmentOnTrail>> {
  const limit = query.limit ?? 20
  const key = readCursor(query.cursor, 2)
  const after = key && ([key[0] ?? '', numberOf(key[1])] as const)
  const rows = await departments.search(scope, { search: query.search.trim(), after, limit })
  return toPage(rows, limit, { item: (row) => row, key: (row) => [row.name, String(row.deptId)] })
}

export interface NewDepartment {
  name: string
  parentId: number
  order?: number
  makeChat?: boolean
}

export async function create(ctx: OrgCtx, given: NewDepartment): Promise<Department> {
  const { scope, deps } = ctx
  const name = nameOrRefuse(given.name)
  await requireDepartments(scope, ctx.self, [given.parentId])
  const parent = found(
    await scope.one<{ path: number[] }>(
      sql`select path from departments where org_id = ${scope.orgId} and dept_id = ${given.parentId}`,
    ),
  )
  const [deptId] = await takeDeptIds(scope, 1)
  await scope.run(sql`insert into departments (org_id, dept_id, parent_id, name, pinyin, sort, path)
    values (${scope.orgId}, ${deptId}, ${given.parentId}, ${name}, ${searchSpelling(name)}, ${given.order ?? deptId},
      ${array([...parent.path, deptId])}::int[])`)
  if (given.makeChat) await ensureDepartmentChat(ctx, Number(deptId))
  await emitDepartments(scope, deps, { deptIds: [Number(deptId)], action: 'org_dept_create' })
  await notifyOrg(scope, { type: 'directory', orgId: scope.orgId }, 'admins')
  return found(await departments.byId(scope, Number(deptId)))
}

/** Numbers for new departments, never given twice. */
export async function takeDeptIds(scope: OrgScope, count: number): Promise<number[]> {
  const row = await scope.one<{ next: number }>(
    sql`update orgs set next_dept_id = next_dept_id + ${count} where id = ${scope.orgId} returning next_dept_id as next`,
  )
  const first = found(row).next - count
  return Array.from({ length: count }, (_, index) => first + index)
}

export async function change(
  ctx: OrgCtx,
  deptId: number,
  given: Partial<NewDepartment> & { version?: number },
): Promise<Department> {
  const { scope, deps } = ctx
  await requireDepartments(scope, ctx.self, [deptId])
  await scope.run(
    sql`select 1 from departments where org_id = ${scope.orgId} and dept_id = ${deptId} for update`,
  )
  const before = found(await departments.byId(scope, deptId))
  if (given.version !== undefined && given.version !== before.version) throw new AppError('directory.changed')
  if (deptId === rootDeptId && given.parentId !== undefined) throw new AppError('department.root')
  const name = given.name === undefined ? before.name : nameOrRefuse(given.name)
  await scope.run(sql`update departments set name = ${name}, pinyin = ${searchSpelling(name)}, sort = ${given.order ?? before.order}, version = version + 1
    where org_id = ${scope.orgId} and dept_id = ${deptId}`)
  if (given.parentId !== undefined && given.parentId !== before.parentId)
    await move(ctx, deptId, given.parentId)
  if (given.makeChat) await ensureDepartmentChat(ctx, deptId)
  if (given.makeChat || (before.hasChat && name !== before.name)) await tellDepartment(scope, deptId)
  await emitDepartments(scope, deps, { deptIds: [deptId], action: 'org_dept_modify' })
  await notifyOrg(scope, { type: 'directory', orgId: scope.orgId }, 'admins')
  return found(await departments.byId(scope, deptId))
}

/** Hangs a department, with everything below it, under another parent. */
async function move(ctx: OrgCtx, deptId: number, parentId: number): Promise<void> {
  const { scope } = ctx
  await requireDepartments(scope, ctx.self, [parentId])
  const parent = found(
    await scope.one<{ path: number[] }>(
      sql`select path from departments where org_id = ${scope.orgId} and dept_id = ${parentId}`,
    ),
  )
  if (parent.path.includes(deptId)) throw new AppError('department.loop')
  await scope.run(
    sql`update departments set parent_id = ${parentId} where org_id = ${scope.orgId} and dept_id = ${deptId}`,
  )
  await scope.run(sql`update departments
    set path = ${array(parent.path)}::int[] || path[array_position(path, ${deptId}):]
    where org_id = ${scope.orgId} and path @> array[${deptId}::int]`)
  // A scope of some departments may have gained or lost these people.
  const people = await scope.rows<{ userid: string }>(sql`
    select distinct md.userid from member_departments md
    join departments d on d.org_id = md.org_id and d.dept_id = md.dept_id
    where md.org_id = ${scope.orgId} and d.path @> array[${deptId}::int]`)
  await emitMembers(scope, ctx.deps, { userids: people.map((row) => row.userid), action: 'user_dept_change' })
}

export async function remove(ctx: OrgCtx, deptId: number): Promise<{ done: true }> {
  const { scope, deps } = ctx
  if (deptId === rootDeptId) throw new AppError('department.root')
  await requireDepartments(scope, ctx.self, [deptId])
  found(await departments.byId(scope, deptId))
  await emitDepartments(scope, deps, { deptIds: [deptId], action: 'org_dept_remove' })
  await scope.run(
    sql`delete from conversations where org_id = ${scope.orgId} and kind = 'department' and dept_id = ${deptId}`,
  )
  await scope.run(sql`delete from departments where org_id = ${scope.orgId} and dept_id = ${deptId}`)
  await notifyOrg(scope, { type: 'directory', orgId: scope.orgId }, 'admins')
  return { done: true }
}

function nameOrRefuse(text: string): string {
  const name = text.trim()
  if (!isDepartmentName(name)) throw new AppError('department.name-invalid')
  return name
}
