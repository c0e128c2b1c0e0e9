import { sql } from 'drizzle-orm'
import type { AppId } from '@kangbao/shared/contracts/sessions.ts'
import type { OrgScope } from '../../db/database.ts'

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
