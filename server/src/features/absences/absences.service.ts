import {
  civilDayOf,
  daysBetween,
  parseCivilDate,
  type CivilDate,
} from '@kangbao/shared/calendar/civil-day.ts'
import { absenceLimits } from '@kangbao/shared/contracts/absences.ts'
import type * as contracts from '@kangbao/shared/contracts/absences.ts'
import type { BodyOf, QueryOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import type { OrgScope } from '../../db/database.ts'
import { idCursor } from '../../db/ids.ts'
import { AppError, found } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import { membersChanged } from '../completeness/index.ts'
import { visibleDepartments } from '../directory/index.ts'
import { formOrg } from '../forms/index.ts'
import * as repo from './absences.repo.ts'

const defaultPage = 50

async function todayOf(ctx: MemberContext, scope: OrgScope): Promise<CivilDate> {
  return civilDayOf(ctx.deps.clock.now(), (await formOrg(scope)).timeZone)
}

export async function list(
  ctx: MemberContext,
  { cursor, limit = defaultPage }: QueryOf<typeof contracts.listAbsences>,
): Promise<ResponseOf<typeof contracts.listAbsences>> {
  const before = idCursor(cursor)
  const view = await visibleDepartments(ctx)
  return ctx.inOrg(async (scope) => {
    const today = await todayOf(ctx, scope)
    const rows = await repo.listCurrent(scope, { view, today, before, limit: limit + 1 })
    const items = rows.slice(0, limit)
    return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
  })
}

/**
 * Excuses people: expectations of periods going on follow at once, later ones when they are opened.
 * @throws AppError `absence.days` for days that are over, the wrong way round or too many; `absence.person-missing`.
 */
export async function enter(
  ctx: MemberContext,
  { memberIds, kind, from, to }: BodyOf<typeof contracts.enterAbsences>,
): Promise<ResponseOf<typeof contracts.enterAbsences>> {
  const now = ctx.deps.clock.now()
  const view = await visibleDepartments(ctx)
  return ctx.inOrg(async (scope) => {
    const today = await todayOf(ctx, scope)
    const first = parseCivilDate(from)
    const last = parseCivilDate(to)
    if (!first || !last || last < first || last < today || daysBetween(first, last) >= absenceLimits.days)
      throw new AppError('absence.days', { longestDays: absenceLimits.days })
    if ((await repo.visibleMembers(scope, memberIds, view)).length < memberIds.length)
      throw new AppError('absence.person-missing')
    const entry = { memberIds, kind, from: first, to: last, enteredBy: ctx.memberId, now }
    const ids = await repo.insertAbsences(scope, entry)
    await membersChanged(scope, memberIds, now)
    const detail = { kind }
    await appendAudit(scope, {
      action: 'absence.entered',
      object: 'absences',
      people: memberIds,
      detail,
      at: now,
    })
    return { ids }
  })
}

/** @throws AppError `resource.missing` for one of somebody the caller may not see. */
export async function end(ctx: MemberContext, absenceId: string): Promise<Record<string, never>> {
  const now = ctx.deps.clock.now()
  const view = await visibleDepartments(ctx)
  return ctx.inOrg(async (scope) => {
    const when = { today: await todayOf(ctx, scope), now, view }
    const { memberId, isEnded } = found(await repo.endAt(scope, absenceId, when))
    if (!isEnded) return {}
    await membersChanged(scope, [memberId], now)
    const object = `absence:${absenceId}`
    await appendAudit(scope, { action: 'absence.ended', object, people: [memberId], at: now })
    return {}
  })
}
