import { sql } from 'drizzle-orm'
import { civilDate, type CivilDate, type EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { ReportKind } from '@kangbao/shared/contracts/reports.ts'
import type { OwnReport } from '@kangbao/shared/reports/reconcile.ts'
import { literal, type Database, type SystemScope } from '../../db/database.ts'
import type { Government } from '../../ports/government.ts'
import { wireReport, type ReportCounts } from '../reports/index.ts'

const orgsPerTrip = 100

interface Org {
  readonly id: string
  readonly corpId: string
}

interface Row {
  readonly id: string
  readonly kind: ReportKind
  readonly sequence: number
  readonly counts: ReportCounts
  readonly org_name: string
  readonly made_at: Date
  readonly daily_run_id: string | null
  readonly state: 'queued' | 'retrying' | 'parked' | 'delivered' | 'refused'
  readonly receipt_no: string | null
  readonly endpoint_id: string
  readonly delivered_at: Date | null
}

/**
 * What every org here has reported to an endpoint for a day, each read under its own tenant.
 * @param wanted.since delivered from this moment on counts as open.
 * @returns the reports, and the id of each org by its id at the workplace.
 */
export async function ownReports(
  database: Database,
  government: Government,
  wanted: { readonly day: CivilDate; readonly endpointId: string; readonly since: EpochMs },
): Promise<{ reports: OwnReport[]; orgIds: ReadonlyMap<string, string> }> {
  const { day, endpointId, since } = wanted
  const reports: OwnReport[] = []
  const orgIds = new Map<string, string>()
  let after: string | null = null
  for (;;) {
    const from: string | null = after
    const orgs: readonly Org[] = await database.inSystem((system) => orgsAfter(system, from))
    const found = await database.inOneTrip(
      orgs.map(({ id }) => ({ orgId: id, text: reportsOfDay(id, day, endpointId) })),
    )
    for (const [i, { id, corpId }] of orgs.entries()) {
      orgIds.set(corpId, id)
      const rows = (found[i] ?? []) as unknown as Row[] // the columns of the statement below
      reports.push(...rows.map((row) => ownReport(row, { corpId, day, since }, government)))
    }
    after = orgs.at(-1)?.id ?? null
    if (orgs.length < orgsPerTrip) return { reports, orgIds }
  }
}

async function orgsAfter({ tx }: SystemScope, after: string | null): Promise<Org[]> {
  const { rows } = await tx.execute<{ id: string; corp_id: string }>(sql`
    select id, corp_id from orgs where erased_at is null ${after === null ? sql`` : sql`and id > ${after}`}
    order by id limit ${orgsPerTrip}`)
  return rows.map((row) => ({ id: row.id, corpId: row.corp_id }))
}

function reportsOfDay(orgId: string, day: CivilDate, endpointId: string): string {
  return `select id, kind, sequence, counts, org_name, made_at, daily_run_id, state, receipt_no, delivered_at,
      endpoint_id
    from reports where org_id = ${literal(orgId)}::uuid and day = ${literal(day)}::date
      and endpoint_id = ${literal(endpointId)}::uuid order by kind, sequence`
}

function ownReport(
  row: Row,
  { corpId, day, since }: { corpId: string; day: CivilDate; since: EpochMs },
  government: Government,
): OwnReport {
  const { id, kind, sequence, counts } = row
  const wire = wireReport({
    id,
    kind,
    sequence,
    day: civilDate(day),
    counts,
    orgName: row.org_name,
    corpId,
    madeAt: row.made_at.getTime(),
    dailyRunId: row.daily_run_id,
    attempts: 0,
    endpointId: row.endpoint_id,
  })
  const bodyHash = government.digestOf(wire)
  return {
    reportId: id,
    corpId,
    kind,
    day,
    sequence,
    bodyHash,
    receiptNo: row.receipt_no,
    state: stateOf(row, since),
  }
}

function stateOf({ state, delivered_at: at }: Row, since: EpochMs): OwnReport['state'] {
  if (state === 'refused') return 'refused'
  return state === 'delivered' && at !== null && at.getTime() < since ? 'delivered' : 'open'
}
