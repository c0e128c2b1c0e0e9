import { sql } from 'drizzle-orm'
import type { FastifyInstance } from 'fastify'
import { oapi, type Call } from './gateway.ts'
import * as tasks from './message-tasks.ts'
import { sendFree, sendTemplate } from './notifications.ts'
import { countCall, readLimits } from './platform-limits.ts'
import { withCaller, type Caller } from './tokens.ts'

/** Work notifications, and what became of them. */
export function platformMessageRoutes(app: FastifyInstance): void {
  const call = (path: string, handler: (caller: Caller, given: Call) => Promise<Record<string, unknown>>) =>
    oapi(app, 'POST', `/topapi/message/corpconversation/${path}`, (given) =>
      withCaller(given, async (caller) => {
        await countCall(given.deps, caller.scope, await readLimits(given.deps, caller.scope))
        return handler(caller, given)
      }),
    )
  call('asyncsend_v2', (caller, { deps, body }) => sendFree(deps, caller, body))
  call('sendbytemplate', (caller, { deps, body }) => sendTemplate(deps, caller, body))
  call('getsendprogress', tasks.progress)
  call('getsendresult', tasks.result)
  call('recall', tasks.recall)
  call('status_bar/update', tasks.updateStatusBar)

  oapi(app, 'GET', '/call_back/get_call_back_failed_result', (given) => withCaller(given, failedPushes))
}

/** Legacy pushes that failed twice or more. A call clears what the one before it returned. */
async function failedPushes({ scope, suite, orgId }: Caller): Promise<Record<string, unknown>> {
  await scope.run(sql`
    delete from push_deliveries
    where suite_id = ${suite.suiteId} and org_id = ${orgId} and was_fetched and state <> 'delivered'`)
  const rows = await scope.rows<{
    action: string
    biz_type: number
    biz_id: string
    created_at: Date
    corp_id: string
  }>(sql`
    update push_deliveries d set was_fetched = true
    from orgs o
    where o.id = d.org_id and d.id in (
      select id from push_deliveries where suite_id = ${suite.suiteId} and org_id = ${orgId} and style = 'legacy'
        and state <> 'delivered' and attempts >= 2 order by id limit 201)
    returning d.action, d.biz_type, d.biz_id, d.created_at, o.corp_id`)
  const failed_list = rows.slice(0, 200).map((row) => ({
    call_back_tag: row.action,
    event_time: row.created_at.getTime(),
    [row.action]: {
      corpid: row.corp_id,
      ...(row.biz_type === 13 ? { userid: [row.biz_id] } : {}),
      ...(row.biz_type === 14 ? { deptid: [Number(row.biz_id)] } : {}),
    },
  }))
  return { has_more: rows.length > 200, failed_list }
}
