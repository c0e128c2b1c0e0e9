import { sql } from 'drizzle-orm'
import { civilDate, type CivilDate, type EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { ParkedReport } from '@kangbao/shared/contracts/parked-reports.ts'
import type { SystemScope } from '../../db/database.ts'
import { systemOrgId } from '../../db/ids.ts'
import { instant } from '../../db/instant.ts'

type Row = {
  report_id: string
  org_id: string
  org_name: string
  kind: ParkedReport['kind']
  day: string
  sequence: number
  endpoint_id: string
  endpoint_name: string
  parked_at: string
  absent_at: string | null
}

/** Oldest first, those after a report. */
export async function listParked(
  { tx }: SystemScope,
  page: { endpointId: string | undefined; after: string | null; limit: number },
): Promise<ParkedReport[]> {
  const { endpointId, after, limit } = page
  const { rows } = await tx.execute<Row>(sql`
    select p.report_id, p.org_id, o.name as org_name, p.kind, p.day::text, p.sequence, p.endpoint_id,
      e.name as endpoint_name, p.parked_at, p.absent_at
    from parked_reports p join orgs o on o.id = p.org_id join government_endpoints e on e.id = p.endpoint_id
    where ${endpointId === undefined ? sql`true` : sql`p.endpoint_id = ${endpointId}`}
      ${after === null ? sql`` : sql`and p.report_id > ${after}`}
    -- Ids of reports begin with their time.
    order by p.report_id limit ${limit}`)
  return rows.map((row) => ({
    reportId: row.report_id,
    orgId: row.org_id,
    orgName: row.org_name,
    kind: row.kind,
    day: row.day,
    sequence: row.sequence,
    endpointId: row.endpoint_id,
    endpointName: row.endpoint_name,
    parkedAt: new Date(row.parked_at).toISOString(),
    absentAt: row.absent_at === null ? null : new Date(row.absent_at).toISOString(),
  }))
}

export interface Parked {
  readonly orgId: string
  readonly reportId: string
}

/** What is parked of one endpoint, by the day whose list has it. */
export async function parkedByDay(
  { tx }: SystemScope,
  endpointId: string,
): Promise<ReadonlyMap<CivilDate, readonly Parked[]>> {
  const { rows } = await tx.execute<{ org_id: string; report_id: string; day: string }>(sql`
    select org_id, report_id, day::text from parked_reports where endpoint_id = ${endpointId} order by day, report_id`)
  const days = new Map<CivilDate, Parked[]>()
  for (const row of rows) {
    const day = civilDate(row.day)
    const parked = { orgId: row.org_id, reportId: row.report_id }
    days.set(day, [...(days.get(day) ?? []), parked])
  }
  return days
}

/** The receiver's list was read and does not have it. */
export async function markAbsent({ tx }: SystemScope, reportId: string, now: EpochMs): Promise<void> {
  await tx.execute(sql`update parked_reports set absent_at = ${instant(now)} where report_id = ${reportId}`)
}

/** Endpoints whose list is to be asked, and is not being asked already. */
export async function endpointsToAsk(
  { tx }: SystemScope,
  { parkedBy, askedBy }: { readonly parkedBy: EpochMs; readonly askedBy: EpochMs },
): Promise<string[]> {
  const { rows } = await tx.execute<{ endpoint_id: string }>(sql`
    select distinct p.endpoint_id from parked_reports p
    where case when p.absent_at is null then p.parked_at <= ${instant(parkedBy)} else p.absent_at <= ${instant(askedBy)} end
      and not exists (select from outbox o where o.org_id = ${systemOrgId} and o.job = 'reports.ask-parked'
        and o.dedup_key = p.endpoint_id::text)`)
  return rows.map((row) => row.endpoint_id)
}
