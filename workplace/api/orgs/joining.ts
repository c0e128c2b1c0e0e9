import { sql } from 'drizzle-orm'
import { inviteDays, type Invite, type JoinRequest } from '../../contracts/orgs.ts'
import { randomToken } from '../crypto/secrets.ts'
import { uuidv7 } from '../db/uuid.ts'
import { enrol } from '../directory/enrol.ts'
import { AppError, found } from '../errors.ts'
import { notifyOrg, notifyPersons } from '../events/notify.ts'
import { requireDepartments } from '../http/access.ts'
import type { Ctx, OrgCtx, SessionCtx } from '../http/context.ts'
import { readCursor, toPage } from '../http/page.ts'
import { qrPng, qrSvg } from '../http/qr.ts'
import * as ownRequests from './own-join-requests.ts'

const joinLink = ({ deps }: Ctx, code: string): string => `${deps.config.publicUrl}/join/${code}`

/** A code nobody guesses (128 bit), and until when it is good. */
export function newInvite(now: Date): { code: string; expiresAt: Date } {
  return { code: randomToken(16), expiresAt: new Date(now.getTime() + inviteDays * 86_400_000) }
}

export async function invite(ctx: OrgCtx): Promise<Invite> {
  const { code, until } = found(
    await ctx.scope.one<{ code: string; until: Date | null }>(
      sql`select join_code as code, join_expires_at as until from orgs where id = ${ctx.orgId}`,
    ),
  )
  const state = inviteState(until, ctx.now)
  const expiresAt = until?.toISOString() ?? null
  if (state !== 'open') return { state, code: '', link: '', qrSvg: '', expiresAt }
  const link = joinLink(ctx, code)
  return { state, code, link, qrSvg: qrSvg(link), expiresAt }
}

export function inviteState(until: Date | null, now: Date): Invite['state'] {
  if (until === null) return 'revoked'
  return until > now ? 'open' : 'expired'
}

/** Whoever holds the former code, by picture, link or a message passed on, does not get in by it any more (S-83). */
export async function renewInvite(ctx: OrgCtx): Promise<Invite> {
  const { code, expiresAt } = newInvite(ctx.now)
  await ctx.scope.run(
    sql`update orgs set join_code = ${code}, join_expires_at = ${expiresAt} where id = ${ctx.orgId}`,
  )
  return invite(ctx)
}

export async function revokeInvite(ctx: OrgCtx): Promise<Invite> {
  await ctx.scope.run(sql`update orgs set join_expires_at = null where id = ${ctx.orgId}`)
  return invite(ctx)
}

/** Made for any code: the picture says nothing the code does not. */
export const invitePicture = (ctx: Ctx, code: string): Buffer => qrPng(joinLink(ctx, code))

interface JoinableOrg {
  id: string
  name: string
  join_needs_approval: boolean
  join_expires_at: Date | null
  is_dissolved: boolean
}

async function orgByCode({ deps, now }: Ctx, code: string): Promise<JoinableOrg> {
  const org = await deps.db.one<JoinableOrg>(
    sql`select id, name, join_needs_approval, join_expires_at, dissolved_at is not null as is_dissolved
      from orgs where join_code = ${code}`,
  )
  const state = org && inviteState(org.join_expires_at, now)
  if (!org || state === 'revoked') throw new AppError('join.closed')
  if (org.is_dissolved) throw new AppError('org.dissolved')
  if (state === 'expired') throw new AppError('join.expired')
  return org
}

export async function page(ctx: Ctx, code: string) {
  const org = await orgByCode(ctx, code)
  const memberCount = await ctx.deps.db.withOrg(org.id, async (scope) => {
    const row = await scope.one<{ people: number }>(
      sql`select count(*) as people from members where org_id = ${org.id}`,
    )
    return row?.people ?? 0
  })
  return { orgName: org.name, memberCount, needsApproval: org.join_needs_approval }
}

/** What a person sees who opens an invitation again: in it already, still waiting, or neither. */
export async function ownPlace(ctx: SessionCtx, code: string) {
  const org = await orgByCode(ctx, code)
  const { personId } = ctx
  const requestId = await ownRequests.waitingIn(ctx, org.id)
  const member = await ctx.deps.db.one(
    sql`select 1 from person_orgs where person_id = ${personId} and org_id = ${org.id}`,
  )
  const state: 'member' | 'waiting' | 'none' = member ? 'member' : requestId ? 'waiting' : 'none'
  return { state, orgId: org.id, requestId }
}

type Joined = { state: 'joined' | 'waiting' | 'already-member'; orgId: string; orgName: string }

/** Joins at once, or leaves a request for the admins (Z-02). */
export async function join(
  ctx: SessionCtx,
  code: string,
  given: { name?: string; note?: string },
): Promise<Joined> {
  const { deps, now, personId } = ctx
  const org = await orgByCode(ctx, code)
  const person = found(
    await deps.db.one<{ name: string; phone: string }>(
      sql`select name, phone from persons where id = ${personId}`,
    ),
  )
  const name = given.name?.trim() ?? person.name
  const state = await deps.db.withOrg(org.id, async (scope): Promise<Joined['state']> => {
    const member = await scope.one(
      sql`select 1 from members where org_id = ${org.id} and person_id = ${personId}`,
    )
    if (member) return 'already-member'
    if (!org.join_needs_approval) {
      await enrol(scope, deps, { name, phone: person.phone, departments: [{ deptId: 1 }] })
      await notifyPersons(scope, [personId], { type: 'orgs', orgId: org.id })
      return 'joined'
    }
    const id = uuidv7()
    const added = await scope.run(sql`
      insert into join_requests (org_id, id, person_id, name, phone, note, asked_at)
      values (${org.id}, ${id}, ${personId}, ${name}, ${person.phone}, ${given.note ?? ''}, ${now})
      on conflict (org_id, person_id) where state = 'waiting' do nothing`)
    if (added === 0) throw new AppError('join.waiting')
    await ownRequests.add(scope, { personId, requestId: id, now })
    await notifyOrg(scope, { type: 'directory', orgId: org.id }, 'admins')
    return 'waiting'
  })
  return { state, orgId: org.id, orgName: org.name }
}

interface RequestRow {
  id: string
  person_id: string
  name: string
  phone: string
  note: string
  state: JoinRequest['state']
  asked_at: Date
}

const requestView = ({ id, name, phone, note, state, asked_at }: RequestRow): JoinRequest => ({
  id,
  name,
  phone,
  note,
  state,
  askedAt: asked_at.toISOString(),
})

export async function listRequests({ scope }: OrgCtx, query: { cursor?: string; limit?: number }) {
  const limit = query.limit ?? 50
  const after = readCursor(query.cursor, 1)
  const rows = await scope.rows<RequestRow>(sql`
    select id, person_id, name, phone, note, state, asked_at from join_requests
    where org_id = ${scope.orgId} ${after ? sql`and id < ${after[0]}` : sql``}
    order by id desc limit ${limit + 1}`)
  return toPage(rows, limit, { item: requestView, key: (row) => [row.id] })
}

export async function decideRequest(
  ctx: OrgCtx,
  requestId: string,
  given: { approve: boolean; deptId?: number },
): Promise<JoinRequest> {
  const { scope } = ctx
  const deptId = given.deptId ?? ctx.self.adminDepts[0] ?? 1
  await requireDepartments(scope, ctx.self, [deptId])
  const state = given.approve ? 'approved' : 'rejected'
  const row = await scope.one<RequestRow>(sql`
    update join_requests set state = ${state}
    where org_id = ${scope.orgId} and id = ${requestId} and state = 'waiting'
    returning id, person_id, name, phone, note, state, asked_at`)
  // Two admins at once, or the person has thought better of it.
  if (!row) throw new AppError('join.decided')
  await ownRequests.decide(scope, { requestId, state, now: ctx.now })
  if (given.approve) await letIn(ctx, row, deptId)
  // Rejected or in: the person's own screens say so.
  await notifyPersons(scope, [row.person_id], { type: 'orgs', orgId: scope.orgId })
  return requestView(row)
}

/** The phone of the account, which may have changed since; an import may have brought the person in meanwhile. */
async function letIn({ scope, deps }: OrgCtx, row: RequestRow, deptId: number): Promise<void> {
  const member = await scope.one(
    sql`select 1 from members where org_id = ${scope.orgId} and person_id = ${row.person_id}`,
  )
  if (member) return
  const person = found(
    await scope.one<{ phone: string }>(sql`select phone from persons where id = ${row.person_id}`),
  )
  await enrol(scope, deps, { name: row.name, phone: person.phone, departments: [{ deptId }] })
}
