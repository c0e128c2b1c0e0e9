import type { CivilDate, EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { civilDate } from '@kangbao/shared/calendar/civil-day.ts'
import { defaultEndpointId } from '@kangbao/shared/contracts/endpoints.ts'
import type { ReportKind } from '@kangbao/shared/contracts/reports.ts'
import type { Database } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'
import { endpointsOf } from './daily-runs.system.ts'
import type { OpenReport, ReportCounts } from './reports.repo.ts'

/** Orgs of one call: enough to make the trip cheap, few enough to hold no lock for long. */
const orgsPerCall = 50

export interface RunSnapshot {
  readonly orgId: string
  readonly outboxId: string
  readonly report: OpenReport
  /** No older report of this org and kind is open. */
  readonly isNext: boolean
}

export interface SnapshotPlan {
  readonly runId: string
  readonly kind: ReportKind
  readonly day: CivilDate
  readonly templateId: string
  readonly periodStart: CivilDate
  readonly feverFacet: number
  readonly now: EpochMs
  /** When the outbox delivers on its own, should this range not get to it. */
  readonly deliverAt: EpochMs
}

/** An org whose period nobody has opened yet, with its form. */
export interface Unopened {
  readonly orgId: string
  readonly formId: string
}

type Made = {
  i: number
  unopened: string | null
  sequence: number
  counts: ReportCounts
  org_name: string
  corp_id: string
  is_next: boolean
}

/**
 * Takes the snapshots of many orgs, each under its own tenant; an org with nothing to report is skipped. Those whose
 * period is not open yet are left as they are and returned, unless they are to be taken as they are.
 */
export async function makeSnapshots(
  database: Database,
  orgIds: readonly string[],
  plan: SnapshotPlan,
  { takesUnopened }: { readonly takesUnopened: boolean },
): Promise<{ snapshots: RunSnapshot[]; unopened: Unopened[] }> {
  const snapshots: RunSnapshot[] = []
  const unopened: Unopened[] = []
  for (const part of parts(orgIds)) {
    const orgs = part.map((orgId) => ({ orgId, reportId: newId(), outboxId: newId() }))
    const rows = (await database.callBound({
      name: 'make_run_reports',
      text: 'select * from make_run_reports($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)',
      values: [
        orgs.map(({ orgId }) => orgId),
        orgs.map(({ reportId }) => reportId),
        orgs.map(({ outboxId }) => outboxId),
        plan.kind,
        plan.templateId,
        plan.day,
        plan.periodStart,
        plan.feverFacet,
        new Date(plan.now),
        plan.runId,
        new Date(plan.deliverAt),
        takesUnopened,
      ],
    })) as Made[] // the columns of the function
    const endpointIds = await database.inSystem((system) => endpointsOf(system, plan.runId, part))
    for (const row of rows) {
      const org = orgs[row.i - 1]
      if (!org) continue
      const endpointId = endpointIds.get(org.orgId) ?? defaultEndpointId
      if (row.unopened === null) snapshots.push(asSnapshot(org, plan, row, endpointId))
      else unopened.push({ orgId: org.orgId, formId: row.unopened })
    }
  }
  return { snapshots, unopened }
}

function asSnapshot(
  { orgId, reportId, outboxId }: { orgId: string; reportId: string; outboxId: string },
  plan: SnapshotPlan,
  row: Made,
  endpointId: string,
): RunSnapshot {
  return {
    orgId,
    outboxId,
    isNext: row.is_next,
    report: {
      id: reportId,
      kind: plan.kind,
      sequence: row.sequence,
      day: civilDate(plan.day),
      counts: row.counts,
      orgName: row.org_name,
      corpId: row.corp_id,
      madeAt: plan.now,
      dailyRunId: plan.runId,
      attempts: 0,
      endpointId,
    },
  }
}

/** A report of the range that the endpoint took. */
export interface Receipt {
  readonly snapshot: RunSnapshot
  readonly receiptNo: string
}

/**
 * Stores the receipts of many orgs' reports at once, with which nothing is owed for them any more; only reports still
 * open change.
 */
export async function storeReceipts(
  database: Database,
  receipts: readonly Receipt[],
  now: EpochMs,
): Promise<void> {
  for (const part of parts(receipts)) {
    await database.callBound({
      name: 'deliver_run_reports',
      text: 'select deliver_run_reports($1, $2, $3, $4, $5)',
      values: [
        part.map(({ snapshot }) => snapshot.orgId),
        part.map(({ snapshot }) => snapshot.report.id),
        part.map(({ snapshot }) => snapshot.outboxId),
        part.map(({ receiptNo }) => receiptNo),
        new Date(now),
      ],
    })
  }
}

function parts<T>(items: readonly T[]): T[][] {
  const cut: T[][] = []
  for (let first = 0; first < items.length; first += orgsPerCall)
    cut.push(items.slice(first, first + orgsPerCall))
  return cut
}
