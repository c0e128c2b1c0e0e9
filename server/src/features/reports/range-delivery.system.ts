import type { CivilDate, EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { civilDate } from '@kangbao/shared/calendar/civil-day.ts'
import type { ReportKind } from '@kangbao/shared/contracts/reports.ts'
import { literal, type Database } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'
import type { OpenReport, ReportCounts } from './reports.repo.ts'

/** Orgs of one round trip: enough to make the trip cheap, few enough to hold no lock for long. */
const orgsPerTrip = 50

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

interface Made {
  readonly outcome: 'made' | 'form-missing' | 'in-progress' | 'nothing-new'
  readonly sequence: number
  readonly counts: ReportCounts
  readonly org_name: string
  readonly corp_id: string
  readonly is_next: boolean
}

/** Takes the snapshots of many orgs, each under its own tenant; an org with nothing to report is skipped. */
export async function makeSnapshots(
  database: Database,
  orgIds: readonly string[],
  plan: SnapshotPlan,
): Promise<RunSnapshot[]> {
  const snapshots: RunSnapshot[] = []
  for (let first = 0; first < orgIds.length; first += orgsPerTrip) {
    const orgs = orgIds
      .slice(first, first + orgsPerTrip)
      .map((orgId) => ({ orgId, reportId: newId(), outboxId: newId() }))
    const made = await database.inOneTrip(
      orgs.map((org) => ({ orgId: org.orgId, text: snapshotStatement(org, plan) })),
    )
    orgs.forEach((org, i) => {
      const row = made[i]?.[0] as Made | undefined // the columns of the statement below
      if (row?.outcome === 'made') snapshots.push(asSnapshot(org, plan, row))
    })
  }
  return snapshots
}

function snapshotStatement(
  { orgId, reportId, outboxId }: { orgId: string; reportId: string; outboxId: string },
  plan: SnapshotPlan,
): string {
  const [org, report, run] = [orgId, reportId, plan.runId].map((id) => `${literal(id)}::uuid`)
  const now = `${literal(new Date(plan.now).toISOString())}::timestamptz`
  const deliverAt = `${literal(new Date(plan.deliverAt).toISOString())}::timestamptz`
  // eslint-disable-next-line house/sql -- org, report, run and the times were quoted above
  return `
    with made as materialized (
      select * from make_report(${report}, ${literal(plan.kind)}, ${literal(plan.templateId)},
        ${literal(plan.day)}::date, ${literal(plan.periodStart)}::date, ${literal(plan.feverFacet)}, ${now}, null, ${run},
        false, ${literal(outboxId)}::uuid, ${deliverAt})),
    noted as (
      update daily_run_orgs d set changed_at = ${now},
        state = case when made.outcome = 'made' then 'waiting' else 'skipped' end,
        report_id = case when made.outcome = 'made' then ${report} end,
        reason = case when made.outcome = 'made' then null else made.outcome end
      from made where d.org_id = ${org} and d.run_id = ${run})
    select outcome, sequence, counts, org_name, corp_id, is_next from made`
}

function asSnapshot(
  { orgId, reportId, outboxId }: { orgId: string; reportId: string; outboxId: string },
  plan: SnapshotPlan,
  row: Made,
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
    },
  }
}

/** Stores the receipts of many orgs' reports at once; only reports still open change. */
export async function storeReceipts(
  database: Database,
  receipts: readonly { readonly snapshot: RunSnapshot; readonly receiptNo: string }[],
  now: EpochMs,
): Promise<void> {
  const at = `${literal(new Date(now).toISOString())}::timestamptz`
  for (let first = 0; first < receipts.length; first += orgsPerTrip) {
    await database.inOneTrip(
      receipts.slice(first, first + orgsPerTrip).map(({ snapshot: { orgId, report }, receiptNo }) => ({
        orgId,
        text: `
          with settled as (
            update reports set state = 'delivered', attempts = attempts + 1, next_attempt_at = null,
              receipt_no = ${literal(receiptNo)}, delivered_at = ${at}
            where org_id = ${literal(orgId)}::uuid and id = ${literal(report.id)}::uuid
              and state in ('queued', 'retrying') returning id, daily_run_id)
          update daily_run_orgs d set state = 'delivered', changed_at = ${at} from settled s
          where d.org_id = ${literal(orgId)}::uuid and d.run_id = s.daily_run_id and d.report_id = s.id`,
      })),
    )
  }
}
