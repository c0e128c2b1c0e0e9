import { Type } from 'typebox'
import { Uuid } from '@kangbao/shared/contracts/fields.ts'
import type { GovernmentTakenReport } from '@kangbao/shared/contracts/government.ts'
import { defineJob, defineTick, exponential, type JobContext } from '../../jobs/define-job.ts'
import { emitSystem } from '../../jobs/outbox.repo.ts'
import type { Government } from '../../ports/government.ts'
import { liveEndpoint, wholeList } from '../endpoints/index.ts'
import { finishRun } from './daily-runs.system.ts'
import { goOn } from './delivery.jobs.ts'
import { endpointsToAsk, markAbsent, parkedByDay, type Parked } from './parked.system.ts'
import * as reports from './reports.repo.ts'
import { wireReport } from './wire.ts'

/** Later than any call goes on. */
const askAfterMs = 60_000
/** What is not on the list may come to be. */
const askAgainMs = 15 * 60_000

/**
 * Asks an endpoint's list for what is parked: what it has was delivered. What it does not have is for a person to
 * decide: only the receiver knows whether its list is late. Safe to run twice.
 */
export const askAboutParked = defineJob({
  name: 'reports.ask-parked',
  queue: 'reports',
  data: Type.Object({ endpointId: Uuid }),
  retryAfterMs: exponential(60_000, 3_600_000),
  async run({ endpointId }, ctx) {
    const { database, clock } = ctx.deps
    const days = await database.inSystem((system) => parkedByDay(system, endpointId))
    const { government } = await liveEndpoint(ctx.deps, endpointId)
    for (const [day, parked] of days) {
      const taken = await wholeList(government, day)
      // Who gives no list has nothing on it: a person decides.
      const held = new Map((taken ?? []).map((each) => [each.reportId, each]))
      for (const each of parked) {
        const isKnown = await settleByList(ctx, government, each, held.get(each.reportId))
        if (!isKnown) await database.inSystem((system) => markAbsent(system, each.reportId, clock.now()))
      }
    }
  },
})

/** Owes the question for endpoints of which something is parked, and again while their lists do not have it. */
export const askForParked = defineTick({
  name: 'reports.ask-for-parked',
  everyMs: 30_000,
  async run({ deps: { database, clock } }) {
    const now = clock.now()
    await database.inSystem(async (system) => {
      const due = await endpointsToAsk(system, { parkedBy: now - askAfterMs, askedBy: now - askAgainMs })
      for (const endpointId of due)
        await emitSystem(system, askAboutParked, { endpointId }, { now, dedupKey: endpointId })
    })
  },
})

/** Whether the list settles it: the same report, byte by byte. */
async function settleByList(
  ctx: JobContext,
  government: Government,
  { orgId, reportId }: Parked,
  held: GovernmentTakenReport | undefined,
): Promise<boolean> {
  const { deps } = ctx
  const now = deps.clock.now()
  const report = await ctx.inOrg(orgId, (scope) => reports.parkedById(scope, reportId))
  if (report === null) return true
  if (held?.bodyHash !== government.digestOf(wireReport(report))) return false
  await ctx.inOrg(orgId, async (scope) => {
    await reports.deliver(scope, reportId, { receiptNo: held.receiptNo, now })
    await goOn(scope, report, now)
  })
  const { dailyRunId } = report
  if (dailyRunId !== null) await deps.database.inSystem((system) => finishRun(system, dailyRunId, now))
  deps.live.publish(orgId, { kind: 'report', report: reportId })
  ctx.log.info({ orgId, reportId }, 'a parked report is on the receiver’s list: delivered')
  return true
}
