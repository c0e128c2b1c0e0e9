import { sql, type SQL } from 'drizzle-orm'
import { civilDate, type CivilDate, type EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { ReportKind } from '@kangbao/shared/contracts/reports.ts'
import type { SystemScope } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'
import { instant } from '../../db/instant.ts'

export interface RunStart {
  readonly id: string
  readonly kind: ReportKind
  readonly day: CivilDate
  readonly startedAt: EpochMs
}

export interface RunRequest {
  readonly kind: ReportKind
  readonly day: CivilDate
  /** A run of the day begun before this moment may be begun anew … */
  readonly unlessSince: EpochMs
  /** … while it still goes on, too. */
  readonly evenIfRunning: boolean
}

/**
 * Begins a kind's run of a day with every active org, or begins it anew. Null when there is one that may not be.
 * Two processes asking at once begin one run.
 */
export async function beginRun(
  { tx }: SystemScope,
  { kind, day, unlessSince, evenIfRunning }: RunRequest,
  now: EpochMs,
): Promise<RunStart | null> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    insert into daily_runs as r (id, kind, day, started_at) values (${newId()}, ${kind}, ${day}, ${instant(now)})
    on conflict (kind, day) do update set started_at = excluded.started_at, finished_at = null
      where r.started_at < ${instant(unlessSince)} and (${evenIfRunning} or r.finished_at is not null)
    returning id`)
  const id = rows[0]?.id
  if (id === undefined) return null
  await tx.execute(sql`
    insert into daily_run_orgs as d (org_id, run_id, changed_at)
    select id, ${id}::uuid, ${instant(now)} from orgs where state = 'active'
    on conflict (org_id, run_id) do update
      set state = 'waiting', report_id = null, endpoint_id = null, reason = null, changed_at = excluded.changed_at`)
  await finishRun({ tx }, id, now)
  return { id, kind, day, startedAt: now }
}

/**
 * Opens orgs of a run again that stand in these states, for another report of its day.
 * @returns null while the run goes on; else the run begun anew and how many orgs wait in it, if any do.
 */
export async function reopenOrgs(
  { tx }: SystemScope,
  runId: string,
  states: readonly ('refused' | 'skipped')[],
  now: EpochMs,
): Promise<{ readonly run: RunStart; readonly waiting: number } | null> {
  const { rows } = await tx.execute<{ kind: ReportKind; day: string }>(sql`
    select kind, day::text from daily_runs where id = ${runId} and finished_at is not null for update`)
  const run = rows[0]
  if (!run) return null
  const { rowCount } = await tx.execute(sql`
    update daily_run_orgs set state = 'waiting', report_id = null, endpoint_id = null, reason = null,
      changed_at = ${instant(now)}
    where run_id = ${runId} and state = any(${sql.param([...states])}::text[])`)
  const waiting = rowCount ?? 0
  if (waiting > 0)
    await tx.execute(sql`
      update daily_runs set started_at = ${instant(now)}, finished_at = null where id = ${runId}`)
  return { run: { id: runId, kind: run.kind, day: civilDate(run.day), startedAt: now }, waiting }
}

/**
 * Days before today that no run was begun on since there have been runs: the server was down from the hour until midnight.
 * @param from earliest day looked at.
 */
export async function missedDays(
  { tx }: SystemScope,
  { kind, from, today }: { kind: ReportKind; from: CivilDate; today: CivilDate },
): Promise<CivilDate[]> {
  const { rows } = await tx.execute<{ day: string }>(sql`
    select each::date::text as day
    from (select min(day) as day from daily_runs where kind = ${kind} having count(*) > 0) first,
      generate_series(greatest(${from}::date, first.day), ${today}::date - 1, interval '1 day') as each
    where not exists (select from daily_runs r where r.kind = ${kind} and r.day = each::date)
    order by each`)
  return rows.map(({ day }) => civilDate(day))
}

/** First and last org of every range of `size` orgs of a run. */
export async function rangesOf(
  { tx }: SystemScope,
  runId: string,
  size: number,
): Promise<{ from: string; through: string }[]> {
  const { rows } = await tx.execute<{ from: string; through: string }>(sql`
    select min(org_id::text) as from, max(org_id::text) as through
    from (select org_id, (row_number() over (order by org_id) - 1) / ${size}::int as range
      from daily_run_orgs where run_id = ${runId}) as numbered
    group by range order by range`)
  return rows
}

/** The orgs of a range whose snapshot is still to be made; none when the run has begun anew since. */
export async function waitingOrgs(
  { tx }: SystemScope,
  run: Pick<RunStart, 'id' | 'startedAt'>,
  range: { readonly from: string; readonly through: string },
): Promise<string[]> {
  const { rows } = await tx.execute<{ org_id: string }>(sql`
    select d.org_id from daily_run_orgs d join daily_runs r on r.id = d.run_id
    where d.run_id = ${run.id} and r.started_at = ${instant(run.startedAt)}
      and d.org_id between ${range.from} and ${range.through} and d.state = 'waiting' and d.report_id is null
    order by d.org_id`)
  return rows.map((row) => row.org_id)
}

/** Whom the reports of a run are made for, by org. */
export async function endpointsOf(
  { tx }: SystemScope,
  runId: string,
  orgIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await tx.execute<{ org_id: string; endpoint_id: string }>(sql`
    select org_id, endpoint_id from daily_run_orgs
    where run_id = ${runId} and org_id = any(${sql.param([...orgIds])}::uuid[]) and endpoint_id is not null`)
  return new Map(rows.map((row) => [row.org_id, row.endpoint_id]))
}

/** A delivery the outbox owes. */
export interface OwedDelivery {
  readonly orgId: string
  readonly outboxId: string
}

/** Lets the outbox deliver these on its own: another org's failure, or older reports, stand before them. */
export async function releaseDeliveries(
  { tx }: SystemScope,
  owed: readonly OwedDelivery[],
  at: EpochMs,
): Promise<void> {
  if (owed.length === 0) return
  await tx.execute(sql`
    update outbox set available_at = ${instant(at)} where (org_id, id) in (${keysOf(owed)}) and relayed_at is null`)
}

/**
 * Deliveries of a range whose snapshots an earlier run of it made before it was killed: the outbox need not wait for it.
 * Should it live after all, the endpoint drops by key what comes twice.
 */
export async function releaseLeftBehind(
  { tx }: SystemScope,
  run: Pick<RunStart, 'id' | 'kind'>,
  range: { readonly from: string; readonly through: string },
  now: EpochMs,
): Promise<void> {
  await tx.execute(sql`
    update outbox o set available_at = ${instant(now)}
    from daily_run_orgs d
    where d.run_id = ${run.id} and d.org_id between ${range.from} and ${range.through}
      and d.state = 'waiting' and d.report_id is not null
      and o.org_id = d.org_id and o.job = 'reports.deliver' and o.dedup_key = ${run.kind}
      and o.relayed_at is null and o.available_at > ${instant(now)}`)
}

/** The range delivered these itself: nothing is owed, unless a report was added meanwhile. */
export async function settleDeliveries({ tx }: SystemScope, owed: readonly OwedDelivery[]): Promise<void> {
  if (owed.length === 0) return
  await tx.execute(sql`
    delete from outbox where (org_id, id) in (${keysOf(owed)}) and generation = 1 and relayed_at is null`)
}

function keysOf(owed: readonly OwedDelivery[]): SQL {
  const orgIds = sql.param(owed.map(({ orgId }) => orgId))
  const ids = sql.param(owed.map(({ outboxId }) => outboxId))
  return sql`select * from unnest(${orgIds}::uuid[], ${ids}::uuid[])`
}

/** Closes the run when no org waits any more. */
export async function finishRun({ tx }: SystemScope, runId: string, now: EpochMs): Promise<void> {
  await tx.execute(sql`
    update daily_runs r set finished_at = ${instant(now)}
    where r.id = ${runId} and r.finished_at is null
      and not exists (select from daily_run_orgs d where d.run_id = r.id and d.state = 'waiting')`)
}
