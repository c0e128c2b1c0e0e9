import { sql, type SQL } from 'drizzle-orm'
import type { Role } from '../../contracts/accounts.ts'
import { seesDepartment, seesMember, type InstalledRow } from '../apps/apps.repo.ts'
import type { OrgScope } from '../db/database.ts'

/** A member as an ISV may see him: no phone, e-mail, remark or custom column is ever selected here. */
export interface UserRow {
  userid: string
  unionid: string
  name: string
  avatar: string | null
  title: string
  job_number: string
  role: Role
  active: boolean
  departments: { dept_id: number; leader: boolean; order: number }[]
}

const userColumns = sql`m.userid, p.union_id as unionid, m.name, p.avatar, m.title, m.job_number, m.role,
  (p.registered_at is not null) as active,
  coalesce((select jsonb_agg(jsonb_build_object('dept_id', md.dept_id, 'leader', md.is_leader, 'order', md.sort) order by md.sort, md.dept_id)
    from member_departments md where md.org_id = m.org_id and md.userid = m.userid), '[]') as departments`

/** The one member, when the app may see him. */
export const userById = (scope: OrgScope, app: InstalledRow, userid: string): Promise<UserRow | null> =>
  scope.one<UserRow>(sql`
    select ${userColumns} from members m join persons p on p.id = m.person_id
    where m.org_id = ${scope.orgId} and m.userid = ${userid} and ${seesMember(app)}`)

export const userByUnionId = (scope: OrgScope, app: InstalledRow, unionid: string): Promise<UserRow | null> =>
  scope.one<UserRow>(sql`
    select ${userColumns} from members m join persons p on p.id = m.person_id
    where m.org_id = ${scope.orgId} and p.union_id = ${unionid} and ${seesMember(app)}`)

export async function memberExists(scope: OrgScope, userid: string): Promise<boolean> {
  return (
    (await scope.one(sql`select 1 from members where org_id = ${scope.orgId} and userid = ${userid}`)) !==
    null
  )
}

const orders = new Map<unknown, SQL>(
  Object.entries({
    entry_asc: sql`m.created_at, m.userid`,
    entry_desc: sql`m.created_at desc, m.userid`,
    modify_asc: sql`m.updated_at, m.userid`,
    modify_desc: sql`m.updated_at desc, m.userid`,
  }),
)

export interface DepartmentPage {
  deptId: number
  cursor: number
  size: number
  order?: string | undefined
}

/** Members directly in a department. The cursor is an offset, as the platform's is. */
export const usersOfDepartment = (
  scope: OrgScope,
  app: InstalledRow,
  page: DepartmentPage,
): Promise<UserRow[]> =>
  scope.rows<UserRow>(sql`
    select ${userColumns} from member_departments x
    join members m on m.org_id = x.org_id and m.userid = x.userid
    join persons p on p.id = m.person_id
    where x.org_id = ${scope.orgId} and x.dept_id = ${page.deptId} and ${seesMember(app)}
    order by ${orders.get(page.order) ?? sql`m.userid`} limit ${page.size + 1} offset ${page.cursor}`)

export async function userIdsOfDepartment(
  scope: OrgScope,
  app: InstalledRow,
  deptId: number,
): Promise<string[]> {
  const rows = await scope.rows<{ userid: string }>(sql`
    select m.userid from member_departments x join members m on m.org_id = x.org_id and m.userid = x.userid
    where x.org_id = ${scope.orgId} and x.dept_id = ${deptId} and ${seesMember(app)} order by m.userid`)
  return rows.map((row) => row.userid)
}

export async function countUsers(scope: OrgScope, app: InstalledRow, onlyActive: boolean): Promise<number> {
  const row = await scope.one<{ people: number }>(sql`
    select count(*) as people from members m join persons p on p.id = m.person_id
    where m.org_id = ${scope.orgId} and ${seesMember(app)} and (${!onlyActive} or p.registered_at is not null)`)
  return row?.people ?? 0
}

export const admins = (
  scope: OrgScope,
  app: InstalledRow,
): Promise<{ userid: string; role: Role; depts: number[] }[]> =>
  scope.rows(sql`
    select m.userid, m.role, m.admin_depts as depts from members m
    where m.org_id = ${scope.orgId} and m.role <> 'none' and ${seesMember(app)} order by m.role, m.userid`)

export interface DepartmentRow {
  dept_id: number
  name: string
  parent_id: number | null
  sort: number
  has_chat: boolean
  path: number[]
  managers: string[]
  member_count: number
}

const departmentColumns = sql`d.dept_id, d.name, d.parent_id, d.sort, d.has_chat, d.path,
  coalesce((select array_agg(md.userid order by md.userid) from member_departments md
    where md.org_id = d.org_id and md.dept_id = d.dept_id and md.is_leader), '{}') as managers,
  (select count(*) from member_departments md where md.org_id = d.org_id and md.dept_id = d.dept_id) as member_count`

export const departmentById = (
  scope: OrgScope,
  app: InstalledRow,
  deptId: number,
): Promise<DepartmentRow | null> =>
  scope.one<DepartmentRow>(sql`
    select ${departmentColumns} from departments d
    where d.org_id = ${scope.orgId} and d.dept_id = ${deptId} and ${seesDepartment(app)}`)

export async function departmentExists(scope: OrgScope, deptId: number): Promise<boolean> {
  return (
    (await scope.one(
      sql`select 1 from departments where org_id = ${scope.orgId} and dept_id = ${deptId}`,
    )) !== null
  )
}

export const childDepartments = (
  scope: OrgScope,
  app: InstalledRow,
  deptId: number,
): Promise<DepartmentRow[]> =>
  scope.rows<DepartmentRow>(sql`
    select ${departmentColumns} from departments d
    where d.org_id = ${scope.orgId} and d.parent_id = ${deptId} and ${seesDepartment(app)} order by d.sort, d.dept_id`)

/** Not cut to the scope: the platform's own listsubid is not either. */
export async function childDepartmentIds(scope: OrgScope, deptId: number): Promise<number[]> {
  const rows = await scope.rows<{ dept_id: number }>(sql`
    select dept_id from departments where org_id = ${scope.orgId} and parent_id = ${deptId} order by sort, dept_id`)
  return rows.map((row) => row.dept_id)
}

/** From each department of the member up to the root. */
export async function pathsOfUser(scope: OrgScope, userid: string): Promise<number[][]> {
  const rows = await scope.rows<{ path: number[] }>(sql`
    select d.path from member_departments md join departments d on d.org_id = md.org_id and d.dept_id = md.dept_id
    where md.org_id = ${scope.orgId} and md.userid = ${userid} order by md.sort`)
  return rows.map((row) => row.path.toReversed())
}

const isAdmin = (role: Role): boolean => role !== 'none'

/** The roles there are, of the default role group; nobody is 负责人 here. */
export const roles = [
  { id: 1, name: '主管理员' },
  { id: 2, name: '子管理员' },
  { id: 3, name: '主管' },
  { id: 4, name: '负责人' },
] as const
export const roleGroup = { groupId: 1, name: '默认' }

const hasRole = (user: UserRow, id: number): boolean =>
  (id === 1 && user.role === 'main') ||
  (id === 2 && user.role === 'sub') ||
  (id === 3 && user.departments.some((d) => d.leader))

const rolesOf = (user: UserRow): { id: number; name: string; group_name: string }[] =>
  roles.filter(({ id }) => hasRole(user, id)).map((role) => ({ ...role, group_name: roleGroup.name }))

export const readUser = (user: UserRow): Record<string, unknown> => ({
  userid: user.userid,
  unionid: user.unionid,
  name: user.name,
  avatar: user.avatar ?? '',
  title: user.title,
  job_number: user.job_number,
  dept_id_list: user.departments.map((d) => d.dept_id),
  dept_order_list: user.departments.map(({ dept_id, order }) => ({ dept_id, order })),
  leader_in_dept: user.departments.map(({ dept_id, leader }) => ({ dept_id, leader })),
  role_list: rolesOf(user),
  active: user.active,
  admin: isAdmin(user.role),
  boss: false,
  senior: false,
  hide_mobile: true,
  real_authed: user.active,
  exclusive_account: false,
  union_emp_ext: {},
})

/** biz_type 13; the two maps are not JSON on the wire, by the platform's own habit. */
export const pushedUser = (user: UserRow): Record<string, unknown> => ({
  errcode: 0,
  errmsg: 'ok',
  userid: user.userid,
  unionid: user.unionid,
  name: user.name,
  avatar: user.avatar ?? '',
  position: user.title,
  jobnumber: user.job_number,
  department: user.departments.map((d) => d.dept_id),
  isLeaderInDepts: `{${user.departments.map((d) => `${d.dept_id}:${d.leader}`).join(',')}}`,
  orderInDepts: `{${user.departments.map((d) => `${d.dept_id}:${d.order}`).join(',')}}`,
  isAdmin: isAdmin(user.role),
  isBoss: false,
  isSenior: false,
  isHide: false,
  active: user.active,
  realAuthed: user.active,
  exclusiveAccount: false,
  roles: rolesOf(user).map(({ id, name, group_name }) => ({ id, name, groupName: group_name, type: 101 })),
})

export const readDepartment = (d: DepartmentRow): Record<string, unknown> => ({
  dept_id: d.dept_id,
  name: d.name,
  ...(d.parent_id === null ? {} : { parent_id: d.parent_id }),
  order: d.sort,
  dept_manager_userid_list: d.managers,
  member_count: d.member_count,
  create_dept_group: d.has_chat,
  auto_add_user: d.has_chat,
  auto_approve_apply: false,
  group_contain_sub_dept: false,
  hide_dept: false,
  dept_permits: [],
  user_permits: [],
  outer_dept: false,
  outer_dept_only_self: false,
  outer_permit_depts: [],
  outer_permit_users: [],
})

export const pushedDepartment = (d: DepartmentRow): Record<string, unknown> => ({
  errcode: 0,
  errmsg: 'ok',
  id: d.dept_id,
  name: d.name,
  ...(d.parent_id === null ? {} : { parentid: d.parent_id }),
  order: d.sort,
  createDeptGroup: d.has_chat,
  autoAddUser: d.has_chat,
  deptHiding: false,
  deptPermits: '',
  userPermits: '',
  outerDept: false,
  outerPermitDepts: '',
  outerPermitUsers: '',
  groupContainSubDept: false,
  deptManagerUseridList: d.managers.join('|'),
})
