import { sql } from 'drizzle-orm'
import type { Certification } from '../../contracts/orgs.ts'
import type { OrgScope } from '../db/database.ts'
import { uuidv7 } from '../db/uuid.ts'
import { AppError, found } from '../errors.ts'
import { notifyOrg } from '../events/notify.ts'
import type { Ctx, OrgCtx } from '../http/context.ts'

interface CertificationRow {
  id: string
  org_name: string
  kind: Certification['kind']
  applicant_name: string
  registered_name: string
  credit_code: string
  state: Certification['state']
  reason: string | null
  submitted_at: Date
}

const latest = (scope: OrgScope) =>
  scope.one<CertificationRow>(sql`
    select c.id, o.name as org_name, c.kind, c.applicant_name, c.registered_name, c.credit_code, c.state, c.reason, c.submitted_at
    from certifications c join orgs o on o.id = c.org_id
    where c.org_id = ${scope.orgId} order by c.id desc limit 1`)

const view = (orgId: string, row: CertificationRow): Certification => ({
  id: row.id,
  orgId,
  orgName: row.org_name,
  kind: row.kind,
  applicantName: row.applicant_name,
  registeredName: row.registered_name,
  creditCode: row.credit_code,
  state: row.state,
  reason: row.reason,
  submittedAt: row.submitted_at.toISOString(),
})

export async function get({ scope }: OrgCtx): Promise<{ certification: Certification | null }> {
  const row = await latest(scope)
  return { certification: row && view(scope.orgId, row) }
}

export interface CertificationRequest {
  kind: Certification['kind']
  applicantName: string
  registeredName: string
  creditCode: string
}

/** Hands in a request; approved at once where the workplace is set so (embedded default). */
export async function request(ctx: OrgCtx, given: CertificationRequest): Promise<Certification> {
  const { scope, now, deps } = ctx
  const state = deps.config.autoCertify ? 'approved' : 'submitted'
  const before = await latest(scope)
  if (before?.state === 'submitted') throw new AppError('certification.pending')
  await scope.run(sql`
    insert into certifications (org_id, id, kind, applicant_name, registered_name, credit_code, state, submitted_at)
    values (${scope.orgId}, ${uuidv7()}, ${given.kind}, ${given.applicantName}, ${given.registeredName},
      ${given.creditCode}, ${state}, ${now})`)
  await setOrgState(scope, state)
  return view(scope.orgId, found(await latest(scope)))
}

/** Operator: every org with a request waiting. */
export async function listSubmitted({ deps }: Ctx): Promise<{ items: Certification[] }> {
  const orgs = await deps.db.rows<{ id: string }>(
    sql`select id from orgs where certification = 'submitted' order by id limit 200`,
  )
  const items: Certification[] = []
  for (const { id } of orgs) {
    const row = await deps.db.withOrg(id, latest)
    if (row) items.push(view(id, row))
  }
  return { items }
}

export async function decide(
  { deps }: Ctx,
  id: string,
  given: { orgId: string; approve: boolean; reason?: string },
): Promise<{ done: true }> {
  const state = given.approve ? 'approved' : 'returned'
  await deps.db.withOrg(given.orgId, async (scope) => {
    const changed = await scope.run(sql`
      update certifications set state = ${state}, reason = ${given.reason ?? null}
      where org_id = ${scope.orgId} and id = ${id} and state = 'submitted'`)
    if (changed === 0) throw new AppError('resource.missing')
    await setOrgState(scope, state)
  })
  return { done: true }
}

async function setOrgState(scope: OrgScope, state: string): Promise<void> {
  await scope.run(sql`update orgs set certification = ${state} where id = ${scope.orgId}`)
  await notifyOrg(scope, { type: 'orgs', orgId: scope.orgId }, 'admins')
}
