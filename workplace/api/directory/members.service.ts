import { sql } from 'drizzle-orm'
import type { Role } from '../../contracts/accounts.ts'
import type { Member } from '../../contracts/directory.ts'
import { phoneOrRefuse } from '../accounts/phone.ts'
import { array, json } from '../db/database.ts'
import { uuidv7 } from '../db/uuid.ts'
import { AppError, found } from '../errors.ts'
import { notifyMembers, notifyOrg } from '../events/notify.ts'
import { requireDepartments } from '../http/access.ts'
import type { OrgCtx } from '../http/context.ts'
import { numberOf, readCursor, toPage } from '../http/page.ts'
import { tellChange } from '../messages/tell.ts'
import { emitMembers } from '../pushes/emit.ts'
import { queueSms } from '../sms/queue.ts'
import { enrol, setDepartments, type NewMember } from './enrol.ts'
import * as members from './members.repo.ts'
import { searchSpelling } from './pinyin.ts'

export interface ListQuery {
  deptId?: number
  deep?: boolean
  managed?: boolean
  search?: string
  cursor?: string
  limit?: number
}

export async function list(
  { scope, self }: OrgCtx,
  query: ListQuery,
): Promise<{ items: Member[]; next: string | null }> {
  const limit = query.limit ?? 50
  const key = readCursor(query.cursor, 3)
  const after = key && ([numberOf(key[0]), key[1] ?? '', key[2] ?? ''] as const)
  const search = query.search?.trim()
  const rows = await members.page(scope, self, { ...query, search, limit, after })
  return toPage(rows, limit, {
    item: ({ fit: _fit, ...row }) => members.memberView(row, self),
    key: (row) => [String(row.fit), row.name, row.userid],
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

export async function change(
  ctx: OrgCtx,
  userid: string,
  given: Partial<NewMember> & { version?: string },
): Promise<Member> {
  const { scope, deps, self, now } = ctx
  await scope.run(sql`select 1 from members where org_id = ${scope.orgId} and userid = ${userid} for update`)
  const before = await managed(ctx, userid)
  if (given.version !== undefined && given.version !== before.updatedAt.toISOString())
    throw new AppError('directory.changed')
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
  if (given.departments) {
    await setDepartments(scope, userid, given.departments, self)
    await tellChange(scope, [userid])
  }
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
  const { role, departments } = await managed(ctx, userid)
  // Who works in departments of others as well is not a sub-admin's to send away.
  await requireDepartments(
    ctx.scope,
    ctx.self,
    departments.map(({ deptId }) => deptId),
  )
  await takeOut(ctx, userid, role)
  return { done: true }
}

/** Out of the org: by an admin, by oneself, or with one's account. The last main admin stays. */
export async function takeOut(
  ctx: Pick<OrgCtx, 'scope' | 'deps'>,
  userid: string,
  role: Role,
): Promise<void> {
  const { scope, deps } = ctx
  if (role === 'main') await requireAnotherMainAdmin(ctx, userid)
  await emitMembers(scope, deps, { userids: [userid], action: 'user_leave_org' })
  await notifyMembers(scope, [userid], { type: 'orgs', orgId: scope.orgId })
  await scope.run(sql`delete from person_orgs where org_id = ${scope.orgId} and userid = ${userid}`)
  await scope.run(sql`delete from members where org_id = ${scope.orgId} and userid = ${userid}`)
  await notifyOrg(scope, { type: 'directory', orgId: scope.orgId }, 'admins')
}

export async function requireAnotherMainAdmin(
  { scope }: Pick<OrgCtx, 'scope'>,
  userid: string,
): Promise<void> {
  const other = await scope.one(sql`
    select 1 from members where org_id = ${scope.orgId} and role = 'main' and userid <> ${userid} for update`)
  if (!other) throw new AppError('member.last-admin')
}

/**
 * A member the caller may change. A sub-admin changes no admin but himself: with another phone a main admin's place
 * would be somebody else's (Z-07).
 */
export async function managed({ scope, self }: OrgCtx, userid: string): Promise<members.MemberRow> {
  const row = found(await members.byUserid(scope, self, userid))
  if (!row.isManaged) throw new AppError('department.outside')
  if (self.role !== 'main' && row.role !== 'none' && userid !== self.userid)
    throw new AppError('member.is-admin')
  return row
}

const invitedAtOnce = 1000

/** Queues an invitation for members who have never signed in, at most one a day each (Z-04). */
export async function invite(ctx: OrgCtx, userids: readonly string[] | null): Promise<{ queued: number }> {
  let queued = 0
  for (;;) {
    const some = await inviteSome(ctx, userids)
    queued += some
    if (some < invitedAtOnce) return { queued }
  }
}

async function inviteSome(ctx: OrgCtx, userids: readonly string[] | null): Promise<number> {
  const { scope, now, deps, self } = ctx
  const dayAgo = new Date(now.getTime() - 86_400_000)
  const link = `${deps.config.publicUrl}/`
  const people = await scope.rows<{ phone: string; name: string; org: string; template: string }>(sql`
    update members m set invited_at = ${now} from orgs o
    where m.org_id = ${scope.orgId} and o.id = m.org_id and m.userid in (
      select m.userid from members m join persons p on p.id = m.person_id
      where m.org_id = ${scope.orgId} and p.registered_at is null
        and (m.invited_at is null or m.invited_at < ${dayAgo})
        and (${userids === null} or m.userid = any(${array(userids ?? [])}::text[]))
        and (${self.role === 'main'} or ${members.held(self)}) limit ${invitedAtOnce})
    returning m.phone, m.name, o.name as org, o.invite_template as template`)
  await queueSms(
    scope,
    people.map(({ phone, name, org, template }) => ({
      phone,
      text: template.replaceAll('{name}', name).replaceAll('{org}', org).replaceAll('{link}', link),
    })),
    { template: 'invitation', signName: deps.config.smsSignName, now, orgId: scope.orgId },
  )
  return people.length
}
