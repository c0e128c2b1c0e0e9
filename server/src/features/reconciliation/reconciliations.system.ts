import { sql, type SQL } from 'drizzle-orm'
import { civilDate, type CivilDate, type EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import {
  reconciliationDays,
  type Reconciliation,
  type ReconciliationDifference,
} from '@kangbao/shared/contracts/reconciliations.ts'
import type { Difference } from '@kangbao/shared/reports/reconcile.ts'
import type { SystemScope } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'
import { instant } from '../../db/instant.ts'

/** A day's reports for one endpoint. */
export interface EndpointDay {
  readonly day: CivilDate
  readonly endpointId: string
}

/** Null while the day is being compared: two that ask at once begin once. */
export async function begin(
  { tx }: SystemScope,
  { day, endpointId }: EndpointDay,
  now: EpochMs,
): Promise<string | null> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    insert into reconciliations as r (id, day, endpoint_id, started_at)
    values (${newId()}, ${day}, ${endpointId}, ${instant(now)})
    on conflict (day, endpoint_id) do update set started_at = excluded.started_at, finished_at = null, state = 'running'
      where r.finished_at is not null
    returning id`)
  return rows[0]?.id ?? null
}

/** Days from `from` on that had something open or different when they were last compared, before a moment; oldest first. */
export async function unsettledDays(
  { tx }: SystemScope,
  { from, before }: { from: CivilDate; before: EpochMs },
): Promise<EndpointDay[]> {
  const { rows } = await tx.execute<{ day: string; endpoint_id: string }>(sql`
    select day::text, endpoint_id from reconciliations
    where day >= ${from} and started_at < ${instant(before)} and finished_at is not null and (open > 0 or differences > 0)
    order by day, endpoint_id`)
  return rows.map((row) => ({ day: civilDate(row.day), endpointId: row.endpoint_id }))
}

export async function markUnanswered({ tx }: SystemScope, id: string): Promise<void> {
  await tx.execute(sql`
    update reconciliations set state = 'unanswered' where id = ${id} and finished_at is null`)
}

export type Outcome =
  | { readonly state: 'no-list' }
  | {
      readonly state: 'agreed' | 'different'
      readonly delivered: number
      readonly open: number
      readonly taken: number
      readonly differences: number
      readonly kept: readonly (Difference & { readonly orgId: string | null })[]
    }

/** Stores what a comparison found, in the place of what the day's last one did. */
export async function finish({ tx }: SystemScope, id: string, outcome: Outcome, now: EpochMs): Promise<void> {
  const { delivered, open, taken, differences, kept } =
    outcome.state === 'no-list' ? { delivered: 0, open: 0, taken: 0, differences: 0, kept: [] } : outcome
  // The row first: of two runs at once the second waits here, and replaces what the first found.
  await tx.execute(sql`
    update reconciliations set state = ${outcome.state}, finished_at = ${instant(now)}, delivered = ${delivered},
      open = ${open}, taken = ${taken}, differences = ${differences}
    where id = ${id}`)
  await tx.execute(sql`delete from reconciliation_differences where reconciliation_id = ${id}`)
  await tx.execute(sql`
    insert into reconciliation_differences
      (reconciliation_id, no, kind, report_id, org_id, corp_id, report_kind, sequence, fields)
    select ${id}::uuid, no, kind, "reportId", "orgId", "corpId", "reportKind", sequence, fields
    from jsonb_to_recordset(${JSON.stringify(kept.map((each, i) => ({ ...each, no: i + 1 })))}::jsonb)
      as item (no int, kind text, "reportId" uuid, "orgId" uuid, "corpId" text, "reportKind" text, sequence int, fields text[])`)
}

type Row = {
  id: string
  endpoint_id: string
  endpoint_name: string
  day: string
  started_at: string
  finished_at: string | null
  state: Reconciliation['state']
  delivered: number
  open: number
  taken: number
  differences: number
}

async function select({ tx }: SystemScope, where: SQL): Promise<Reconciliation[]> {
  const { rows } = await tx.execute<Row>(sql`
    select r.id, r.endpoint_id, e.name as endpoint_name, r.day::text, r.started_at, r.finished_at, r.state, r.delivered,
      r.open, r.taken, r.differences
    from reconciliations r join government_endpoints e on e.id = r.endpoint_id where ${where}`)
  return rows.map(
    ({ started_at: startedAt, finished_at: finishedAt, endpoint_id, endpoint_name, ...row }) => ({
      ...row,
      endpointId: endpoint_id,
      endpointName: endpoint_name,
      startedAt: new Date(startedAt).toISOString(),
      finishedAt: finishedAt === null ? null : new Date(finishedAt).toISOString(),
    }),
  )
}

/** Newest day first, those before a place in the list. */
export function list(
  system: SystemScope,
  { before, limit }: { before: { day: string; endpointId: string } | null; limit: number },
): Promise<Reconciliation[]> {
  const place =
    before === null
      ? sql`true`
      : sql`(r.day, r.endpoint_id) < (${before.day}::date, ${before.endpointId}::uuid)`
  return select(system, sql`${place} order by r.day desc, r.endpoint_id desc limit ${limit}`)
}

export async function byId(system: SystemScope, id: string): Promise<Reconciliation | null> {
  return (await select(system, sql`r.id = ${id}`))[0] ?? null
}

/** Endpoints a day of which was begun to be compared. */
export async function begunOn({ tx }: SystemScope, day: CivilDate): Promise<string[]> {
  const { rows } = await tx.execute<{ endpoint_id: string }>(sql`
    select endpoint_id from reconciliations where day = ${day}`)
  return rows.map((row) => row.endpoint_id)
}

/** The last day that was compared, and what still differs on the days of a month. */
export async function comparisonOf(
  { tx }: SystemScope,
  now: EpochMs,
): Promise<{ lastDay: string | null; differences: number }> {
  const { rows } = await tx.execute<{ last_day: string | null; differences: number }>(sql`
    select max(day)::text as last_day, coalesce(sum(differences), 0)::int as differences
    from reconciliations
    where finished_at is not null and state <> 'no-list'
      and day >= (${instant(now)})::date - ${reconciliationDays}::int`)
  const row = rows[0]
  return { lastDay: row?.last_day ?? null, differences: row?.differences ?? 0 }
}

type DifferenceRow = {
  no: number
  kind: ReconciliationDifference['kind']
  report_id: string
  org_name: string | null
  corp_id: string
  report_kind: ReconciliationDifference['reportKind']
  sequence: number
  fields: string[]
}

/** In the order they were found, those after a number. */
export async function listDifferences(
  { tx }: SystemScope,
  id: string,
  { after, limit }: { after: number; limit: number },
): Promise<(ReconciliationDifference & { readonly no: number })[]> {
  const { rows } = await tx.execute<DifferenceRow>(sql`
    select d.no, d.kind, d.report_id, o.name as org_name, d.corp_id, d.report_kind, d.sequence, d.fields
    from reconciliation_differences d left join orgs o on o.id = d.org_id
    where d.reconciliation_id = ${id} and d.no > ${after} order by d.no limit ${limit}`)
  return rows.map((row) => ({
    no: row.no,
    kind: row.kind,
    reportId: row.report_id,
    orgName: row.org_name,
    corpId: row.corp_id,
    reportKind: row.report_kind,
    sequence: row.sequence,
    fields: row.fields,
  }))
}
