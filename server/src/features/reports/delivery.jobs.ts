import { Type } from 'typebox'
import { Uuid } from '@kangbao/shared/contracts/fields.ts'
import { ReportKind } from '@kangbao/shared/contracts/reports.ts'
import { noteEvent } from '../../db/org-events.repo.ts'
import { defineJob, exponential, type JobContext } from '../../jobs/define-job.ts'
import { RetryLater } from '../../jobs/retry-later.ts'
import { GovernmentUnavailable, type Verdict } from '../../ports/government.ts'
import { reportCalls } from '../../metrics.ts'
import { tellRefusal } from '../notifications/index.ts'
import { finishRun } from './daily-runs.system.ts'
import { currentPause } from './pauses.system.ts'
import { sourceOf } from './reports.policy.ts'
import * as reports from './reports.repo.ts'
import type { OpenReport } from './reports.repo.ts'
import { wireReport } from './wire.ts'

/** 5 s, doubling up to half an hour: a day of silence costs under sixty tries of one report. */
export const deliveryPauseMs = exponential(5_000, 1_800_000)
/** Looks again so often; going on releases what waits at once. */
const whilePausedMs = 600_000
/** An endpoint that asks for a longer rest than this gets this. */
const longestAskedPauseMs = 6 * 3_600_000

/**
 * Delivers an org's open reports of one kind, oldest first; a later one waits for those before it (Z-44). Safe to run
 * twice: the endpoint drops a repeated key, and only a report still open is settled. One endless failure of one org
 * and kind holds up nobody else.
 */
export const deliverReports = defineJob({
  name: 'reports.deliver',
  queue: 'reports',
  data: Type.Object({ orgId: Uuid, kind: ReportKind }),
  // Tried for as long as it takes.
  retryAfterMs: deliveryPauseMs,
  async run({ orgId, kind }, ctx) {
    for (;;) {
      if (await ctx.deps.database.inSystem(currentPause))
        throw new RetryLater(whilePausedMs, 'the operator has stopped deliveries')
      const next = await ctx.inOrg(orgId, (scope) => reports.oldestOpen(scope, kind))
      if (next === null) return
      const verdict = await ctx.deps.government.submit(wireReport(next)).catch(async (error: unknown) => {
        throw await postponed(ctx, orgId, next, error)
      })
      await settle(ctx, orgId, next, verdict)
    }
  },
})

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
