import { sql } from 'drizzle-orm'
import type { JoinRequest } from '../../contracts/orgs.ts'
import { uuidv7 } from '../db/uuid.ts'
import { enrol } from '../directory/enrol.ts'
import { AppError, found } from '../errors.ts'
import { notifyOrg, notifyPersons } from '../events/notify.ts'
import { requireDepartments } from '../http/access.ts'
import type { Ctx, OrgCtx, SessionCtx } from '../http/context.ts'
import { readCursor, toPage } from '../http/page.ts'
import { qrPng, qrSvg } from '../http/qr.ts'

const joinLink = ({ deps }: Ctx, code: string): string => `${deps.config.publicUrl}/join/${code}`

export async function invite(ctx: OrgCtx): Promise<{ code: string; link: string; qrSvg: string }> {
  const org = found(
    await ctx.scope.one<{ code: string }>(sql`select join_code as code from orgs where id = ${ctx.orgId}`),
  )
  const link = joinLink(ctx, org.code)
  return { code: org.code, link, qrSvg: qrSvg(link) }
}

/** Made for any code: the picture says nothing the code does not. */
export const invitePicture = (ctx: Ctx, code: string): Buffer => qrPng(joinLink(ctx, code))

interface JoinableOrg {
  id: string
  name: string
  join_needs_approval: boolean
}

async function orgByCode({ deps }: Ctx, code: string): Promise<JoinableOrg> {
  const org = await deps.db.one<JoinableOrg>(
    sql`select id, name, join_needs_approval from orgs where join_code = ${code}`,
  )
  if (!org) throw new AppError('join.closed')
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
  const name = given.name ?? person.name
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
    const added = await scope.run(sql`
      insert into join_requests (org_id, id, person_id, name, phone, note, asked_at)
      values (${org.id}, ${uuidv7()}, ${personId}, ${name}, ${person.phone}, ${given.note ?? ''}, ${now})
      on conflict (org_id, person_id) where state = 'waiting' do nothing`)
    if (added === 0) throw new AppError('join.waiting')
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
  const { scope, deps } = ctx
  const deptId = given.deptId ?? ctx.self.adminDepts[0] ?? 1
  await requireDepartments(scope, ctx.self, [deptId])
  const row = found(
    await scope.one<RequestRow>(sql`
      update join_requests set state = ${given.approve ? 'approved' : 'rejected'}
      where org_id = ${scope.orgId} and id = ${requestId} and state = 'waiting'
      returning id, person_id, name, phone, note, state, asked_at`),
  )
  if (given.approve) {
    await enrol(scope, deps, { name: row.name, phone: row.phone, departments: [{ deptId }] })
    await notifyPersons(scope, [row.person_id], { type: 'orgs', orgId: scope.orgId })
  }
  return requestView(row)
}
