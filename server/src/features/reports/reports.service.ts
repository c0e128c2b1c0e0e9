import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import type {
  EmploymentStatus,
  HealthStatus,
  Report,
  ReportFigure,
  ReportKind,
  ReportPerson,
} from '@kangbao/shared/contracts/reports.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import type { OrgScope } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'
import { AppError, found } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import { countsOf, isPreparing, noCounts, stillPreparing } from '../completeness/index.ts'
import { currentPause } from '../endpoints/index.ts'
import { remind } from '../notifications/index.ts'
import { listPeople } from './report-people.repo.ts'
import { countReported } from './reported-count.ts'
import { sourceOf } from './reports.policy.ts'
import * as reports from './reports.repo.ts'

/** What the numbers of a report stand on right now. */
async function facts({ deps }: Pick<MemberContext, 'deps'>, scope: OrgScope, kind: ReportKind) {
  const source = sourceOf(kind)
  const org = await reports.orgFacts(scope)
  const day = civilDayOf(deps.clock.now(), org.timeZone)
  const periodStart = source.periodStart(day)
  const form = await reports.formOf(scope, source.templateId)
  const counts = form ? await countsOf(scope, { formId: form.id, periodStart }) : noCounts
  const totalMembers = counts.expected > 0 ? counts.expected : await reports.countMembers(scope)
  const isBeingListed = form !== null && (await isPreparing(scope, { formId: form.id, periodStart }))
  return {
    source,
    org,
    day,
    periodStart,
    form,
    counts,
    totalMembers,
    isOpened: counts.expected > 0,
    isPreparing: isBeingListed,
  }
}

async function commonStatus(scope: OrgScope, kind: ReportKind, known: Awaited<ReturnType<typeof facts>>) {
  const delivered = await reports.lastDeliveredAt(scope, kind)
  const pause = await currentPause(scope)
  return {
    orgName: known.org.name,
    day: known.day,
    totalMembers: known.totalMembers,
    formId: known.form?.id ?? null,
    lastDeliveredAt: delivered?.toISOString() ?? null,
    inFlight: await reports.inFlight(scope, kind),
    pause: pause && { since: new Date(pause.since).toISOString(), reason: pause.reason },
    isPreparing: known.isPreparing,
  }
}

function isFree({ form, isPreparing }: Awaited<ReturnType<typeof facts>>, inFlight: Report | null): boolean {
  return form?.isEnded === false && !isPreparing && inFlight === null
}

/** Z-40, left column. */
export function employmentStatus(ctx: MemberContext): Promise<EmploymentStatus> {
  return ctx.inOrg(async (scope) => {
    const known = await facts(ctx, scope, 'employment')
    const common = await commonStatus(scope, 'employment', known)
    const registered = known.counts.collected
    const reported = known.form
      ? await countReported(ctx.deps.database, scope, {
          formId: known.form.id,
          periodStart: known.periodStart,
        })
      : 0
    const unreported = Math.max(0, registered - reported)
    return {
      ...common,
      reported,
      unreported,
      notRegistered: Math.max(0, known.totalMembers - registered),
      canReport: isFree(known, common.inFlight) && unreported > 0,
    }
  })
}

/** Z-40, right column. */
export function healthStatus(ctx: MemberContext): Promise<HealthStatus> {
  return ctx.inOrg(async (scope) => {
    const known = await facts(ctx, scope, 'health')
    const common = await commonStatus(scope, 'health', known)
    const { collected, abnormal } = known.counts
    return {
      ...common,
      collected,
      notCollected: Math.max(0, known.totalMembers - collected),
      abnormal,
      canReport: isFree(known, common.inFlight),
    }
  })
}

/**
 * Takes the snapshot and owes its delivery, in one transaction (Z-41, Z-44).
 * @throws AppError `report.form-missing`, `report.in-progress`, `report.nothing-new`, `form.preparing`.
 */
export async function send(ctx: MemberContext, kind: ReportKind): Promise<Report> {
  const report = await ctx.inOrg(async (scope) => {
    const source = sourceOf(kind)
    const now = ctx.deps.clock.now()
    const { timeZone } = await reports.orgFacts(scope)
    const day = civilDayOf(now, timeZone)
    const reportId = newId()
    const outcome = await reports.makeReport(scope, {
      reportId,
      outboxId: newId(),
      kind,
      templateId: source.templateId,
      day,
      periodStart: source.periodStart(day),
      feverFacet: source.feverFacet,
      now,
      madeBy: ctx.memberId,
    })
    if (outcome === 'preparing') throw stillPreparing()
    if (outcome !== 'made') throw new AppError(`report.${outcome}`)
    await appendAudit(scope, {
      action: 'report.sent',
      object: `report:${reportId}`,
      detail: { kind },
      at: now,
    })
    return found(await reports.byId(scope, reportId))
  })
  ctx.deps.live.publish(ctx.orgId, { kind: 'report', report: report.id })
  return report
}

export function history(
  ctx: MemberContext,
  kind: ReportKind,
  { cursor, limit }: { cursor?: string | undefined; limit?: number | undefined },
): Promise<{ items: Report[]; nextCursor: string | null }> {
  const size = limit ?? 50
  return ctx.inOrg(async (scope) => {
    const before = cursor === undefined ? null : sequenceOf(cursor)
    const items = await reports.list(scope, kind, { before, limit: size + 1 })
    const last = items.length > size ? items[size - 1] : undefined
    return { items: items.slice(0, size), nextCursor: last ? String(last.sequence) : null }
  })
}

function sequenceOf(cursor: string): number {
  if (!/^\d{1,9}$/.test(cursor)) throw new AppError('request.invalid', { part: 'querystring' })
  return Number(cursor)
}

interface PeopleQuery {
  readonly figure: ReportFigure
  readonly search?: string | undefined
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
}

/** The people behind a figure (Z-42); before its form is published nobody has filed, and everybody is a member. */
export function people(
  ctx: MemberContext,
  kind: ReportKind,
  { figure, search, cursor, limit }: PeopleQuery,
): Promise<{ items: ReportPerson[]; nextCursor: string | null }> {
  const size = limit ?? 50
  return ctx.inOrg(async (scope) => {
    const { form, periodStart, isOpened } = await facts(ctx, scope, kind)
    const after = cursor === undefined ? null : memberIdOf(cursor)
    const items = await listPeople(scope, {
      formId: form?.id ?? null,
      periodStart,
      isOpened,
      figure,
      search,
      after,
      limit: size + 1,
    })
    const last = items.length > size ? items[size - 1] : undefined
    return { items: items.slice(0, size), nextCursor: last?.memberId ?? null }
  })
}

function memberIdOf(cursor: string): string {
  if (!/^[0-9a-f-]{36}$/.test(cursor)) throw new AppError('request.invalid', { part: 'cursor' })
  return cursor
}

/** Reminds everyone missing from a report (Z-42). */
export function remindMissing(ctx: MemberContext, kind: ReportKind): Promise<{ reminded: number }> {
  return ctx.inOrg(async (scope) => {
    const { form, periodStart, isOpened } = await facts(ctx, scope, kind)
    if (!form) throw new AppError('report.form-missing')
    if (form.isEnded) throw new AppError('form.ended')
    if (!isOpened) throw new AppError('reminder.nobody')
    const period = { formId: form.id, periodStart }
    const reminded = await remind(ctx.deps, scope, { ...period, departmentIds: 'all', askedBy: ctx.memberId })
    await appendAudit(scope, {
      action: 'reminder.sent',
      object: `report:${kind}`,
      detail: { reminded },
      at: ctx.deps.clock.now(),
    })
    return { reminded }
  })
}
