import { sql } from 'drizzle-orm'
import type { FastifyReply } from 'fastify'
import type {
  Certification,
  CertificationLevel,
  PaperItem,
  QueuedCertification,
  RequestState,
  ReturnReason,
} from '../../contracts/certification.ts'
import { open } from '../crypto/sealing.ts'
import { json } from '../db/database.ts'
import { AppError, found } from '../errors.ts'
import type { Ctx, OperatorCtx } from '../http/context.ts'
import { readCursor, toPage } from '../http/page.ts'
import { recordAct } from '../operator/acts.ts'
import * as repo from './certification.repo.ts'
import * as papers from './papers.ts'

interface QueueRow {
  id: string
  org_id: string
  org_name: string
  kind: QueuedCertification['kind']
  registered_name: string
  credit_code: string
  state: RequestState
  level: CertificationLevel | null
  submitted_at: Date
  decided_at: Date | null
  decided_by: string | null
}

const queued = (row: QueueRow): QueuedCertification => ({
  id: row.id,
  orgId: row.org_id,
  orgName: row.org_name,
  kind: row.kind,
  registeredName: row.registered_name,
  creditCode: row.credit_code,
  state: row.state,
  level: row.level,
  submittedAt: row.submitted_at.toISOString(),
  decidedAt: row.decided_at?.toISOString() ?? null,
  decidedBy: row.decided_by,
})

export interface QueueFilter {
  cursor?: string
  limit?: number
  state?: RequestState
  kind?: QueuedCertification['kind']
  search?: string
}

/** Whoever waits longest comes first; of what is decided, the newest. */
export async function search(
  { deps }: Ctx,
  filter: QueueFilter,
): Promise<{ items: QueuedCertification[]; next: string | null; waiting: number }> {
  const limit = filter.limit ?? 50
  const after = readCursor(filter.cursor, 1)
  const isQueue = filter.state === 'submitted'
  const words = filter.search?.trim() ?? ''
  const rows = await deps.db.rows<QueueRow>(sql`
    select * from certification_queue where true
      ${filter.state ? sql`and state = ${filter.state}` : sql``}
      ${filter.kind ? sql`and kind = ${filter.kind}` : sql``}
      ${words ? sql`and strpos(lower(org_name || ' ' || registered_name || ' ' || credit_code), lower(${words})) > 0` : sql``}
      ${after ? (isQueue ? sql`and id > ${after[0]}::uuid` : sql`and id < ${after[0]}::uuid`) : sql``}
    order by id ${isQueue ? sql`asc` : sql`desc`} limit ${limit + 1}`)
  const waiting = await deps.db.one<{ count: number }>(
    sql`select count(*) as count from certification_queue where state = 'submitted'`,
  )
  return {
    ...toPage(rows, limit, { item: queued, key: (row) => [row.id] }),
    waiting: waiting?.count ?? 0,
  }
}

interface Which {
  orgId: string
  id: string
}

export async function read(
  { deps }: Ctx,
  { orgId, id }: Which,
): Promise<{
  certification: Certification
  decidedBy: string | null
  sameCodeElsewhere: number
  earlier: number
}> {
  const row = await deps.db.withOrg(orgId, (scope) => repo.byId(scope, id))
  const about = found(
    await deps.db.one<{ decided_by: string | null; same: number; earlier: number }>(sql`
      select q.decided_by,
        (select count(distinct s.org_id) from certification_queue s
          where s.credit_code = q.credit_code and s.state = 'approved' and s.org_id <> q.org_id) as same,
        (select count(*) from certification_queue e where e.org_id = q.org_id and e.id < q.id) as earlier
      from certification_queue q where q.id = ${id}`),
  )
  return {
    certification: repo.view(orgId, row),
    decidedBy: about.decided_by,
    sameCodeElsewhere: about.same,
    earlier: about.earlier,
  }
}

export const sendPaper = (
  { deps }: Ctx,
  { orgId, id, item, reply }: Which & { item: PaperItem; reply: FastifyReply },
): Promise<FastifyReply> =>
  deps.db.withOrg(orgId, async (scope) => {
    const paper = found((await repo.byId(scope, id))[item])
    return papers.send(scope, deps, { id: paper.id, reply })
  })

/** The whole number is for comparing it with a register; that it was looked at, and why, is kept (X-02). */
export async function revealIdNumber(
  ctx: OperatorCtx,
  { orgId, id }: Which,
  reason: string,
): Promise<{ idNumber: string }> {
  const { deps } = ctx
  return deps.db.withOrg(orgId, async (scope) => {
    const row = await repo.byId(scope, id)
    const sealed = found(row.id_number)
    await recordAct(scope, ctx, {
      action: 'certification.id-opened',
      subject: row.org_name,
      aboutOrg: orgId,
      detail: { reason: reason.trim() },
    })
    return { idNumber: open(deps.config.sealKey, repo.idNumberPlace(orgId, id), sealed).toString() }
  })
}

export type Decision =
  { approve: true; level: CertificationLevel } | { approve: false; reasons: ReturnReason[] }

/** Of two operators who decide at once the first one does; the other is told who it was. */
export async function decide(
  ctx: OperatorCtx,
  { orgId, id }: Which,
  given: Decision,
): Promise<{ done: true }> {
  const { deps, now, operator } = ctx
  const state = given.approve ? 'approved' : 'returned'
  const level = given.approve ? given.level : null
  const reasons = given.approve ? [] : given.reasons
  await deps.db.withOrg(orgId, async (scope) => {
    const row = await repo.byId(scope, id)
    const changed = await scope.run(sql`
      update certifications set state = ${state}, level = ${level}, reasons = ${json(reasons)}, decided_at = ${now}
      where org_id = ${orgId} and id = ${id} and state = 'submitted'`)
    if (changed === 0) {
      const by = await scope.one<{ decided_by: string | null }>(
        sql`select decided_by from certification_queue where id = ${id}`,
      )
      throw new AppError('certification.decided', { by: by?.decided_by ?? '' })
    }
    await scope.run(sql`
      update certification_queue set state = ${state}, level = ${level}, decided_at = ${now}, decided_by = ${operator.name}
      where id = ${id}`)
    await repo.setStanding(scope, deps, given.approve ? { level: given.level } : 'returned')
    await recordAct(scope, ctx, {
      action: given.approve ? 'certification.approved' : 'certification.returned',
      subject: row.org_name,
      aboutOrg: orgId,
      detail: given.approve ? { level: given.level } : { items: reasons.map(({ item }) => item).join(', ') },
    })
  })
  return { done: true }
}
