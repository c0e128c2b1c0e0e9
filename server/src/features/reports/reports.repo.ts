import { sql, type SQL } from 'drizzle-orm'
import { civilDate, type CivilDate, type EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { EmploymentCounts, HealthCounts } from '@kangbao/shared/contracts/government.ts'
import type { Report, ReportKind } from '@kangbao/shared/contracts/reports.ts'
import type { OrgScope } from '../../db/database.ts'
import { instant } from '../../db/instant.ts'

export type ReportCounts = EmploymentCounts | HealthCounts
export interface Refusal {
  readonly code: string
  readonly title: string
  readonly detail: string
}

/** A report as it is sent: everything in it was fixed when it was made. */
export interface OpenReport {
  readonly id: string
  readonly kind: ReportKind
  readonly sequence: number
  readonly day: CivilDate
  readonly counts: ReportCounts
  readonly orgName: string
  readonly corpId: string
  readonly madeAt: EpochMs
  /** The daily run that made it; null when a person tapped. */
  readonly dailyRunId: string | null
  readonly attempts: number
  /** Whom it was made for, and stays with. */
  readonly endpointId: string
}

/** The report whose turn it is, with how far it is. */
export interface NextReport extends OpenReport {
  /** Nobody knows whether the endpoint took it, and nothing is sent until somebody does. */
  readonly isParked: boolean
  /** A call was under way, to an endpoint that must not get it twice, and its outcome was not noted. */
  readonly wasTried: boolean
}

export interface OrgFacts {
  readonly name: string
  readonly timeZone: string
}

export async function orgFacts({ tx, orgId }: OrgScope): Promise<OrgFacts> {
  const { rows } = await tx.execute<{ name: string; time_zone: string }>(sql`
    select name, time_zone from orgs where id = ${orgId}`)
  const row = rows[0]
  if (!row) throw new Error('the org is gone')
  return { name: row.name, timeZone: row.time_zone }
}

/** The newest form of a template, a published one before ended ones. */
export async function formOf(
  { tx, orgId }: OrgScope,
  templateId: string,
): Promise<{ id: string; isEnded: boolean } | null> {
  const { rows } = await tx.execute<{ id: string; is_ended: boolean }>(sql`
    select id, state = 'ended' as is_ended from forms
    where org_id = ${orgId} and template_id = ${templateId} order by state = 'published' desc, published_at desc limit 1`)
  const row = rows[0]
  return row ? { id: row.id, isEnded: row.is_ended } : null
}

export async function countMembers({ tx, orgId }: OrgScope): Promise<number> {
  const { rows } = await tx.execute<{ members: number }>(sql`
    select count(*)::int as members from members where org_id = ${orgId} and left_at is null and not is_guest`)
  return rows[0]?.members ?? 0
}

export async function lastDeliveredAt({ tx, orgId }: OrgScope, kind: ReportKind): Promise<Date | null> {
  const { rows } = await tx.execute<{ delivered_at: string }>(sql`
    select delivered_at from reports where org_id = ${orgId} and kind = ${kind} and state = 'delivered'
    order by sequence desc limit 1`)
  return rows[0] ? new Date(rows[0].delivered_at) : null
}

type Row = {
  id: string
  kind: ReportKind
  sequence: number
  day: string
  counts: ReportCounts
  made_at: string
  made_by: string | null
  state: Report['state']
  attempts: number
  next_attempt_at: string | null
  delivered_at: string | null
  receipt_no: string | null
  refusal: Refusal | null
}

const text = (at: string | null) => (at === null ? null : new Date(at).toISOString())

function asReport(row: Row): Report {
  return {
    id: row.id,
    kind: row.kind,
    sequence: row.sequence,
    day: row.day,
    counts: row.counts,
    madeAt: new Date(row.made_at).toISOString(),
    madeBy: row.made_by,
    state: row.state,
    attempts: row.attempts,
    nextAttemptAt: text(row.next_attempt_at),
    deliveredAt: text(row.delivered_at),
    receiptNo: row.receipt_no,
    refusal: row.refusal,
  }
}

async function select({ tx, orgId }: OrgScope, where: SQL): Promise<Report[]> {
  const { rows } = await tx.execute<Row>(sql`
    select r.id, r.kind, r.sequence, r.day::text, r.counts, r.made_at, m.name as made_by, r.state, r.attempts,
      r.next_attempt_at, r.delivered_at, r.receipt_no, r.refusal
    from reports r left join members m on m.org_id = r.org_id and m.id = r.made_by
    where r.org_id = ${orgId} and ${where}`)
  return rows.map(asReport)
}

export async function byId(scope: OrgScope, id: string): Promise<Report | null> {
  return (await select(scope, sql`r.id = ${id}`))[0] ?? null
}

/** The oldest report of a kind that is not settled. */
export async function inFlight(scope: OrgScope, kind: ReportKind): Promise<Report | null> {
  const open = sql`r.kind = ${kind} and r.state in ('queued', 'retrying', 'parked') order by r.sequence limit 1`
  return (await select(scope, open))[0] ?? null
}

/** Newest first, those before a sequence number. */
export function list(
  scope: OrgScope,
  kind: ReportKind,
  page: { before: number | null; limit: number },
): Promise<Report[]> {
  const before = page.before === null ? sql`` : sql`and r.sequence < ${page.before}`
  return select(scope, sql`r.kind = ${kind} ${before} order by r.sequence desc limit ${page.limit}`)
}

export interface Snapshot {
  readonly reportId: string
  readonly outboxId: string
  readonly kind: ReportKind
  readonly templateId: string
  readonly day: CivilDate
  readonly periodStart: CivilDate
  readonly feverFacet: number
  readonly now: EpochMs
  readonly madeBy: string
}

type Outcome = 'made' | 'form-missing' | 'in-progress' | 'preparing' | 'nothing-new'

/** Makes a report of the org's numbers of now, with its outbox row; see the function in the migrations. */
export async function makeReport({ tx }: OrgScope, s: Snapshot): Promise<Outcome> {
  const { rows } = await tx.execute<{ outcome: Outcome }>(sql`
    select outcome from make_report(${s.reportId}, ${s.kind}, ${s.templateId}, ${s.day}, ${s.periodStart},
      ${s.feverFacet}, ${instant(s.now)}, ${s.madeBy}, null, true, ${s.outboxId}, ${instant(s.now)})`)
  const row = rows[0]
  if (!row) throw new Error('make_report answered nothing')
  return row.outcome
}

/** The report whose turn it is: the oldest of its kind that is not settled (Z-44: in order). */
export function oldestOpen(scope: OrgScope, kind: ReportKind): Promise<NextReport | null> {
  return open(scope, sql`r.kind = ${kind}`)
}

/** A report that is parked; null when it is not any more. */
export async function parkedById(scope: OrgScope, id: string): Promise<NextReport | null> {
  const report = await open(scope, sql`r.id = ${id}`)
  return report?.isParked ? report : null
}

async function open({ tx, orgId }: OrgScope, where: SQL): Promise<NextReport | null> {
  const { rows } = await tx.execute<{
    id: string
    kind: ReportKind
    sequence: number
    day: string
    counts: ReportCounts
    org_name: string
    corp_id: string
    made_at: string
    daily_run_id: string | null
    attempts: number
    endpoint_id: string
    is_parked: boolean
    was_tried: boolean
  }>(sql`
    select r.id, r.kind, r.sequence, r.day::text, r.counts, r.org_name, o.corp_id, r.made_at, r.daily_run_id, r.attempts,
      r.endpoint_id, r.state = 'parked' as is_parked, r.trying_since is not null as was_tried
    from reports r join orgs o on o.id = r.org_id
    where r.org_id = ${orgId} and ${where} and r.state in ('queued', 'retrying', 'parked')
    order by r.sequence limit 1`)
  const row = rows[0]
  if (!row) return null
  return {
    id: row.id,
    kind: row.kind,
    sequence: row.sequence,
    day: civilDate(row.day),
    counts: row.counts,
    orgName: row.org_name,
    corpId: row.corp_id,
    madeAt: Date.parse(row.made_at),
    dailyRunId: row.daily_run_id,
    attempts: row.attempts,
    endpointId: row.endpoint_id,
    isParked: row.is_parked,
    wasTried: row.was_tried,
  }
}

export async function markRetrying(
  { tx, orgId }: OrgScope,
  id: string,
  nextAttemptAt: EpochMs,
): Promise<void> {
  await tx.execute(sql`
    update reports set state = 'retrying', attempts = attempts + 1, next_attempt_at = ${instant(nextAttemptAt)},
      trying_since = null
    where org_id = ${orgId} and id = ${id} and state in ('queued', 'retrying')`)
}

/** Stores the receipt; false when the report was settled before. */
export async function deliver(
  { tx, orgId }: OrgScope,
  id: string,
  { receiptNo, now }: { receiptNo: string; now: EpochMs },
): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    with settled as (
      update reports set state = 'delivered', attempts = attempts + 1, next_attempt_at = null,
        receipt_no = ${receiptNo}, delivered_at = ${instant(now)}
      where org_id = ${orgId} and id = ${id} and state in ('queued', 'retrying', 'parked') returning id, daily_run_id),
    known as (
      delete from parked_reports p using settled s where p.org_id = ${orgId} and p.report_id = s.id),
    run as (
      update daily_run_orgs d set state = 'delivered', changed_at = ${instant(now)} from settled s
      where d.org_id = ${orgId} and d.run_id = s.daily_run_id and d.report_id = s.id)
    select from settled`)
  return rowCount === 1
}

/** Stores the refusal and frees what the report carried; false when the report was settled before. */
export async function refuse(
  { tx, orgId }: OrgScope,
  id: string,
  { refusal, now }: { refusal: Refusal; now: EpochMs },
): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    with settled as (
      update reports set state = 'refused', attempts = attempts + 1, next_attempt_at = null,
        refusal = ${JSON.stringify(refusal)}::jsonb
      where org_id = ${orgId} and id = ${id} and state in ('queued', 'retrying', 'parked') returning id, daily_run_id),
    known as (
      delete from parked_reports p using settled s where p.org_id = ${orgId} and p.report_id = s.id),
    freed as (
      delete from reported_registrations c using settled s where c.org_id = ${orgId} and c.report_id = s.id),
    run as (
      update daily_run_orgs d set state = 'refused', reason = ${refusal.title}, changed_at = ${instant(now)}
      from settled s where d.org_id = ${orgId} and d.run_id = s.daily_run_id and d.report_id = s.id)
    select from settled`)
  return rowCount === 1
}
