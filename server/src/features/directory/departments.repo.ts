import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { OrgScope } from '../../db/database.ts'

export interface PlacedDepartment {
  readonly id: number
  readonly parentId: number | null
  readonly name: string
  readonly order: number
  /** From the root to this department, itself included. */
  readonly path: readonly number[]
}

/** Writes departments as the platform has them now. `runId` marks them as seen by a full sync. */
export async function saveDepartments(
  { tx, orgId }: OrgScope,
  departments: readonly PlacedDepartment[],
  runId: string | null,
): Promise<void> {
  await tx.execute(sql`
    insert into departments (org_id, department_id, parent_id, name, path, sort_order, last_sync)
    select ${orgId}::uuid, d.id, d."parentId", d.name, d.path, d."order", ${runId}::uuid
    from jsonb_to_recordset(${JSON.stringify(departments)}::jsonb)
      as d(id bigint, "parentId" bigint, name text, path bigint[], "order" bigint)
    on conflict (org_id, department_id) do update set
      parent_id = excluded.parent_id, name = excluded.name, path = excluded.path, sort_order = excluded.sort_order,
      removed_at = null, last_sync = coalesce(excluded.last_sync, departments.last_sync)`)
}

/** Ends the departments a finished sync has not seen. The root stays: it is the org itself. */
export async function endUnseenDepartments(
  { tx, orgId }: OrgScope,
  runId: string,
  now: EpochMs,
): Promise<void> {
  await tx.execute(sql`
    update departments set removed_at = ${new Date(now).toISOString()}
    where org_id = ${orgId} and removed_at is null and department_id <> 1 and last_sync is distinct from ${runId}::uuid`)
}

/** Ends a department and all below it; returns which. */
export async function endSubtree({ tx, orgId }: OrgScope, id: number, now: EpochMs): Promise<number[]> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    update departments set removed_at = ${new Date(now).toISOString()}
    where org_id = ${orgId} and removed_at is null and path @> array[${id}::bigint] and department_id <> 1
    returning department_id as id`)
  return rows.map((row) => Number(row.id))
}

/** Path of a department that is there; null when it is not. */
export async function pathOf({ tx, orgId }: OrgScope, id: number): Promise<number[] | null> {
  const { rows } = await tx.execute<{ path: string[] }>(sql`
    select path from departments where org_id = ${orgId} and department_id = ${id} and removed_at is null`)
  return rows[0]?.path.map(Number) ?? null
}

/** Which of these are not here (or not any more). */
export async function unknownOf({ tx, orgId }: OrgScope, ids: readonly number[]): Promise<number[]> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select given.id from unnest(${sql.param([...ids])}::bigint[]) as given(id)
    where not exists (select 1 from departments d
      where d.org_id = ${orgId} and d.department_id = given.id and d.removed_at is null)`)
  return rows.map((row) => Number(row.id))
}

/** After a department moved: its descendants' paths follow. `path` is its new one. */
export async function moveSubtree(
  { tx, orgId }: OrgScope,
  id: number,
  path: readonly number[],
): Promise<void> {
  await tx.execute(sql`
    update departments
    set path = ${sql.param([...path])}::bigint[] || path[array_position(path, ${id}::bigint) + 1 :]
    where org_id = ${orgId} and department_id <> ${id} and path @> array[${id}::bigint]`)
}

/** Present members with a place in any of these departments. */
export async function userIdsIn({ tx, orgId }: OrgScope, ids: readonly number[]): Promise<string[]> {
  const { rows } = await tx.execute<{ user_id: string }>(sql`
    select distinct m.user_id from member_departments d
    join members m on m.org_id = d.org_id and m.id = d.member_id and m.left_at is null
    where d.org_id = ${orgId} and d.valid_to is null and d.department_id = any(${sql.param([...ids])}::bigint[])`)
  return rows.map((row) => row.user_id)
}

export interface DepartmentRow {
  readonly id: number
  readonly parentId: number | null
  readonly name: string
  readonly members: number
  readonly hasChildren: boolean
}

/**
 * Departments with the number of people at or below each. `parentId` null: the tops of what the caller sees.
 * @param visible departments the caller may see, or all.
 */
export async function listDepartments(
  { tx, orgId }: OrgScope,
  { parentId, visible }: { parentId: number | null; visible: readonly number[] | 'all' },
): Promise<DepartmentRow[]> {
  const seen =
    visible === 'all' ? sql`true` : sql`d.department_id = any(${sql.param([...visible])}::bigint[])`
  const isTop =
    visible === 'all'
      ? sql`d.parent_id is null`
      : sql`not d.parent_id = any(${sql.param([...visible])}::bigint[])`
  const { rows } = await tx.execute<{
    id: string
    parent_id: string | null
    name: string
    members: number
    has_children: boolean
  }>(sql`
    select d.department_id as id, d.parent_id, d.name,
      (select count(distinct md.member_id)::int from departments below
        join member_departments md on md.org_id = below.org_id and md.department_id = below.department_id
          and md.valid_to is null
        where below.org_id = d.org_id and below.removed_at is null and below.path @> array[d.department_id]) as members,
      exists (select 1 from departments child where child.org_id = d.org_id and child.parent_id = d.department_id
        and child.removed_at is null) as has_children
    from departments d
    where d.org_id = ${orgId} and d.removed_at is null and ${seen}
      and ${parentId === null ? isTop : sql`d.parent_id = ${parentId}`}
    order by d.sort_order, d.department_id`)
  return rows.map((row) => ({
    id: Number(row.id),
    parentId: row.parent_id === null ? null : Number(row.parent_id),
    name: row.name,
    members: row.members,
    hasChildren: row.has_children,
  }))
}
