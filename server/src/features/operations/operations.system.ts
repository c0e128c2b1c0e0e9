import { sql, type SQL } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { DailyRun } from '@kangbao/shared/contracts/operations.ts'
import type { ReportKind } from '@kangbao/shared/contracts/reports.ts'
import { literal, type Database, type SystemScope } from '../../db/database.ts'

interface RunRow extends Record<string, unknown> {
  readonly id: string
  readonly kind: ReportKind
  readonly day: string
  readonly started_at: string
  readonly finished_at: string | null
  readonly due: number
  readonly delivered: number
  readonly refused: number
  readonly waiting: number
  readonly skipped: number
  readonly endpoints: DailyRun['endpoints']
}

function asRun(row: RunRow): DailyRun {
  return {
    id: row.id,
    kind: row.kind,
    day: row.day,
    startedAt: new Date(row.started_at).toISOString(),
    finishedAt: row.finished_at === null ? null : new Date(row.finished_at).toISOString(),
    due: row.due,
    delivered: row.delivered,
    refused: row.refused,
    waiting: row.waiting,
    skipped: row.skipped,
    endpoints: row.endpoints,
  }
}

async function selectRuns({ tx }: SystemScope, where: SQL): Promise<DailyRun[]> {
  const { rows } = await tx.execute<RunRow>(sql`
    select r.id, r.kind, r.day::text, r.started_at, r.finished_at, orgs.*, parts.*
    from daily_runs r cross join lateral (
      select count(*)::int as due, count(*) filter (where state = 'delivered')::int as delivered,
        count(*) filter (where state = 'refused')::int as refused,
        count(*) filter (where state = 'waiting')::int as waiting,
        count(*) filter (where state = 'skipped')::int as skipped
      from daily_run_orgs d where d.run_id = r.id) as orgs
    cross join lateral (
      select coalesce(json_agg(part order by "endpointId"), '[]') as endpoints from (
        select d.endpoint_id as "endpointId", e.name, count(*)::int as due,
          count(*) filter (where d.state = 'delivered')::int as delivered,
          count(*) filter (where d.state = 'refused')::int as refused,
          count(*) filter (where d.state = 'waiting')::int as waiting
        from daily_run_orgs d join government_endpoints e on e.id = d.endpoint_id
        where d.run_id = r.id group by 1, 2) as part) as parts
    where ${where}`)
  return rows.map(asRun)
}

/** Newest first, those after a place in the list. */
export function listRuns(
  system: SystemScope,
  page: { after: { day: string; kind: string } | null; limit: number },
): Promise<DailyRun[]> {
  const after = page.after ? sql`(r.day, r.kind) < (${page.after.day}::date, ${page.after.kind})` : sql`true`
  return selectRuns(system, sql`${after} order by r.day desc, r.kind desc limit ${page.limit}`)
}

export async function runById(system: SystemScope, id: string): Promise<DailyRun | null> {
  return (await selectRuns(system, sql`r.id = ${id}`))[0] ?? null
}

export interface RunOrg {
  readonly orgId: string
  readonly orgName: string
  readonly state: 'waiting' | 'delivered' | 'refused' | 'skipped'
  readonly reportId: string | null
  readonly reason: string | null
}

/** The orgs of a run, by org id. */
export async function listRunOrgs(
  { tx }: SystemScope,
  page: { runId: string; state: RunOrg['state'] | undefined; after: string | null; limit: number },
): Promise<RunOrg[]> {
  const { rows } = await tx.execute<{
    org_id: string
    name: string
    state: RunOrg['state']
    report_id: string | null
    reason: string | null
  }>(sql`
    select d.org_id, o.name, d.state, d.report_id, d.reason
    from daily_run_orgs d join orgs o on o.id = d.org_id
    where d.run_id = ${page.runId} ${page.state ? sql`and d.state = ${page.state}` : sql``}
      ${page.after === null ? sql`` : sql`and d.org_id > ${page.after}`}
    order by d.org_id limit ${page.limit}`)
  return rows.map((row) => ({
    orgId: row.org_id,
    orgName: row.name,
    state: row.state,
    reportId: row.report_id,
    reason: row.reason,
  }))
}

export interface RunReport {
  readonly state: 'queued' | 'retrying' | 'parked' | 'delivered' | 'refused'
  readonly attempts: number
  readonly nextAttemptAt: string | null
  readonly receiptNo: string | null
}

/** How far the reports of several orgs are, each read under its own tenant; by org id. */
export async function reportsOf(
  database: Database,
  orgs: readonly RunOrg[],
): Promise<ReadonlyMap<string, RunReport>> {
  const asked = orgs.filter((org) => org.reportId !== null)
  const found = await database.inOneTrip(
    asked.map(({ orgId, reportId }) => ({
      orgId,
      text: `select state, attempts, next_attempt_at, receipt_no from reports
        where org_id = ${literal(orgId)}::uuid and id = ${literal(reportId ?? '')}::uuid`,
    })),
  )
  const reports = new Map<string, RunReport>()
  asked.forEach(({ orgId }, i) => {
    const row = found[i]?.[0] as
      | {
          state: RunReport['state']
          attempts: number
          next_attempt_at: Date | null
          receipt_no: string | null
        }
      | undefined // the columns of the statement above
    if (!row) return
    reports.set(orgId, {
      state: row.state,
      attempts: row.attempts,
      nextAttemptAt: row.next_attempt_at?.toISOString() ?? null,
      receiptNo: row.receipt_no,
    })
  })
  return reports
}

export interface OrgRow {
  readonly orgId: string
  readonly corpId: string
  readonly name: string
  readonly state: 'active' | 'removed'
  readonly region: string | null
}

export async function listOrgs(
  { tx }: SystemScope,
  page: { after: string | null; limit: number },
): Promise<OrgRow[]> {
  const { rows } = await tx.execute<{
    id: string
    corp_id: string
    name: string
    state: OrgRow['state']
    region: string | null
  }>(sql`
    select id, corp_id, name, state, region from orgs
    ${page.after === null ? sql`` : sql`where id > ${page.after}`} order by id limit ${page.limit}`)
  return rows.map(({ id, corp_id, name, state, region }) => ({
    orgId: id,
    corpId: corp_id,
    name,
    state,
    region,
  }))
}

export interface OrgDetail {
  readonly apps: { app: string; state: string }[]
  readonly members: number
  readonly lastSyncedAt: string | null
}

/** What an operator may know of several orgs: apps, how many people, when the directory was last read. No person. */
export async function detailsOf(database: Database, orgIds: readonly string[]): Promise<OrgDetail[]> {
  const found = await database.inOneTrip(
    orgIds.map((orgId) => ({
      orgId,
      text: `select
        (select coalesce(json_agg(json_build_object('app', app, 'state', state) order by app), '[]')
          from installations where org_id = ${literal(orgId)}::uuid) as apps,
        (select count(*)::int from members
          where org_id = ${literal(orgId)}::uuid and left_at is null and not is_guest) as members,
        (select finished_at from directory_syncs where org_id = ${literal(orgId)}::uuid) as synced_at`,
    })),
  )
  return orgIds.map((_, i) => {
    const row = found[i]?.[0] as
      { apps: OrgDetail['apps']; members: number; synced_at: Date | null } | undefined // the columns above
    return {
      apps: row?.apps ?? [],
      members: row?.members ?? 0,
      lastSyncedAt: row?.synced_at?.toISOString() ?? null,
    }
  })
}

export async function countCallbacks(
  { tx }: SystemScope,
  now: EpochMs,
): Promise<{ lastHour: number; forgedLastDay: number }> {
  const since = (ms: number) => sql`${new Date(now - ms).toISOString()}::timestamptz`
  const { rows } = await tx.execute<{ last_hour: number; forged: number }>(sql`
    select (select count(*)::int from callback_inbox where received_at > ${since(3_600_000)}) as last_hour,
      (select count(*)::int from system_audit_log
        where at > ${since(86_400_000)} and action = 'callback.refused' and detail ->> 'code' = 'callback.forged') as forged`)
  return { lastHour: rows[0]?.last_hour ?? 0, forgedLastDay: rows[0]?.forged ?? 0 }
}
