import { sql, type SQL } from 'drizzle-orm'
import { maskMobile } from '@kangbao/shared/identity/phone.ts'
import type { Role } from '../../contracts/accounts.ts'
import type { Member } from '../../contracts/directory.ts'
import { array, type OrgScope } from '../db/database.ts'
import type { Self } from '../http/context.ts'
import { rootDeptId } from './departments.ts'
import { literal } from './pinyin.ts'

export interface MemberRow {
  userid: string
  name: string
  phone: string
  email: string
  title: string
  jobNumber: string
  role: Role
  isActive: boolean
  custom: Record<string, string>
  departments: { deptId: number; name: string; isLeader: boolean }[]
  isManaged: boolean
  updatedAt: Date
}

/** Everybody a sub-admin holds: in his departments or below them (Z-07). */
export const held = (self: Self): SQL => sql`exists (
  select 1 from member_departments md join departments d on d.org_id = md.org_id and d.dept_id = md.dept_id
  where md.org_id = m.org_id and md.userid = m.userid and d.path && ${array(self.adminDepts)}::int[])`

const memberColumns = (self: Self): SQL => sql`
  m.userid, m.name, m.phone, m.email, m.title, m.job_number as "jobNumber", m.role, m.custom, m.updated_at as "updatedAt",
  (p.registered_at is not null) as "isActive",
  coalesce((
    select jsonb_agg(jsonb_build_object('deptId', d.dept_id, 'name', d.name, 'isLeader', md.is_leader) order by md.sort, d.dept_id)
    from member_departments md join departments d on d.org_id = md.org_id and d.dept_id = md.dept_id
    where md.org_id = m.org_id and md.userid = m.userid), '[]') as departments,
  (${self.role === 'main'} or (${self.role === 'sub'} and ${held(self)})) as "isManaged"`

export async function byUserid(scope: OrgScope, self: Self, userid: string): Promise<MemberRow | null> {
  return scope.one<MemberRow>(sql`
    select ${memberColumns(self)} from members m join persons p on p.id = m.person_id
    where m.org_id = ${scope.orgId} and m.userid = ${userid}`)
}

export interface MemberQuery {
  deptId?: number | undefined
  deep?: boolean | undefined
  managed?: boolean | undefined
  search?: string | undefined
  /** The row before: how well it fits, name, userid. */
  after: readonly [number, string, string] | null
  limit: number
}

export type FoundRow = MemberRow & { fit: number }

/** The page is found by index alone; everything else is read of its rows only. */
export async function page(scope: OrgScope, self: Self, query: MemberQuery): Promise<FoundRow[]> {
  const conditions = [sql`m.org_id = ${scope.orgId}`]
  // Everybody is in the root or below it.
  if (query.deptId !== undefined && !(query.deptId === rootDeptId && query.deep))
    conditions.push(inDepartment(query.deptId, query.deep ?? false))
  if (query.managed && self.role !== 'main') conditions.push(self.role === 'sub' ? held(self) : sql`false`)
  if (query.search) conditions.push(matches(query.search, self))
  const fit = query.search ? fitOf(query.search) : sql`0`
  const key = query.search ? sql`fit, name, userid` : sql`name, userid`
  if (query.after) {
    const after = query.search ? query.after : query.after.slice(1)
    conditions.push(
      sql`(${query.search ? sql`${fit}, ` : sql``}m.name, m.userid) > (${sql.join(
        after.map((part) => sql`${part}`),
        sql`, `,
      )})`,
    )
  }
  return scope.rows<FoundRow>(sql`
    with found as materialized (
      select m.userid, m.name, ${fit} as fit from members m
      where ${sql.join(conditions, sql` and `)} order by ${key} limit ${query.limit + 1})
    select ${memberColumns(self)}, found.fit
    from found join members m on m.org_id = ${scope.orgId} and m.userid = found.userid
    join persons p on p.id = m.person_id
    order by found.fit, found.name, found.userid`)
}

const inDepartment = (deptId: number, deep: boolean): SQL => sql`exists (
  select 1 from member_departments md join departments d on d.org_id = md.org_id and d.dept_id = md.dept_id
  where md.org_id = m.org_id and md.userid = m.userid
    and ${deep ? sql`d.path @> array[${deptId}::int]` : sql`d.dept_id = ${deptId}`})`

/** By name, spelling or initials; by a part of a phone only where the caller may read it, else by the whole number. */
function matches(search: string, self: Self): SQL {
  const like = `%${literal(search)}%`
  return sql`(m.name like ${like} or m.pinyin like ${like.toLowerCase()} or ${byPhone(search, self)})`
}

function byPhone(search: string, self: Self): SQL {
  if (!/^[\d+ -]+$/.test(search)) return sql`false`
  const digits = search.replace(/\s/g, '')
  const like = `%${literal(digits)}%`
  if (self.role === 'main') return sql`m.phone like ${like}`
  const mayRead =
    self.role === 'sub' ? sql`(m.userid = ${self.userid} or ${held(self)})` : sql`m.userid = ${self.userid}`
  return sql`(m.phone = ${digits} or (m.phone like ${like} and ${mayRead}))`
}

/** 0: the name, its spelling or its initials begin so, or it is the phone; 1: it stands somewhere inside. */
function fitOf(search: string): SQL {
  const start = `${literal(search)}%`
  const spelling = start.toLowerCase()
  return sql`(case when m.name like ${start} or m.pinyin like ${spelling} or m.pinyin like ${`% ${spelling}`}
    or m.phone = ${search.replace(/\s/g, '')} then 0 else 1 end)`
}

/** The phone is whole for oneself and for admins over the member. */
export function memberView(row: MemberRow, self: Self): Member {
  const { isManaged, updatedAt, ...member } = row
  const mayRead = isManaged || row.userid === self.userid
  return {
    ...member,
    phone: mayRead ? row.phone : maskMobile(row.phone),
    email: mayRead ? row.email : '',
    custom: mayRead ? row.custom : {},
    version: updatedAt.toISOString(),
  }
}
