import { sql } from 'drizzle-orm'
import * as apps from '../apps/apps.repo.ts'
import type { Suite } from '../config.ts'
import type { OrgScope } from '../db/database.ts'
import { suiteById, type Deps } from '../deps.ts'
import { authInfo } from '../platform/auth-info.ts'
import * as directory from '../platform/directory.repo.ts'

export interface DeliveryRow {
  id: number
  suite_id: string
  org_id: string | null
  style: Suite['pushStyle']
  biz_type: number
  biz_id: string
  action: string
  data: Record<string, unknown>
  attempts: number
  created_at: Date
  modified_at: Date
}

/** The ISV's own corpId: the ticket belongs to no org. */
export const isvCorpId = 'dingisv0000000000000000000000000'

export interface Item {
  corpId: string
  /** biz_data of SyncHTTP without syncAction; the flat message's fields of legacy pushes. */
  body: Record<string, unknown>
  action: string
}

/**
 * What a delivery says, read now: SyncHTTP carries the latest state, not the state of then.
 * Null when there is nothing (left) the suite may be told.
 */
export async function buildItem(deps: Deps, row: DeliveryRow): Promise<Item | null> {
  const suite = suiteById(deps, row.suite_id)
  if (!suite) return null
  if (row.org_id === null) return ticketItem(deps, row)
  return deps.db.withOrg(row.org_id, async (scope) => {
    const org = await scope.one<{ corp_id: string }>(sql`select corp_id from orgs where id = ${scope.orgId}`)
    if (!org) return null
    const built = await buildOrgItem(scope, deps, { row, suite })
    return built && { corpId: org.corp_id, ...built }
  })
}

async function ticketItem(deps: Deps, row: DeliveryRow): Promise<Item | null> {
  const suite = await deps.db.one<{ ticket: string | null }>(
    sql`select ticket from suites where suite_id = ${row.suite_id}`,
  )
  return suite?.ticket ? { corpId: isvCorpId, action: row.action, body: { suiteTicket: suite.ticket } } : null
}

type Built = Omit<Item, 'corpId'> | null

async function buildOrgItem(
  scope: OrgScope,
  deps: Deps,
  { row, suite }: { row: DeliveryRow; suite: Suite },
): Promise<Built> {
  const { action } = row
  if (
    row.biz_type === 4 &&
    ['org_suite_relieve', 'suite_relieve', 'tmp_auth_code', 'change_auth'].includes(action)
  )
    return { action, body: row.data }
  const app = await apps.bySuite(scope, suite.suiteId)
  // What is taken away is told without what it was; the app is gone already.
  if (action === 'org_micro_app_remove' || action === 'org_remove') return { action, body: row.data }
  if (!app) return null
  if (row.biz_type === 4) return { action, body: { ...(await authInfo(scope, { deps, suite, app })) } }
  if (row.biz_type === 7) return { action, body: await microAppBody(scope, app, action) }
  if (row.biz_type === 13) return memberItem(scope, app, row)
  if (row.biz_type === 16) return orgItem(scope, deps, { row, suite, app })
  return departmentItem(scope, app, row)
}

async function orgItem(
  scope: OrgScope,
  deps: Deps,
  given: { row: DeliveryRow; suite: Suite; app: apps.InstalledRow },
): Promise<Built> {
  const { auth_corp_info: org } = await authInfo(scope, { deps, ...given })
  return { action: given.row.action, body: { errcode: 0, errmsg: 'ok', ...org } }
}

async function microAppBody(
  scope: OrgScope,
  app: apps.InstalledRow,
  action: string,
): Promise<Record<string, unknown>> {
  if (action !== 'org_micro_app_scope_update') return { agentId: app.agentId }
  const { authed_user: users, authed_dept: depts } = await apps.authorisedScope(scope, app)
  return {
    agentId: app.agentId,
    userVisibleScopes: JSON.stringify(users),
    deptVisibleScopes: JSON.stringify(depts),
  }
}

async function memberItem(scope: OrgScope, app: apps.InstalledRow, row: DeliveryRow): Promise<Built> {
  if (row.action === 'user_leave_org') return { action: row.action, body: row.data }
  const user = await directory.userById(scope, app, row.biz_id)
  if (user) return { action: row.action, body: directory.pushedUser(user) }
  // Moved out of what the app may see: for the app that is leaving.
  if (row.action !== 'user_dept_change' && row.action !== 'user_role_change') return null
  const gone = await scope.one<{ userId: string; unionid: string }>(sql`
    select m.userid as "userId", p.union_id as unionid from members m join persons p on p.id = m.person_id
    where m.org_id = ${scope.orgId} and m.userid = ${row.biz_id}`)
  return gone && { action: 'user_leave_org', body: { ...gone } }
}

async function departmentItem(scope: OrgScope, app: apps.InstalledRow, row: DeliveryRow): Promise<Built> {
  if (row.action === 'org_dept_remove') return { action: row.action, body: { id: Number(row.biz_id) } }
  const department = await directory.departmentById(scope, app, Number(row.biz_id))
  return department && { action: row.action, body: directory.pushedDepartment(department) }
}
