import type { BodyOf, QueryOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import type * as contracts from '@kangbao/shared/contracts/own-data.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import { idCursor, newId } from '../../db/ids.ts'
import { AppError, found } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import { emit } from '../../jobs/outbox.repo.ts'
import { policyOf } from '../forms/index.ts'
import { openHolds } from '../retention/index.ts'
import { runErasure } from './erasures.jobs.ts'
import * as repo from './erasures.repo.ts'
import type { ErasureRow } from './erasures.repo.ts'

const hourMs = 3_600_000
const defaultPage = 50
const text = (at: number | null) => (at === null ? null : new Date(at).toISOString())

function view(row: ErasureRow): contracts.Erasure {
  return {
    id: row.id,
    askedAt: new Date(row.askedAt).toISOString(),
    dueAt: new Date(row.dueAt).toISOString(),
    state: row.state,
    ground: row.ground,
    explanation: row.explanation,
    doneAt: text(row.doneAt),
  }
}

export async function mine(ctx: MemberContext): Promise<ResponseOf<typeof contracts.getMyErasure>> {
  const last = await ctx.inOrg((scope) => repo.lastOf(scope, ctx.memberId))
  return { last: last && view(last) }
}

/** Done by itself after the hours in which an admin may object, a day at most (S-42). */
export async function ask(ctx: MemberContext): Promise<contracts.Erasure> {
  const now = ctx.deps.clock.now()
  const dueAt = now + policyOf(null).erasureAfterHours * hourMs
  const id = newId()
  return ctx.inOrg(async (scope) => {
    const isNew = await repo.insert(scope, { id, memberId: ctx.memberId, askedAt: now, dueAt })
    if (!isNew) throw new AppError('erasure.asked')
    await emit(
      scope,
      runErasure,
      { orgId: scope.orgId, erasureId: id },
      { now, notBefore: dueAt, dedupKey: id },
    )
    await appendAudit(scope, {
      action: 'erasure.asked',
      object: `erasure:${id}`,
      people: [ctx.memberId],
      at: now,
    })
    return view(found(await repo.byId(scope, id)))
  })
}

export async function takeBackRequest(ctx: MemberContext): Promise<Record<string, never>> {
  const now = ctx.deps.clock.now()
  await ctx.inOrg(async (scope) => {
    const last = found(await repo.lastOf(scope, ctx.memberId))
    const isOpen = await repo.decide(scope, { id: last.id, state: 'taken-back', by: ctx.memberId, now })
    if (!isOpen) throw new AppError('resource.missing')
    await appendAudit(scope, {
      action: 'erasure.taken-back',
      object: `erasure:${last.id}`,
      people: [ctx.memberId],
      at: now,
    })
  })
  return {}
}

export async function list(
  ctx: MemberContext,
  { cursor, limit = defaultPage }: QueryOf<typeof contracts.listErasures>,
): Promise<ResponseOf<typeof contracts.listErasures>> {
  const before = idCursor(cursor)
  return ctx.inOrg(async (scope) => {
    const rows = await repo.list(scope, { before, limit: limit + 1 })
    const items = rows.slice(0, limit).map((row) => ({
      ...view(row),
      memberId: row.memberId,
      memberName: row.memberName,
    }))
    return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
  })
}

/** @throws AppError `hold.missing` when the reason is a legal hold and there is none; `erasure.decided`. */
export async function object(
  ctx: MemberContext,
  erasureId: string,
  { ground, explanation }: BodyOf<typeof contracts.objectToErasure>,
): Promise<contracts.Erasure> {
  const now = ctx.deps.clock.now()
  return ctx.inOrg(async (scope) => {
    const row = found(await repo.byId(scope, erasureId))
    if (ground === 'legal-hold' && (await openHolds(scope)).length === 0) throw new AppError('hold.missing')
    const decision = { id: erasureId, state: 'objected', by: ctx.memberId, ground, now } as const
    if (!(await repo.decide(scope, { ...decision, explanation: explanation.trim() })))
      throw new AppError('erasure.decided')
    await appendAudit(scope, {
      action: 'erasure.objected',
      object: `erasure:${erasureId}`,
      people: [row.memberId],
      detail: { ground },
      at: now,
    })
    return view(found(await repo.byId(scope, erasureId)))
  })
}
