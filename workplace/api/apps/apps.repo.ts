import { sql, type SQL } from 'drizzle-orm'
import { array, type OrgScope } from '../db/database.ts'

/** An installed app with the scope the org gave it. */
export interface InstalledRow {
  orgId: string
  agentId: number
  suiteId: string
  state: 'enabled' | 'stopped'
  scopeKind: 'all' | 'admins' | 'some'
  scopeDepts: number[]
  scopeUsers: string[]
  installedAt: Date
  installedBy: string
  isActivated: boolean
  promoCode: string | null
}

const columns = sql`org_id as "orgId", agent_id as "agentId", suite_id as "suiteId", state, scope_kind as "scopeKind",
  scope_depts as "scopeDepts", scope_users as "scopeUsers", installed_at as "installedAt", installed_by as "installedBy",
  is_activated as "isActivated", promo_code as "promoCode"`

export const byAgentId = (scope: OrgScope, agentId: number): Promise<InstalledRow | null> =>
  scope.one<InstalledRow>(
    sql`select ${columns} from installed_apps where org_id = ${scope.orgId} and agent_id = ${agentId}`,
  )

export const bySuite = (scope: OrgScope, suiteId: string): Promise<InstalledRow | null> =>
  scope.one<InstalledRow>(
    sql`select ${columns} from installed_apps where org_id = ${scope.orgId} and suite_id = ${suiteId}`,
  )

export const list = (scope: OrgScope): Promise<InstalledRow[]> =>
  scope.rows<InstalledRow>(
    sql`select ${columns} from installed_apps where org_id = ${scope.orgId} order by installed_at, agent_id`,
  )

/** Whether the app may see the member of table alias `m`: the one rule for screens, reads and pushes. */
export function seesMember(app: InstalledRow): SQL {
  if (app.scopeKind === 'all') return sql`true`
  if (app.scopeKind === 'admins') return sql`m.role <> 'none'`
  return sql`(m.userid = any(${array(app.scopeUsers)}::text[]) or exists (
    select 1 from member_departments sd join departments s on s.org_id = sd.org_id and s.dept_id = sd.dept_id
    where sd.org_id = m.org_id and sd.userid = m.userid and s.path && ${array(app.scopeDepts)}::int[]))`
}

/** Whether the app may see the department of table alias `d`. */
export function seesDepartment(app: InstalledRow): SQL {
  if (app.scopeKind === 'all') return sql`true`
  if (app.scopeKind === 'admins') return sql`false`
  return sql`d.path && ${array(app.scopeDepts)}::int[]`
}

export async function isVisibleTo(scope: OrgScope, app: InstalledRow, userid: string): Promise<boolean> {
  const row = await scope.one(
    sql`select 1 from members m where m.org_id = ${scope.orgId} and m.userid = ${userid} and ${seesMember(app)}`,
  )
  return row !== null
}

/** What auth/scopes and the authorisation pushes tell. */
export async function authorisedScope(
  scope: OrgScope,
  app: InstalledRow,
): Promise<{ authed_user: string[]; authed_dept: number[] }> {
  if (app.scopeKind === 'all') return { authed_user: [], authed_dept: [1] }
  if (app.scopeKind === 'some') return { authed_user: app.scopeUsers, authed_dept: app.scopeDepts }
  const admins = await scope.rows<{ userid: string }>(
    sql`select userid from members where org_id = ${scope.orgId} and role <> 'none' order by userid`,
  )
  return { authed_user: admins.map((row) => row.userid), authed_dept: [] }
}
