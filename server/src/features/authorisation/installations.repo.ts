import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { AppId } from '@kangbao/shared/contracts/sessions.ts'
import type { OrgScope } from '../../db/database.ts'
import { revokeOrg } from '../../db/revocations.repo.ts'
import { AppError } from '../../errors.ts'

export type InstallationState = 'active' | 'stopped' | 'removed'
export interface Installation {
  readonly agentId: string
  readonly state: InstallationState
}

/** How an app stands in the org; null when it was never enabled. */
export async function installationOf({ tx, orgId }: OrgScope, app: AppId): Promise<Installation | null> {
  const { rows } = await tx.execute<{ agent_id: string; state: InstallationState }>(sql`
    select agent_id, state from installations where org_id = ${orgId} and app = ${app}`)
  const row = rows[0]
  return row ? { agentId: row.agent_id, state: row.state } : null
}

/** Apps through which the org's directory may be read, the widest mini-app first. */
export async function activeApps({ tx, orgId }: OrgScope): Promise<AppId[]> {
  const { rows } = await tx.execute<{ app: AppId }>(sql`
    select app from installations where org_id = ${orgId} and state = 'active'
    order by app <> 'forms', installed_at, app`)
  return rows.map(({ app }) => app)
}

export async function saveInstallation(
  { tx, orgId }: OrgScope,
  installation: {
    readonly app: AppId
    readonly agentId: string
    readonly state: InstallationState
    readonly now: EpochMs
  },
): Promise<void> {
  const { app, agentId, state } = installation
  const at = new Date(installation.now).toISOString()
  await tx.execute(sql`
    insert into installations (org_id, app, agent_id, state, installed_at, changed_at)
    values (${orgId}, ${app}, ${agentId}, ${state}, ${at}, ${at})
    on conflict (org_id, app) do update set agent_id = excluded.agent_id, state = excluded.state,
      changed_at = excluded.changed_at,
      installed_at = case when installations.state = 'removed' then excluded.installed_at
        else installations.installed_at end`)
}

/** A removed app is not merely stopped, whatever comes later about stopping it. */
export async function withdrawInstallation(
  { tx, orgId }: OrgScope,
  { app, state, now }: { app: AppId; state: 'removed' | 'stopped'; now: EpochMs },
): Promise<void> {
  await tx.execute(sql`
    update installations set state = ${state}, changed_at = ${new Date(now).toISOString()}
    where org_id = ${orgId} and app = ${app} and state <> 'removed' and state <> ${state}`)
}

/** An org without any app left is removed: nothing is sent for it any more. Returns whether it was the last app. */
export async function closeOrgWithoutApps({ tx, orgId }: OrgScope, now: EpochMs): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    update orgs set state = 'removed', removed_at = ${new Date(now).toISOString()}
    where id = ${orgId} and state = 'active'
      and not exists (select 1 from installations where org_id = ${orgId} and state <> 'removed')
    returning id`)
  if (rows.length > 0) await revokeOrg({ tx, orgId }, true)
  return rows.length > 0
}

export async function openOrg({ tx, orgId }: OrgScope): Promise<void> {
  const { rows } = await tx.execute(sql`
    update orgs set state = 'active', removed_at = null where id = ${orgId} and state <> 'active' returning id`)
  if (rows.length > 0) await revokeOrg({ tx, orgId }, false)
}

export async function corpIdOf({ tx, orgId }: OrgScope): Promise<string | null> {
  const { rows } = await tx.execute<{ corp_id: string }>(sql`select corp_id from orgs where id = ${orgId}`)
  return rows[0]?.corp_id ?? null
}

/**
 * The installation of an app the org has enabled and not stopped.
 * @throws AppError `app.not-authorised`, `app.stopped`.
 */
export async function requireInstalled(scope: OrgScope, app: AppId): Promise<Installation> {
  const installation = await installationOf(scope, app)
  if (!installation || installation.state === 'removed') throw new AppError('app.not-authorised', { app })
  if (installation.state === 'stopped') throw new AppError('app.stopped', { app })
  return installation
}
