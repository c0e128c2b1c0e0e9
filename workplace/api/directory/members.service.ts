import { sql } from 'drizzle-orm'
import type { Member } from '../../contracts/directory.ts'
import { phoneOrRefuse } from '../accounts/accounts.service.ts'
import { array, json } from '../db/database.ts'
import { uuidv7 } from '../db/uuid.ts'
import { AppError, found } from '../errors.ts'
import { notifyMembers, notifyOrg } from '../events/notify.ts'
import { requireDepartments } from '../http/access.ts'
import type { OrgCtx } from '../http/context.ts'
import { readCursor, toPage } from '../http/page.ts'
import { emitMembers } from '../pushes/emit.ts'
import { queueSms } from '../sms/queue.ts'
import { enrol, setDepartments, type NewMember } from './enrol.ts'
import * as members from './members.repo.ts'
import { searchSpelling } from './pinyin.ts'

export interface ListQuery {
  deptId?: number
  deep?: boolean
  search?: string
  cursor?: string
  limit?: number
}

export async function list(
  { scope, self }: OrgCtx,
  query: ListQuery,
): Promise<{ items: Member[]; next: string | null }> {
  const limit = query.limit ?? 50
  const rows = await members.page(scope, self, { ...query, limit, after: readCursor(query.cursor, 2) })
  return toPage(rows, limit, {
    item: (row) => members.memberView(row, self),
    key: (row) => [row.name, row.userid],
  })
}

export async function get({ scope, self }: OrgCtx, userid: string): Promise<Member> {
  return members.memberView(found(await members.byUserid(scope, self, userid)), self)
}

export async function create(ctx: OrgCtx, given: NewMember): Promise<Member> {
  const { scope, deps, self } = ctx
  await requireDepartments(
    scope,
    self,
    given.departments.map((department) => department.deptId),
  )
  const userid = await enrol(scope, deps, { ...given, phone: phoneOrRefuse(given.phone) })
  await notifyMembers(scope, [userid], { type: 'orgs', orgId: scope.orgId })
  await notifyOrg(scope, { type: 'directory', orgId: scope.orgId }, 'admins')
  return get(ctx, userid)
}

export async function change(ctx: OrgCtx, userid: string, given: Partial<NewMember>): Promise<Member> {
  const { scope, deps, self, now } = ctx
  const before = await managed(ctx, userid)
  if (given.departments)
    await requireDepartments(
      scope,
      self,
      given.departments.map((d) => d.deptId),
    )
  const name = given.name ?? before.name
  const phone = given.phone === undefined ? before.phone : phoneOrRefuse(given.phone)
  if (phone !== before.phone) await movePhone(ctx, { userid, phone, name })
  await scope.run(sql`update members set name = ${name}, pinyin = ${searchSpelling(name)}, phone = ${phone},
      title = ${given.title ?? before.title}, job_number = ${given.jobNumber ?? before.jobNumber},
      email = ${given.email ?? before.email}, custom = ${json(given.custom ?? before.custom)}, updated_at = ${now}
    where org_id = ${scope.orgId} and userid = ${userid}`)
  if (given.departments) await setDepartments(scope, userid, given.departments)
  const action = given.departments ? 'user_dept_change' : 'user_modify_org'
  await emitMembers(scope, deps, { userids: [userid], action })
  await notifyOrg(scope, { type: 'directory', orgId: scope.orgId }, 'admins')
  return get(ctx, userid)
}

/** A new phone is a new person: the member's place goes to whoever holds that phone. */
async function movePhone(
  { scope, now }: OrgCtx,
  given: { userid: string; phone: string; name: string },
): Promise<void> {
  const person = found(
    await scope.one<{ id: string }>(sql`
      insert into persons (id, phone, name, created_at) values (${uuidv7()}, ${given.phone}, ${given.name}, ${now})
      on conflict (phone) do update set phone = excluded.phone returning id`),
  )
  await scope.run(
    sql`update members set person_id = ${person.id} where org_id = ${scope.orgId} and userid = ${given.userid}`,
  )
  await scope.run(sql`delete from person_orgs where org_id = ${scope.orgId} and userid = ${given.userid}`)
  await scope.run(sql`insert into person_orgs (person_id, org_id, userid, joined_at)
    values (${person.id}, ${scope.orgId}, ${given.userid}, ${now})`)
}

export async function remove(ctx: OrgCtx, userid: string): Promise<{ done: true }> {
  const { scope, deps } = ctx
  const before = await managed(ctx, userid)
  if (before.role === 'main') await requireAnotherMainAdmin(ctx, userid)
  await emitMembers(scope, deps, { userids: [userid], action: 'user_leave_org' })
  await notifyMembers(scope, [userid], { type: 'orgs', orgId: scope.orgId })
  await scope.run(sql`delete from person_orgs where org_id = ${scope.orgId} and userid = ${userid}`)
  await scope.run(sql`delete from members where org_id = ${scope.orgId} and userid = ${userid}`)
  await notifyOrg(scope, { type: 'directory', orgId: scope.orgId }, 'admins')
  return { done: true }
}

export async function requireAnotherMainAdmin({ scope }: OrgCtx, userid: string): Promise<void> {
  const other = await scope.one(sql`
    select 1 from members where org_id = ${scope.orgId} and role = 'main' and userid <> ${userid} for update`)
  if (!other) throw new AppError('member.last-admin')
}

async function managed({ scope, self }: OrgCtx, userid: string): Promise<members.MemberRow> {
  const row = found(await members.byUserid(scope, self, userid))
  if (!row.isManaged) throw new AppError('department.outside')
  return row
}

/** Queues an invitation for members who have never signed in, at most one a day each (Z-04). */
export async function invite(ctx: OrgCtx, userids: readonly string[] | null): Promise<{ queued: number }> {
  const { scope, now, deps, self } = ctx
  const dayAgo = new Date(now.getTime() - 86_400_000)
  const link = `${deps.config.publicUrl}/`
  const people = await scope.rows<{ phone: string; name: string; org: string; template: string }>(sql`
    update members m set invited_at = ${now} from persons p, orgs o
    where m.org_id = ${scope.orgId} and p.id = m.person_id and o.id = m.org_id and p.registered_at is null
      and (m.invited_at is null or m.invited_at < ${dayAgo})
      and (${userids === null} or m.userid = any(${array(userids ?? [])}::text[]))
      and (${self.role === 'main'} or exists (
        select 1 from member_departments md join departments d on d.org_id = md.org_id and d.dept_id = md.dept_id
        where md.org_id = m.org_id and md.userid = m.userid and d.path && ${array(self.adminDepts)}::int[]))
    returning m.phone, m.name, o.name as org, o.invite_template as template`)
  const texts = people.map(({ template, name, org }) =>
    template.replaceAll('{name}', name).replaceAll('{org}', org).replaceAll('{link}', link),
  )
  await queueSms(
    scope,
    people.map(({ phone }, index) => ({ phone, text: texts[index] ?? '' })),
    { template: 'invitation', signName: deps.config.smsSignName, now },
  )
  return { queued: people.length }
}
