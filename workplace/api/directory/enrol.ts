import { sql, type SQL } from 'drizzle-orm'
import type { Role } from '../../contracts/accounts.ts'
import { randomDigits } from '../crypto/secrets.ts'
import { array, json, type OrgScope } from '../db/database.ts'
import type { Deps } from '../deps.ts'
import { uuidv7 } from '../db/uuid.ts'
import { AppError, found } from '../errors.ts'
import type { Self } from '../http/context.ts'
import { requireLiving } from '../orgs/living.ts'
import { emitMembers } from '../pushes/emit.ts'
import { searchSpelling } from './pinyin.ts'

export interface NewMember {
  userid?: string | undefined
  name: string
  phone: string
  departments: readonly { deptId: number; isLeader?: boolean | undefined }[]
  title?: string | undefined
  jobNumber?: string | undefined
  email?: string | undefined
  custom?: Record<string, string> | undefined
  role?: Role
}

export const newUserid = (): string => randomDigits(17).replace(/^0/, '1')

/** Puts a person into the org: found by phone, or known from now on. Returns the userid. */
export async function enrol(scope: OrgScope, deps: Deps, given: NewMember): Promise<string> {
  await requireLiving(scope)
  await requireRoom(scope, deps, 1)
  const now = deps.clock.now()
  const userid = given.userid ?? newUserid()
  const person = found(
    await scope.one<{ id: string }>(sql`
      insert into persons (id, phone, name, created_at) values (${uuidv7()}, ${given.phone}, ${given.name}, ${now})
      on conflict (phone) do update set phone = excluded.phone returning id`),
  )
  await scope.run(sql`
    insert into members (org_id, userid, person_id, name, pinyin, phone, email, title, job_number, custom, role, created_at, updated_at)
    values (${scope.orgId}, ${userid}, ${person.id}, ${given.name}, ${searchSpelling(given.name)}, ${given.phone},
      ${given.email ?? ''}, ${given.title ?? ''}, ${given.jobNumber ?? ''}, ${json(given.custom ?? {})},
      ${given.role ?? 'none'}, ${now}, ${now})`)
  await scope.run(sql`insert into person_orgs (person_id, org_id, userid, joined_at)
    values (${person.id}, ${scope.orgId}, ${userid}, ${now})`)
  await setDepartments(scope, userid, given.departments)
  await emitMembers(scope, deps, { userids: [userid], action: 'user_add_org' })
  return userid
}

/** Puts a member into these departments. Where a sub-admin says so, places outside of what he holds stay (Z-07). */
export async function setDepartments(
  scope: OrgScope,
  userid: string,
  departments: NewMember['departments'],
  by?: Self,
): Promise<void> {
  await scope.run(sql`delete from member_departments md
    where md.org_id = ${scope.orgId} and md.userid = ${userid} and ${by ? ownPlace(by) : sql`true`}`)
  for (const [index, { deptId, isLeader }] of departments.entries())
    await scope.run(sql`insert into member_departments (org_id, userid, dept_id, is_leader, sort)
      values (${scope.orgId}, ${userid}, ${deptId}, ${isLeader ?? false}, ${index})
      on conflict (org_id, userid, dept_id) do nothing`)
}

/** Places `md` the admin may take away. */
export const ownPlace = ({ role, adminDepts }: Self): SQL =>
  role === 'main'
    ? sql`true`
    : sql`exists (select 1 from departments d where d.org_id = md.org_id and d.dept_id = md.dept_id
        and d.path && ${array(adminDepts)}::int[])`

/** How many people the org may hold (Z-05). */
export async function memberLimit(scope: OrgScope, { config }: Deps): Promise<number> {
  const org = found(
    await scope.one<{ certification: string; member_limit: number | null }>(
      sql`select certification, member_limit from orgs where id = ${scope.orgId}`,
    ),
  )
  if (org.member_limit !== null) return org.member_limit
  return org.certification === 'approved' ? config.limits.certifiedPeople : config.limits.uncertifiedPeople
}

async function requireRoom(scope: OrgScope, deps: Deps, count: number): Promise<void> {
  const limit = await memberLimit(scope, deps)
  const row = await scope.one<{ people: number }>(
    sql`select count(*) as people from members where org_id = ${scope.orgId}`,
  )
  if ((row?.people ?? 0) + count > limit) throw new AppError('org.full', { limit })
}
