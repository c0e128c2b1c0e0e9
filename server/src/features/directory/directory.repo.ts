import { sql } from 'drizzle-orm'
import type { OrgScope } from '../../db/database.ts'

export interface Person {
  readonly memberId: string
  readonly userId: string
  readonly name: string
  readonly departmentId: number
}

export interface Head {
  readonly departmentId: number
  readonly memberId: string
  readonly userId: string
}

/** Lists go to the database as one array parameter, however long they are. */
function list<T>(values: readonly T[]) {
  return sql.param([...values])
}

export async function departmentNames(
  { tx, orgId }: OrgScope,
  ids: readonly number[],
): Promise<Map<number, string>> {
  const { rows } = await tx.execute<{ id: string; name: string }>(sql`
    select department_id as id, name from departments
    where org_id = ${orgId} and department_id = any(${list(ids)}::bigint[])`)
  return new Map(rows.map(({ id, name }) => [Number(id), name]))
}

/** Present heads of exactly these departments. */
export async function headsOf({ tx, orgId }: OrgScope, departmentIds: readonly number[]): Promise<Head[]> {
  const { rows } = await tx.execute<{ department_id: string; member_id: string; user_id: string }>(sql`
    select d.department_id, d.member_id, m.user_id
    from member_departments d
    join members m on m.org_id = d.org_id and m.id = d.member_id and m.left_at is null
    where d.org_id = ${orgId} and d.valid_to is null and d.is_head
      and d.department_id = any(${list(departmentIds)}::bigint[])
    order by d.department_id, m.user_id`)
  return rows.map((row) => ({
    departmentId: Number(row.department_id),
    memberId: row.member_id,
    userId: row.user_id,
  }))
}

/** The org's main admins. */
export async function adminsOf({ tx, orgId }: OrgScope): Promise<{ memberId: string; userId: string }[]> {
  const { rows } = await tx.execute<{ id: string; user_id: string }>(sql`
    select id, user_id from members
    where org_id = ${orgId} and left_at is null and role = 'main-admin' order by user_id`)
  return rows.map((row) => ({ memberId: row.id, userId: row.user_id }))
}

/** Main admins, and the sub-admins who manage the department or one above it. */
export async function adminsOver(
  { tx, orgId }: OrgScope,
  departmentId: number,
): Promise<{ memberId: string; userId: string }[]> {
  const { rows } = await tx.execute<{ id: string; user_id: string }>(sql`
    select id, user_id from members
    where org_id = ${orgId} and left_at is null and (role = 'main-admin' or (role = 'sub-admin'
      and manages && (select path from departments where org_id = ${orgId} and department_id = ${departmentId})))
    order by user_id`)
  return rows.map((row) => ({ memberId: row.id, userId: row.user_id }))
}

export async function membersByUserIds(
  { tx, orgId }: OrgScope,
  userIds: readonly string[],
): Promise<Person[]> {
  const { rows } = await tx.execute<PersonRow>(sql`
    select id, user_id, name, department_id from members
    where org_id = ${orgId} and left_at is null and user_id = any(${list(userIds)}::text[])`)
  return rows.map(asPerson)
}

/** Those who left included: history names them. */
export async function peopleByIds(
  { tx, orgId }: OrgScope,
  memberIds: readonly string[],
): Promise<Map<string, Person>> {
  const { rows } = await tx.execute<PersonRow>(sql`
    select id, user_id, name, department_id from members
    where org_id = ${orgId} and id = any(${list(memberIds)}::uuid[])`)
  return new Map(rows.map((row) => [row.id, asPerson(row)]))
}

/** These departments and everything below them, as they stand now. */
export async function subtree({ tx, orgId }: OrgScope, departmentIds: readonly number[]): Promise<number[]> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select department_id as id from departments
    where org_id = ${orgId} and removed_at is null and path && ${list(departmentIds)}::bigint[]
    order by department_id`)
  return rows.map(({ id }) => Number(id))
}

export async function managedBy({ tx, orgId }: OrgScope, memberId: string): Promise<number[]> {
  const { rows } = await tx.execute<{ manages: string[] }>(sql`
    select manages from members where org_id = ${orgId} and id = ${memberId} and left_at is null`)
  return (rows[0]?.manages ?? []).map(Number)
}

interface PersonRow extends Record<string, unknown> {
  readonly id: string
  readonly user_id: string
  readonly name: string
  readonly department_id: string
}

function asPerson(row: PersonRow): Person {
  return {
    memberId: row.id,
    userId: row.user_id,
    name: row.name,
    departmentId: Number(row.department_id),
  }
}
