import { sql } from 'drizzle-orm'
import { civilDate } from '@kangbao/shared/calendar/civil-day.ts'
import { creditCodeProblem } from '@kangbao/shared/identity/credit-code.ts'
import { idNumberProblem, maskIdNumber } from '@kangbao/shared/identity/id-number.ts'
import type {
  Certification,
  CertificationItem,
  CertificationLevel,
  PaperItem,
} from '../../contracts/certification.ts'
import { civilDay } from '../clock.ts'
import { open, seal } from '../crypto/sealing.ts'
import type { OrgScope } from '../db/database.ts'
import { uuidv7 } from '../db/uuid.ts'
import { AppError } from '../errors.ts'
import type { OrgCtx } from '../http/context.ts'
import * as repo from './certification.repo.ts'

export async function get({
  scope,
}: OrgCtx): Promise<{ certification: Certification | null; holds: CertificationLevel | null }> {
  const row = await repo.latest(scope)
  return { certification: row && repo.view(scope.orgId, row), holds: await repo.levelHeld(scope) }
}

export interface CertificationRequest {
  kind: Certification['kind']
  applicantName: string
  /** Left out: that of the request before. */
  idNumber?: string
  registeredName: string
  creditCode: string
  licenceId: string
  letterId: string
}

/** Hands in a request; approved at once where the workplace is set so (embedded default). */
export async function request(ctx: OrgCtx, given: CertificationRequest): Promise<Certification> {
  const { scope, now, deps, self } = ctx
  if (self.role !== 'main') throw new AppError('permission.denied')
  if ((await repo.levelHeld(scope)) === 'advanced') throw new AppError('certification.done')
  const before = await repo.latest(scope)
  if (before?.state === 'submitted') throw new AppError('certification.pending')
  const [idNumber, creditCode] = [idNumberOf(ctx, given, before), given.creditCode.trim().toUpperCase()]
  refuse('idNumber', idNumberProblem(idNumber, civilDate(civilDay(now))))
  refuse('creditCode', creditCodeProblem(creditCode))
  await requirePaper(scope, 'licence', given.licenceId)
  await requirePaper(scope, 'letter', given.letterId)
  const id = uuidv7()
  const state = deps.config.autoCertify ? 'approved' : 'submitted'
  const level = deps.config.autoCertify ? 'advanced' : null
  const decidedAt = deps.config.autoCertify ? now : null
  const sealed = seal(deps.config.sealKey, repo.idNumberPlace(scope.orgId, id), Buffer.from(idNumber))
  await scope.run(sql`
    insert into certifications (org_id, id, kind, applicant_name, id_number, id_masked, registered_name, credit_code,
      licence_id, letter_id, state, level, submitted_at, decided_at)
    values (${scope.orgId}, ${id}, ${given.kind}, ${given.applicantName.trim()}, ${sealed}, ${maskIdNumber(idNumber)},
      ${given.registeredName.trim()}, ${creditCode}, ${given.licenceId}, ${given.letterId}, ${state}, ${level}, ${now},
      ${decidedAt})`)
  await scope.run(sql`
    insert into certification_queue (id, org_id, org_name, kind, registered_name, credit_code, state, level, submitted_at, decided_at)
    select ${id}, id, name, ${given.kind}, ${given.registeredName.trim()}, ${creditCode}, ${state}, ${level}, ${now}::timestamptz,
      ${decidedAt}::timestamptz from orgs where id = ${scope.orgId}`)
  await repo.setStanding(scope, deps, level ? { level } : 'submitted')
  return repo.view(scope.orgId, await repo.byId(scope, id))
}

/** Taken back by the org itself; its data fill the next form. */
export async function withdraw(ctx: OrgCtx, id: string): Promise<Certification> {
  const { scope, now, self } = ctx
  if (self.role !== 'main') throw new AppError('permission.denied')
  await repo.byId(scope, id)
  const changed = await scope.run(sql`
    update certifications set state = 'withdrawn', decided_at = ${now}
    where org_id = ${scope.orgId} and id = ${id} and state = 'submitted'`)
  if (changed === 0) throw new AppError('certification.decided')
  await scope.run(
    sql`update certification_queue set state = 'withdrawn', decided_at = ${now} where id = ${id}`,
  )
  await repo.setStanding(scope, ctx.deps, 'none')
  return repo.view(scope.orgId, await repo.byId(scope, id))
}

function idNumberOf(
  { deps, orgId }: OrgCtx,
  given: CertificationRequest,
  before: repo.CertificationRow | null,
): string {
  if (given.idNumber !== undefined) return given.idNumber.trim().toUpperCase()
  if (!before?.id_number) return ''
  return open(deps.config.sealKey, repo.idNumberPlace(orgId, before.id), before.id_number).toString()
}

/** Names the item, so that the form can show it where it stands. */
function refuse(item: CertificationItem, problem: string | null): void {
  if (problem !== null) throw new AppError('certification.item', { item, problem })
}

async function requirePaper(scope: OrgScope, item: PaperItem, id: string): Promise<void> {
  const paper = await scope.one(sql`
    select 1 from certification_files where org_id = ${scope.orgId} and id = ${id} and item = ${item}`)
  refuse(item, paper ? null : 'missing')
}
