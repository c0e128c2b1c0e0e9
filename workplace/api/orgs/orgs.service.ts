import { sql } from 'drizzle-orm'
import type { Org } from '../../contracts/orgs.ts'
import type { Role } from '../../contracts/accounts.ts'
import { randomHex } from '../crypto/secrets.ts'
import type { OrgScope } from '../db/database.ts'
import { uuidv7 } from '../db/uuid.ts'
import type { Deps } from '../deps.ts'
import { enrol, memberLimit } from '../directory/enrol.ts'
import { takeOut } from '../directory/members.service.ts'
import { AppError, found } from '../errors.ts'
import { notifyOrg } from '../events/notify.ts'
import type { OrgCtx, SessionCtx } from '../http/context.ts'
import { ensureOrgChat } from '../messages/conversations.ts'
import { newInvite } from './joining.ts'

export const defaultInviteTemplate = '{name}，你好！{org} 邀请你加入团队，请用本手机号登录：{link}'

export interface NewOrg {
  name: string
  industry: string
  location: string
  sizeBand: string
  acceptTerms: boolean
}

/** Registers a team; whoever does it becomes the main admin (Z-01). */
export async function create(ctx: SessionCtx, given: NewOrg): Promise<Org> {
  if (!given.acceptTerms) throw new AppError('terms.required')
  const { deps, now, personId } = ctx
  const person = found(
    await deps.db.one<{ name: string; phone: string }>(
      sql`select name, phone from persons where id = ${personId}`,
    ),
  )
  const orgId = uuidv7()
  const invite = newInvite(now)
  return deps.db.withOrg(orgId, async (scope) => {
    await scope.run(sql`
      insert into orgs (id, corp_id, name, industry, location, size_band, join_code, join_expires_at,
        invite_template, created_at)
      values (${orgId}, ${`ding${randomHex(16)}`}, ${given.name.trim()}, ${given.industry}, ${given.location},
        ${given.sizeBand}, ${invite.code}, ${invite.expiresAt}, ${defaultInviteTemplate}, ${now})`)
    await scope.run(sql`insert into departments (org_id, dept_id, parent_id, name, path)
      values (${orgId}, 1, null, ${given.name.trim()}, '{1}')`)
    const userid = await enrol(scope, deps, { ...person, role: 'main', departments: [{ deptId: 1 }] })
    await ensureOrgChat(scope)
    return view(scope, deps, userid)
  })
}

export const get = ({ scope, deps, self }: OrgCtx): Promise<Org> => view(scope, deps, self.userid)

/** Only orgs that were promised one are told the number (Z-11). */
export async function helpContact({ scope, deps }: OrgCtx) {
  const { text, fromPeople } = deps.config.helpContact
  const row = await scope.one<{ people: number }>(
    sql`select count(*) as people from members where org_id = ${scope.orgId}`,
  )
  const isLarge = (row?.people ?? 0) >= fromPeople
  return { contact: isLarge && text ? text : null, fromPeople }
}

export async function leave(ctx: OrgCtx): Promise<{ done: true }> {
  await takeOut(ctx, ctx.self.userid, ctx.self.role)
  return { done: true }
}

export async function changeSettings(ctx: OrgCtx, given: { joinNeedsApproval: boolean }): Promise<Org> {
  await ctx.scope.run(
    sql`update orgs set join_needs_approval = ${given.joinNeedsApproval} where id = ${ctx.scope.orgId}`,
  )
  // Another admin may have the page before him: it shows what holds now.
  await notifyOrg(ctx.scope, { type: 'orgs', orgId: ctx.scope.orgId }, 'admins')
  return get(ctx)
}

interface OrgRow {
  corp_id: string
  name: string
  industry: string
  location: string
  size_band: string
  join_needs_approval: boolean
  certification: Org['certification']
  created_at: Date
  role: Role
  people: number
}

async function view(scope: OrgScope, deps: Deps, userid: string): Promise<Org> {
  const row = found(
    await scope.one<OrgRow>(sql`
      select o.corp_id, o.name, o.industry, o.location, o.size_band, o.join_needs_approval, o.certification,
        o.created_at, m.role, (select count(*) from members x where x.org_id = o.id) as people
      from orgs o join members m on m.org_id = o.id and m.userid = ${userid}
      where o.id = ${scope.orgId}`),
  )
  return {
    orgId: scope.orgId,
    corpId: row.corp_id,
    name: row.name,
    industry: row.industry,
    location: row.location,
    sizeBand: row.size_band,
    memberCount: row.people,
    memberLimit: await memberLimit(scope, deps),
    joinNeedsApproval: row.join_needs_approval,
    certification: row.certification,
    role: row.role,
    userid,
    createdAt: row.created_at.toISOString(),
  }
}
