import { Type, type Static } from 'typebox'
import {
  addDays,
  civilDate,
  CivilDateText,
  instantAt,
  type CivilDate,
  type EpochMs,
} from '@kangbao/shared/calendar/civil-day.ts'
import { periodOf } from '@kangbao/shared/calendar/period.ts'
import { Instant, Uuid } from '@kangbao/shared/contracts/fields.ts'
import { catchUpDays } from '@kangbao/shared/contracts/operations.ts'
import { ReportKind } from '@kangbao/shared/contracts/reports.ts'
import type { SystemScope } from '../../db/database.ts'
import type { Deps } from '../../deps.ts'
import { defineJob, defineTick, exponential, type JobContext } from '../../jobs/define-job.ts'
import { emitMany, emitSystem, systemOrgId } from '../../jobs/outbox.repo.ts'
import { GovernmentUnavailable } from '../../ports/government.ts'
import { reportCalls } from '../../metrics.ts'
import { ensureOpened } from '../completeness/index.ts'
import { currentPause, isResting, liveEndpoint, noteFailure, noteSuccess } from '../endpoints/index.ts'
import { formFacts } from '../forms/index.ts'
import * as runs from './daily-runs.system.ts'
import type { RunRequest, RunStart } from './daily-runs.system.ts'
import { postponed, settle } from './delivery.jobs.ts'
import { makeSnapshots, storeReceipts, type Receipt, type RunSnapshot } from './range-delivery.system.ts'
import { programmeDay, programmeZone, reportKinds, sourceOf } from './reports.policy.ts'
import { wireReport } from './wire.ts'

const orgsPerRange = 100
/** Calls of one range under way at once; the queue runs four ranges side by side. */
const callsInFlight = 50
/** After so many failures in a row the endpoint is down: the rest of the range is left to the outbox. */
const failuresInARow = 5
/** Should a range die between snapshot and delivery, the outbox delivers what is left after this. */
const fallbackMs = 120_000
/** How soon a range asks again whether the lists of people it waits for are complete. */
const listedSoonMs = 15_000

/**
 * Begins each kind's run when its hour has come (Z-45); an hour missed while the server was down is made up for on the
 * same day. A run an operator began earlier in the day is begun anew at the hour.
 */
export const beginDailyRuns = defineTick({
  name: 'reports.daily-run',
  everyMs: 5_000,
  async run({ deps }) {
    const now = deps.clock.now()
    const day = programmeDay(now)
    for (const kind of reportKinds) {
      const hour = instantAt(day, sourceOf(kind).policy.dailyReport.time, programmeZone)
      if (now >= hour) await beginDailyRun(deps, { kind, day, unlessSince: hour, evenIfRunning: true })
      if (sourceOf(kind).isPerDay) await catchUp(deps, kind, day)
    }
  },
})

/** Begins the runs of days on which the server was down from the hour until midnight. */
async function catchUp(deps: Deps, kind: ReportKind, today: CivilDate): Promise<void> {
  const from = addDays(today, -catchUpDays)
  const missed = await deps.database.inSystem((system) => runs.missedDays(system, { kind, from, today }))
  for (const day of missed)
    await beginDailyRun(deps, { kind, day, unlessSince: deps.clock.now(), evenIfRunning: false })
}

/**
 * Reports orgs of a run once more that were refused, or had nothing to report.
 * @returns null while the run goes on; else how many orgs wait in it now.
 */
export function repeatDailyRun(
  { database, clock }: Pick<Deps, 'database' | 'clock'>,
  runId: string,
  states: readonly ('refused' | 'skipped')[],
): Promise<number | null> {
  const now = clock.now()
  return database.inSystem(async (system) => {
    const reopened = await runs.reopenOrgs(system, runId, states, now)
    if (reopened === null) return null
    if (reopened.waiting > 0) await oweRanges(system, reopened.run, now)
    return reopened.waiting
  })
}

/** Begins a run and owes its ranges, spread over the window; null when there is nothing to begin. */
export function beginDailyRun(
  { database, clock }: Pick<Deps, 'database' | 'clock'>,
  request: RunRequest,
): Promise<RunStart | null> {
  const now = clock.now()
  return database.inSystem(async (system) => {
    const run = await runs.beginRun(system, request, now)
    if (run !== null) await oweRanges(system, run, now)
    return run
  })
}

async function oweRanges(system: SystemScope, run: RunStart, now: EpochMs): Promise<void> {
  const ranges = await runs.rangesOf(system, run.id, orgsPerRange)
  const windowMs = sourceOf(run.kind).policy.dailyReport.windowMinutes * 60_000
  await emitMany(
    system,
    reportRange,
    ranges.map((range, i) => ({
      orgId: systemOrgId,
      data: {
        runId: run.id,
        kind: run.kind,
        day: run.day,
        startedAt: new Date(now).toISOString(),
        ...range,
      },
      notBefore: now + Math.floor((windowMs * i) / ranges.length),
    })),
    now,
  )
}

const RangeData = Type.Object({
  runId: Uuid,
  kind: ReportKind,
  day: CivilDateText,
  startedAt: Instant,
  from: Uuid,
  through: Uuid,
  /** Asks again for orgs whose lists were still being written. */
  isAgain: Type.Optional(Type.Literal(true)),
})

/**
 * One range of orgs of a run: their snapshots a few dozen to a round trip, then their deliveries side by side. Safe to
 * run twice: an org with a snapshot is left to the outbox row written with it. One whose list of people is still being
 * written waits for a later turn of the range.
 */
export const reportRange = defineJob({
  name: 'reports.range',
  queue: 'reports',
  data: RangeData,
  retryAfterMs: exponential(2_000, 300_000),
  async run(range, ctx) {
    const { deps } = ctx
    const run = { id: range.runId, startedAt: Date.parse(range.startedAt) }
    const orgIds = await deps.database.inSystem(async (system) => {
      // Asked again, what is not delivered yet waits for a receiver that is down, and not for a worker that was killed.
      if (!range.isAgain)
        await runs.releaseLeftBehind(system, { ...run, kind: range.kind }, range, deps.clock.now())
      return runs.waitingOrgs(system, run, range)
    })
    const snapshots = await snapshotsOf(deps, range, orgIds)
    // While deliveries are stopped, the outbox keeps them.
    if (!(await deps.database.inSystem(currentPause))) await deliverRange(ctx, snapshots)
    await deps.database.inSystem(async (system) => {
      const now = deps.clock.now()
      if ((await runs.waitingOrgs(system, run, range)).length > 0) await oweAgain(system, range, now)
      await runs.finishRun(system, run.id, now)
    })
  },
})

function oweAgain(system: SystemScope, range: Static<typeof RangeData>, now: EpochMs): Promise<void> {
  const dedupKey = `${range.runId}/${range.startedAt}/${range.from}`
  return emitSystem(
    system,
    reportRange,
    { ...range, isAgain: true },
    { now, notBefore: now + listedSoonMs, dedupKey },
  )
}

/**
 * Opens what a server that was down until the hour had no time to open: its people are missing, not unasked. A day that is
 * over is reported as it stands: nobody is asked for it any more.
 */
async function snapshotsOf(
  deps: Deps,
  range: Static<typeof RangeData>,
  orgIds: readonly string[],
): Promise<RunSnapshot[]> {
  const plan = planOf(range, deps.clock.now())
  if (plan.day < programmeDay(plan.now))
    return (await makeSnapshots(deps.database, orgIds, plan, { takesUnopened: true })).snapshots
  const { snapshots, unopened } = await makeSnapshots(deps.database, orgIds, plan, { takesUnopened: false })
  for (const { orgId, formId } of unopened) {
    const facts = await formFacts(deps.database, orgId, formId)
    if (facts) await ensureOpened(deps, facts, periodOf(facts.form.periodKind, plan.day))
  }
  const late = unopened.map(({ orgId }) => orgId)
  const opened = await makeSnapshots(deps.database, late, plan, { takesUnopened: true })
  return [...snapshots, ...opened.snapshots]
}

function planOf({ runId, kind, day }: Static<typeof RangeData>, now: EpochMs) {
  const { templateId, feverFacet, periodStart } = sourceOf(kind)
  const civil = civilDate(day)
  return {
    runId,
    kind,
    day: civil,
    templateId,
    feverFacet,
    periodStart: periodStart(civil),
    now,
    deliverAt: now + fallbackMs,
  }
}

/** Each endpoint's reports by themselves: one that is silent holds up no other's. */
async function deliverRange(ctx: JobContext, snapshots: readonly RunSnapshot[]): Promise<void> {
  const endpointIds = new Set(snapshots.map(({ report }) => report.endpointId))
  const done = await Promise.allSettled(
    [...endpointIds].map((id) =>
      deliverGroup(
        ctx,
        id,
        snapshots.filter(({ report }) => report.endpointId === id),
      ),
    ),
  )
  const broken = done.find((group) => group.status === 'rejected')
  if (broken) throw broken.reason
}

async function deliverGroup(
  ctx: JobContext,
  endpointId: string,
  snapshots: readonly RunSnapshot[],
): Promise<void> {
  const { deps } = ctx
  const endpoint = await liveEndpoint(deps, endpointId)
  const receipts: Receipt[] = []
  const refused: RunSnapshot[] = []
  const left: RunSnapshot[] = snapshots.filter(({ isNext }) => !isNext)
  const queue = snapshots.filter(({ isNext }) => isNext)[Symbol.iterator]()
  let failures = 0
  // One that may not be called now, or not twice, is left to the deliveries of single organisations.
  const isForOutbox =
    endpoint.mode === 'ask-before-resend' || endpoint.pause !== null || isResting(endpoint, deps.clock.now())

  async function lane() {
    for (const snapshot of queue) {
      if (isForOutbox || failures >= failuresInARow) {
        left.push(snapshot)
        continue
      }
      try {
        const verdict = await endpoint.government.submit(wireReport(snapshot.report))
        failures = 0
        if (verdict.accepted) {
          receipts.push({ snapshot, receiptNo: verdict.receiptNo })
          continue
        }
        await settle(ctx, snapshot.orgId, snapshot.report, verdict)
        refused.push(snapshot)
      } catch (error) {
        if (!(error instanceof GovernmentUnavailable)) throw error
        failures += 1
        await noteFailure(deps, endpointId, snapshot.orgId, error)
        await leave(ctx, snapshot, error)
      }
    }
  }
  const lanes = await Promise.allSettled(Array.from({ length: callsInFlight }, lane))

  const now = deps.clock.now()
  if (receipts.length > 0 && failures === 0) await noteSuccess(deps, endpoint)
  await storeReceipts(deps.database, receipts, now)
  await deps.database.inSystem(async (system) => {
    await runs.settleDeliveries(system, refused)
    await runs.releaseDeliveries(system, left, now)
  })
  for (const { snapshot } of receipts) {
    reportCalls.inc({ kind: snapshot.report.kind, outcome: 'accepted' })
    deps.live.publish(snapshot.orgId, { kind: 'report', report: snapshot.report.id })
  }
  const broken = lanes.find((lane) => lane.status === 'rejected')
  if (broken) throw broken.reason
}

/** Leaves one org's report to its outbox row, at the moment noted on the report. */
async function leave(ctx: JobContext, snapshot: RunSnapshot, error: unknown): Promise<void> {
  const { afterMs } = await postponed(ctx, snapshot.orgId, snapshot.report, error)
  const at = ctx.deps.clock.now() + afterMs
  await ctx.deps.database.inSystem((system) => runs.releaseDeliveries(system, [snapshot], at))
}
