import { sql, type SQL } from 'drizzle-orm'
import type { Role } from '../../contracts/accounts.ts'
import type { Member } from '../../contracts/directory.ts'
import { maskPhone } from '../accounts/phone.ts'
import { array, type OrgScope } from '../db/database.ts'
import type { Self } from '../http/context.ts'

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
}

const memberColumns = (self: Self): SQL => sql`
  m.userid, m.name, m.phone, m.email, m.title, m.job_number as "jobNumber", m.role, m.custom,
  (p.registered_at is not null) as "isActive",
  coalesce((
    select jsonb_agg(jsonb_build_object('deptId', d.dept_id, 'name', d.name, 'isLeader', md.is_leader) order by md.sort, d.dept_id)
    from member_departments md join departments d on d.org_id = md.org_id and d.dept_id = md.dept_id
    where md.org_id = m.org_id and md.userid = m.userid), '[]') as departments,
  (${self.role === 'main'} or (${self.role === 'sub'} and exists (
    select 1 from member_departments md join departments d on d.org_id = md.org_id and d.dept_id = md.dept_id
    where md.org_id = m.org_id and md.userid = m.userid and d.path && ${array(self.adminDepts)}::int[]))) as "isManaged"`

export async function byUserid(scope: OrgScope, self: Self, userid: string): Promise<MemberRow | null> {
  return scope.one<MemberRow>(sql`
    select ${memberColumns(self)} from members m join persons p on p.id = m.person_id
    where m.org_id = ${scope.orgId} and m.userid = ${userid}`)
}

export interface MemberQuery {
  deptId?: number | undefined
  deep?: boolean | undefined
  search?: string | undefined
  after: readonly string[] | null
  limit: number
}

export async function page(scope: OrgScope, self: Self, query: MemberQuery): Promise<MemberRow[]> {
  const conditions = [sql`m.org_id = ${scope.orgId}`]
  if (query.deptId !== undefined) conditions.push(inDepartment(query.deptId, query.deep ?? false))
  if (query.search) conditions.push(matches(query.search.trim(), self))
  if (query.after) conditions.push(sql`(m.name, m.userid) > (${query.after[0]}, ${query.after[1]})`)
  return scope.rows<MemberRow>(sql`
    select ${memberColumns(self)} from members m join persons p on p.id = m.person_id
    where ${sql.join(conditions, sql` and `)}
    order by m.name, m.userid limit ${query.limit + 1}`)
}

const inDepartment = (deptId: number, deep: boolean): SQL => sql`exists (
  select 1 from member_departments md join departments d on d.org_id = md.org_id and d.dept_id = md.dept_id
  where md.org_id = m.org_id and md.userid = m.userid
    and ${deep ? sql`d.path @> array[${deptId}::int]` : sql`d.dept_id = ${deptId}`})`

/** By name, spelling or initials; by phone only where the caller may see phones, or with the whole number. */
function matches(search: string, self: Self): SQL {
  const like = `%${search.replace(/[\\%_]/g, '\\$&')}%`
  const byPhone = self.role === 'none' ? sql`m.phone = ${search}` : sql`m.phone like ${like}`
  return sql`(m.name like ${like} or m.pinyin like ${like.toLowerCase()} or ${byPhone})`
}

/** The phone is whole for oneself and for admins over the member. */
export function memberView(row: MemberRow, self: Self): Member {
  const { isManaged, ...member } = row
  const mayRead = isManaged || row.userid === self.userid
  return {
    ...member,
    phone: mayRead ? row.phone : maskPhone(row.phone),
    email: mayRead ? row.email : '',
    custom: mayRead ? row.custom : {},
  }
}
