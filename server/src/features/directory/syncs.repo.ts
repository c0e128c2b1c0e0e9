import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { DirectorySync } from '@kangbao/shared/contracts/directory.ts'
import type { AppId } from '@kangbao/shared/contracts/sessions.ts'
import type { OrgScope } from '../../db/database.ts'

/** A run silent for this long is taken to be dead. */
export const silentMs = 2 * 60_000

/** Apps through which the directory may be read, the one with the widest use first. */
export async function readingApps({ tx, orgId }: OrgScope): Promise<AppId[]> {
  const { rows } = await tx.execute<{ app: AppId }>(sql`
    select i.app from installations i join orgs o on o.id = i.org_id
    where i.org_id = ${orgId} and i.state = 'active' and o.state = 'active'
    order by i.app <> 'forms', i.installed_at, i.app`)
  return rows.map(({ app }) => app)
}

export async function orgFacts({ tx, orgId }: OrgScope): Promise<{ corpId: string; name: string } | null> {
  const { rows } = await tx.execute<{ corp_id: string; name: string }>(sql`
    select corp_id, name from orgs where id = ${orgId}`)
  return rows[0] ? { corpId: rows[0].corp_id, name: rows[0].name } : null
}

/** Shows a sync as begun from the moment it is owed. Returns whether none was running. */
export async function markOwed({ tx, orgId }: OrgScope, now: EpochMs): Promise<boolean> {
  const at = new Date(now).toISOString()
  const { rows } = await tx.execute(sql`
    insert into directory_syncs (org_id, state, started_at, touched_at) values (${orgId}, 'running', ${at}, ${at})
    on conflict (org_id) do update set state = 'running', run_id = null, reason = null, departments = 0, members = 0,
      started_at = ${at}, finished_at = null, touched_at = ${at}
    where directory_syncs.state <> 'running' or directory_syncs.touched_at < ${staleBefore(now)}
    returning org_id`)
  return rows.length > 0
}

/** Takes the org's one place for a sync; false while another run is alive. */
export async function claim({ tx, orgId }: OrgScope, runId: string, now: EpochMs): Promise<boolean> {
  const at = new Date(now).toISOString()
  const { rows } = await tx.execute(sql`
    insert into directory_syncs (org_id, state, run_id, started_at, touched_at)
    values (${orgId}, 'running', ${runId}, ${at}, ${at})
    on conflict (org_id) do update set state = 'running', run_id = excluded.run_id, reason = null, departments = 0,
      members = 0, started_at = ${at}, finished_at = null, touched_at = ${at}
    where directory_syncs.state <> 'running' or directory_syncs.run_id is null
      or directory_syncs.touched_at < ${staleBefore(now)}
    returning org_id`)
  return rows.length > 0
}

/** Tells how far a run is. False when it is no longer the one that may write: it was taken over or cancelled. */
export async function touch(
  { tx, orgId }: OrgScope,
  run: {
    readonly runId: string
    readonly departments: number
    readonly members: number
    readonly now: EpochMs
  },
): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    update directory_syncs set departments = ${run.departments}, members = ${run.members},
      touched_at = ${new Date(run.now).toISOString()}
    where org_id = ${orgId} and run_id = ${run.runId} and state = 'running' returning org_id`)
  return rows.length > 0
}

export async function finish({ tx, orgId }: OrgScope, runId: string, now: EpochMs): Promise<void> {
  await tx.execute(sql`
    update directory_syncs set state = 'done', run_id = null, finished_at = ${new Date(now).toISOString()}
    where org_id = ${orgId} and run_id = ${runId} and state = 'running'`)
}

export async function fail(
  { tx, orgId }: OrgScope,
  { runId, reason, now }: { runId: string; reason: string; now: EpochMs },
): Promise<void> {
  await tx.execute(sql`
    update directory_syncs set state = 'failed', run_id = null, reason = ${reason},
      finished_at = ${new Date(now).toISOString()}
    where org_id = ${orgId} and run_id = ${runId} and state = 'running'`)
}

/** Stops whatever run there is: its next step finds that it may no longer write. */
export async function cancel({ tx, orgId }: OrgScope, reason: string, now: EpochMs): Promise<void> {
  await tx.execute(sql`
    update directory_syncs set state = 'failed', run_id = null, reason = ${reason},
      finished_at = ${new Date(now).toISOString()}
    where org_id = ${orgId} and state = 'running'`)
}

/** The id of the run that is writing now. */
export async function runningNow({ tx, orgId }: OrgScope): Promise<string | null> {
  const { rows } = await tx.execute<{ run_id: string | null }>(sql`
    select run_id from directory_syncs where org_id = ${orgId} and state = 'running'`)
  return rows[0]?.run_id ?? null
}

export async function progress({ tx, orgId }: OrgScope): Promise<DirectorySync> {
  const { rows } = await tx.execute<{
    state: 'running' | 'done' | 'failed'
    reason: string | null
    departments: number
    members: number
    started_at: string | null
    finished_at: string | null
  }>(sql`
    select state, reason, departments, members, started_at, finished_at from directory_syncs where org_id = ${orgId}`)
  const row = rows[0]
  if (!row)
    return { state: 'never', reason: null, departments: 0, members: 0, startedAt: null, finishedAt: null }
  return {
    state: row.state,
    reason: row.reason,
    departments: row.departments,
    members: row.members,
    startedAt: row.started_at && new Date(row.started_at).toISOString(),
    finishedAt: row.finished_at && new Date(row.finished_at).toISOString(),
  }
}

function staleBefore(now: EpochMs): string {
  return new Date(now - silentMs).toISOString()
}
