import { sql } from 'drizzle-orm'
import type { Suite } from '../config.ts'
import { array, json, type OrgScope, type Queries } from '../db/database.ts'
import type { Deps } from '../deps.ts'

/** One change to tell a suite about. Written in the transaction of the change itself. */
export interface Push {
  suite: Suite
  orgId: string | null
  bizType: number
  bizId: string
  action: string
  data: Record<string, unknown>
}

/** What SyncHTTP has still to tell of an object is told as it is now; the other styles tell everything. */
const latestWins = sql`on conflict (suite_id, org_id, biz_type, biz_id) where state = 'pending' and style = 'synchttp'
  do update set action = excluded.action, data = excluded.data, modified_at = greatest(excluded.modified_at, push_deliveries.modified_at + interval '1 millisecond'),
    attempts = 0, next_at = excluded.next_at`

/** Writes a delivery. SyncHTTP keeps only the latest state of an object that is still waiting. */
export async function emit(tx: Queries, deps: Deps, push: Push): Promise<void> {
  const now = deps.clock.now()
  await tx.run(sql`
    insert into push_deliveries (suite_id, org_id, style, biz_type, biz_id, action, data, created_at, modified_at, next_at)
    values (${push.suite.suiteId}, ${push.orgId}, ${push.suite.pushStyle}, ${push.bizType}, ${push.bizId},
      ${push.action}, ${json(push.data)}, ${now}, ${now}, ${now})
    ${latestWins}`)
  await wakeSender(tx)
}

export const wakeSender = (tx: Queries) => tx.run(sql`select pg_notify('push_work', '')`)

export type MemberAction =
  | 'user_add_org'
  | 'user_modify_org'
  | 'user_dept_change'
  | 'user_role_change'
  | 'user_active_org'
  | 'user_leave_org'
export type DepartmentAction = 'org_dept_create' | 'org_dept_modify' | 'org_dept_remove'

/** Tells every app of the org about members. What they look like is read when the push is sent. */
export async function emitMembers(
  scope: OrgScope,
  deps: Deps,
  changes: { userids: readonly string[]; action: MemberAction },
): Promise<void> {
  if (changes.userids.length === 0) return
  const now = deps.clock.now()
  const isLeaving = changes.action === 'user_leave_org'
  await scope.run(sql`
    insert into push_deliveries (suite_id, org_id, style, biz_type, biz_id, action, data, created_at, modified_at, next_at)
    select a.suite_id, a.org_id, ${styleOf(deps)}, 13, m.userid, ${changes.action},
      case when ${isLeaving} then jsonb_build_object('userId', m.userid, 'unionid', p.union_id) else '{}'::jsonb end,
      ${now}::timestamptz, ${now}::timestamptz, ${now}::timestamptz
    from installed_apps a
    join members m on m.org_id = a.org_id and m.userid = any(${array(changes.userids)}::text[])
    join persons p on p.id = m.person_id
    where a.org_id = ${scope.orgId} and a.suite_id = any(${suiteIds(deps)})
    ${latestWins}`)
  await wakeSender(scope)
}

export async function emitDepartments(
  scope: OrgScope,
  deps: Deps,
  changes: { deptIds: readonly number[]; action: DepartmentAction },
): Promise<void> {
  if (changes.deptIds.length === 0) return
  const now = deps.clock.now()
  await scope.run(sql`
    insert into push_deliveries (suite_id, org_id, style, biz_type, biz_id, action, data, created_at, modified_at, next_at)
    select a.suite_id, a.org_id, ${styleOf(deps)}, 14, d.dept_id::text, ${changes.action}, '{}'::jsonb,
      ${now}::timestamptz, ${now}::timestamptz, ${now}::timestamptz
    from installed_apps a cross join unnest(${array(changes.deptIds)}::int[]) as d (dept_id)
    where a.org_id = ${scope.orgId} and a.suite_id = any(${suiteIds(deps)})
    ${latestWins}`)
  await wakeSender(scope)
}

/** Tells every app of the org about the org itself: what it is called, how it is certified, that it is no more. */
export async function emitOrg(
  scope: OrgScope,
  deps: Deps,
  action: 'org_update' | 'org_remove',
): Promise<void> {
  const now = deps.clock.now()
  await scope.run(sql`
    insert into push_deliveries (suite_id, org_id, style, biz_type, biz_id, action, data, created_at, modified_at, next_at)
    select a.suite_id, a.org_id, ${styleOf(deps)}, 16, o.corp_id, ${action},
      case when ${action === 'org_remove'} then jsonb_build_object('corpid', o.corp_id, 'corp_name', o.name) else '{}'::jsonb end,
      ${now}::timestamptz, ${now}::timestamptz, ${now}::timestamptz
    from installed_apps a join orgs o on o.id = a.org_id
    where a.org_id = ${scope.orgId} and a.suite_id = any(${suiteIds(deps)})
    ${latestWins}`)
  await wakeSender(scope)
}

const suiteIds = ({ config }: Deps) => sql`${array(config.suites.map((suite) => suite.suiteId))}::text[]`

/** The push style belongs to the suite, and suites live in the configuration. */
function styleOf({ config }: Deps) {
  const of = (style: Suite['pushStyle']) =>
    array(config.suites.filter((suite) => suite.pushStyle === style).map((suite) => suite.suiteId))
  return sql`case when a.suite_id = any(${of('legacy')}::text[]) then 'legacy'
    when a.suite_id = any(${of('stream')}::text[]) then 'stream' else 'synchttp' end`
}
