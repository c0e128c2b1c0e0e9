import { addDays, civilDate, type EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import {
  catchUpDays,
  type DailyRun,
  type DailyRunOrg,
  type InstalledOrg,
  type ReportPause,
  type SystemStatus,
} from '@kangbao/shared/contracts/operations.ts'
import type { ReportKind } from '@kangbao/shared/contracts/reports.ts'
import type { Deps } from '../../deps.ts'
import { idCursor } from '../../db/ids.ts'
import { AppError, found } from '../../errors.ts'
import { pageOf, type Page, type PageQuery } from '../../http/page.ts'
import { noteSystem } from '../../db/system-audit.system.ts'
import { waiting } from '../../jobs/outbox.repo.ts'
import { comparisonOf } from '../reconciliation/index.ts'
import { currentPause, pause, resume, troubled } from '../endpoints/index.ts'
import { beginDailyRun, programmeDay, repeatDailyRun } from '../reports/index.ts'
import * as operations from './operations.system.ts'

export const productVersion = '0.1.0'

/** Automatic daily runs, newest first (Z-45). */
export async function dailyRuns(
  { database }: Deps,
  { cursor, limit = 50 }: PageQuery,
): Promise<Page<DailyRun>> {
  const after = cursor === undefined ? null : runPlace(cursor)
  const runs = await database.inSystem((system) => operations.listRuns(system, { after, limit: limit + 1 }))
  return pageOf(runs, limit, ({ day, kind }) => `${day}_${kind}`)
}

/** @throws AppError `resource.missing`. */
export async function dailyRun({ database }: Deps, runId: string): Promise<DailyRun> {
  return found(await database.inSystem((system) => operations.runById(system, runId)))
}

function runPlace(cursor: string) {
  const [, day, kind] = /^(\d{4}-\d{2}-\d{2})_(employment|health)$/.exec(cursor) ?? []
  if (!day || !kind) throw new AppError('request.invalid', { part: 'querystring' })
  return { day, kind }
}

/**
 * Begins a kind's run of today, or of a day that was missed, at once; one that has ended may be begun again.
 * @throws AppError `run.day`, `run.running`.
 */
export async function startRun(
  deps: Deps,
  { kind, day = programmeDay(deps.clock.now()) }: { kind: ReportKind; day?: string | undefined },
): Promise<DailyRun> {
  const now = deps.clock.now()
  assertRunDay(day, now)
  const request = { kind, day: civilDate(day), unlessSince: now, evenIfRunning: false }
  const run = await beginDailyRun(deps, request)
  if (run === null) throw new AppError('run.running')
  return noted(deps, run.id, 'daily-run.started', { kind, day })
}

/**
 * Reports orgs of a run once more that were refused, or had nothing to report.
 * @throws AppError `resource.missing`, `run.day`, `run.running`, `run.nobody`.
 */
export async function repeatRun(
  deps: Deps,
  runId: string,
  states: readonly ('refused' | 'skipped')[],
): Promise<DailyRun> {
  const { day } = await dailyRun(deps, runId)
  assertRunDay(day, deps.clock.now())
  const waiting = await repeatDailyRun(deps, runId, states)
  if (waiting === null) throw new AppError('run.running')
  if (waiting === 0) throw new AppError('run.nobody')
  return noted(deps, runId, 'daily-run.repeated', { states, orgs: waiting })
}

function assertRunDay(day: string, now: EpochMs): void {
  const today = programmeDay(now)
  if (day > today || day < addDays(today, -catchUpDays)) throw new AppError('run.day')
}

function noted(
  { database, clock }: Deps,
  runId: string,
  action: 'daily-run.started' | 'daily-run.repeated',
  detail: Readonly<Record<string, unknown>>,
): Promise<DailyRun> {
  return database.inSystem(async (system) => {
    const object = `daily-run:${runId}`
    await noteSystem(system, { action, at: clock.now(), actor: 'operator', object, detail })
    return found(await operations.runById(system, runId))
  })
}

/** Whether deliveries are stopped. */
export async function reportPause({ database }: Deps): Promise<{ pause: ReportPause | null }> {
  const current = await database.inSystem(currentPause)
  return { pause: current && { since: new Date(current.since).toISOString(), reason: current.reason } }
}

/** Stops deliveries, or says anew why they are stopped. */
export async function pauseReports(deps: Deps, reason: string): Promise<{ pause: ReportPause | null }> {
  const now = deps.clock.now()
  await deps.database.inSystem(async (system) => {
    await pause(system, reason, now)
    await noteSystem(system, {
      action: 'reports.paused',
      at: now,
      actor: 'operator',
      object: 'report-pause',
      detail: { reason },
    })
  })
  return reportPause(deps)
}

/** Lets deliveries go on; what waited goes at once. */
export async function resumeReports(deps: Deps): Promise<{ pause: ReportPause | null }> {
  const now = deps.clock.now()
  await deps.database.inSystem(async (system) => {
    const wasPaused = await resume(system, now)
    if (wasPaused)
      await noteSystem(system, {
        action: 'reports.resumed',
        at: now,
        actor: 'operator',
        object: 'report-pause',
        detail: {},
      })
  })
  return reportPause(deps)
}

export async function dailyRunOrgs(
  { database }: Deps,
  runId: string,
  { cursor, limit = 50, state }: PageQuery & { state?: operations.RunOrg['state'] | undefined },
): Promise<Page<DailyRunOrg>> {
  const orgs = await database.inSystem(async (system) => {
    found(await operations.runById(system, runId))
    return operations.listRunOrgs(system, { runId, state, after: idCursor(cursor) ?? null, limit: limit + 1 })
  })
  const reports = await operations.reportsOf(database, orgs)
  const items = orgs.map(({ orgId, orgName, state: ownState, reason }) => {
    const report = reports.get(orgId)
    return {
      orgId,
      orgName,
      // While it waits, what its report is waiting for says more.
      state: ownState === 'waiting' && report ? report.state : ownState,
      attempts: report?.attempts ?? 0,
      nextAttemptAt: report?.nextAttemptAt ?? null,
      reason,
      receiptNo: report?.receiptNo ?? null,
    }
  })
  return pageOf(items, limit, ({ orgId }) => orgId)
}

/** Organisations that have installed an app. */
export async function installedOrgs(
  { database }: Deps,
  { cursor, limit = 50 }: PageQuery,
): Promise<Page<InstalledOrg>> {
  const orgs = await database.inSystem((system) =>
    operations.listOrgs(system, { after: idCursor(cursor) ?? null, limit: limit + 1 }),
  )
  const details = await operations.detailsOf(
    database,
    orgs.map(({ orgId }) => orgId),
  )
  const none = { apps: [], members: 0, lastSyncedAt: null }
  return pageOf(
    orgs.map((org, i) => ({ ...org, ...(details[i] ?? none) })),
    limit,
    ({ orgId }) => orgId,
  )
}

/** Database, queue, outbox and callbacks at a glance; says so when the database does not answer. */
export async function status({ database, queues, clock, log }: Deps): Promise<SystemStatus> {
  const now = clock.now()
  const base = { now: new Date(now).toISOString(), version: productVersion }
  try {
    const [queue, [outbox, callbacks, comparison, endpoints]] = await Promise.all([
      queues.counts(),
      database.inSystem(
        async (system) =>
          [
            await waiting(system, now),
            await operations.countCallbacks(system, now),
            await comparisonOf(system, now),
            await troubled(system),
          ] as const,
      ),
    ])
    return {
      ...base,
      database: true,
      queue: { backend: queues.backend, ...queue },
      outbox: { waiting: outbox.waiting, oldestAt: outbox.dueSince?.toISOString() ?? null },
      callbacks,
      comparison,
      endpoints,
    }
  } catch (error) {
    log.warn({ err: error }, 'status: the database or the queue does not answer')
    return {
      ...base,
      database: false,
      queue: { backend: queues.backend, waiting: 0, failed: 0 },
      outbox: { waiting: 0, oldestAt: null },
      callbacks: { lastHour: 0, forgedLastDay: 0 },
      comparison: { lastDay: null, differences: 0 },
      endpoints: { overdue: 0, parked: 0 },
    }
  }
}
