import { Type } from 'typebox'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { Uuid } from '@kangbao/shared/contracts/fields.ts'
import { ReportKind } from '@kangbao/shared/contracts/reports.ts'
import { noteEvent } from '../../db/org-events.repo.ts'
import { defineJob, exponential, type JobContext } from '../../jobs/define-job.ts'
import { RetryLater } from '../../jobs/retry-later.ts'
import { GovernmentUnavailable, type Verdict } from '../../ports/government.ts'
import { reportCalls } from '../../metrics.ts'
import {
  callEndpoint,
  currentPause,
  liveEndpoint,
  longestAskedPauseMs,
  type LiveEndpoint,
} from '../endpoints/index.ts'
import { tellRefusal } from '../notifications/index.ts'
import { finishRun } from './daily-runs.system.ts'
import { emit } from '../../jobs/outbox.repo.ts'
import type { OrgScope } from '../../db/database.ts'
import { markTrying, park } from './parked.repo.ts'
import { sourceOf } from './reports.policy.ts'
import * as reports from './reports.repo.ts'
import type { NextReport, OpenReport } from './reports.repo.ts'
import { wireReport } from './wire.ts'

/** 5 s, doubling up to half an hour: a day of silence costs under sixty tries of one report. */
export const deliveryPauseMs = exponential(5_000, 1_800_000)
/** Looks again so often; going on releases what waits at once. */
const whilePausedMs = 600_000

/**
 * Delivers an org's open reports of one kind, oldest first, each to the endpoint it was made for; a later one waits for
 * those before it (Z-44). Safe to run twice: the endpoint drops a repeated key, and only a report still open is settled. To
 * one that drops nothing no call is made twice: what nobody knows the outcome of is parked. One endless failure of
 * one org and kind holds up nobody else.
 */
export const deliverReports = defineJob({
  name: 'reports.deliver',
  queue: 'deliveries',
  // The endpoint is for counting what each is owed: reports remember their own.
  data: Type.Object({ orgId: Uuid, kind: ReportKind, endpointId: Type.Optional(Uuid) }),
  // Tried for as long as it takes.
  retryAfterMs: deliveryPauseMs,
  async run({ orgId, kind }, ctx) {
    for (;;) {
      if (await ctx.deps.database.inSystem(currentPause))
        throw new RetryLater(whilePausedMs, 'the operator has stopped deliveries')
      const next = await ctx.inOrg(orgId, (scope) => reports.oldestOpen(scope, kind))
      if (next === null || next.isParked) return
      const endpoint = await liveEndpoint(ctx.deps, next.endpointId)
      if (endpoint.pause !== null)
        throw new RetryLater(whilePausedMs, 'the operator has stopped deliveries to the endpoint')
      const verdict = await delivered(ctx, orgId, next, endpoint)
      if (verdict === 'unknown') return
      await settle(ctx, orgId, next, verdict)
    }
  },
})

/** @throws RetryLater when it is known that the report was not taken, or it may be sent again without harm. */
async function delivered(
  ctx: JobContext,
  orgId: string,
  next: NextReport,
  endpoint: LiveEndpoint,
): Promise<Verdict | 'unknown'> {
  const { deps } = ctx
  const asks = endpoint.mode === 'ask-before-resend'
  if (asks && next.wasTried) return parked(ctx, orgId, next)
  try {
    return await callEndpoint(deps, endpoint, orgId, async (government) => {
      if (asks) await ctx.inOrg(orgId, (scope) => markTrying(scope, next.id, deps.clock.now()))
      return government.submit(wireReport(next))
    })
  } catch (error) {
    if (error instanceof RetryLater) throw error
    if (asks && error instanceof GovernmentUnavailable && !error.isUntaken) return parked(ctx, orgId, next)
    throw await postponed(ctx, orgId, next, error)
  }
}

async function parked(ctx: JobContext, orgId: string, { id, kind }: OpenReport): Promise<'unknown'> {
  const { deps } = ctx
  reportCalls.inc({ kind, outcome: 'unknown' })
  await ctx.inOrg(orgId, (scope) => park(scope, id, deps.clock.now()))
  deps.live.publish(orgId, { kind: 'report', report: id })
  ctx.log.warn({ orgId, reportId: id }, 'nobody knows whether the report was taken: parked')
  return 'unknown'
}

/** Owes the deliveries that waited for a report of which it is known now what became of it. */
export function goOn(scope: OrgScope, { kind, endpointId }: OpenReport, now: EpochMs): Promise<void> {
  const { orgId } = scope
  return emit(scope, deliverReports, { orgId, kind, endpointId }, { now, dedupKey: kind })
}

/** Notes on the report when it is tried again; returns what to throw, so that the job is tried then. */
export async function postponed(
  ctx: JobContext,
  orgId: string,
  report: OpenReport,
  error: unknown,
): Promise<RetryLater> {
  reportCalls.inc({ kind: report.kind, outcome: 'unavailable' })
  const asked = error instanceof GovernmentUnavailable ? error.retryAfterMs : null
  const pauseMs = asked === null ? deliveryPauseMs(report.attempts + 1) : Math.min(asked, longestAskedPauseMs)
  const at = ctx.deps.clock.now() + pauseMs
  await ctx.inOrg(orgId, (scope) => reports.markRetrying(scope, report.id, at))
  ctx.deps.live.publish(orgId, { kind: 'report', report: report.id })
  return new RetryLater(pauseMs, 'the government did not take the report', { cause: error })
}

/** Stores what the government said. A refusal stops this report, frees its registrations and tells the admins. */
export async function settle(
  ctx: JobContext,
  orgId: string,
  report: OpenReport,
  verdict: Verdict,
): Promise<void> {
  const { deps } = ctx
  const now = deps.clock.now()
  reportCalls.inc({ kind: report.kind, outcome: verdict.accepted ? 'accepted' : 'refused' })
  await ctx.inOrg(orgId, async (scope) => {
    if (verdict.accepted) {
      await reports.deliver(scope, report.id, { receiptNo: verdict.receiptNo, now })
      return
    }
    if (!(await reports.refuse(scope, report.id, { refusal: verdict.refusal, now }))) return
    const { id: reportId, kind, day, sequence } = report
    const data = { reportId, kind, day, sequence, code: verdict.refusal.code }
    await noteEvent(scope, { type: 'report.refused', at: now, data })
    const source = sourceOf(report.kind)
    const form = await reports.formOf(scope, source.templateId)
    if (!form) return
    const periodStart = source.periodStart(report.day)
    await tellRefusal(deps, scope, { formId: form.id, periodStart, reportId: report.id })
  })
  deps.live.publish(orgId, { kind: 'report', report: report.id })
  const { dailyRunId } = report
  if (dailyRunId !== null) await deps.database.inSystem((system) => finishRun(system, dailyRunId, now))
  ctx.log.info({ orgId, reportId: report.id, isAccepted: verdict.accepted }, 'report settled')
}
