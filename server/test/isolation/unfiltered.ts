import type pg from 'pg'
import type { TestServer } from '../server.ts'

/** Reading these without an org is not held up by a second wall: they have none (see tenancy.test.ts). */
const systemTables =
  /\b(orgs|outbox|form_links|phone_bindings|due_sends|daily_runs|daily_run_orgs|reconciliations|reconciliation_differences|report_pauses|government_endpoints|parked_reports|rollup_reports|region_rollups|region_viewers|callback_inbox|sessions|refresh_tokens|revocations|sms_codes|sms_reminders)\b/

/** `org_id = $3`, `e.org_id = '…'`, `"e".org_id = $1`: what a statement says of the tenant by itself. */
const tenantFilter =
  /(?<!app\.)(?<!set local )(?:(?:\b\w+|"\w+")\.)?\borg_id = (\$\d+|'[0-9a-f-]{36}')(?:::uuid)?/g

/**
 * Switches the application's own tenant filter off, as if it had been forgotten in every statement: what still keeps
 * orgs apart is the database. Returns how many statements were changed so far.
 */
export function dropTenantFilters({ deps }: TestServer): () => number {
  let dropped = 0
  const seen = new WeakSet<pg.PoolClient>()
  const { pool } = deps.database
  const connect = pool.connect.bind(pool) as () => Promise<pg.PoolClient>

  function unfilter(client: pg.PoolClient): pg.PoolClient {
    if (seen.has(client)) return client
    seen.add(client)
    const query = client.query.bind(client) as (...parts: unknown[]) => unknown
    let isInOrg = false
    const asked = (text: string): string => {
      if (/^(commit|rollback)/.test(text)) isInOrg = false
      if (text.includes('set local app.org_id')) isInOrg = true
      if (!isInOrg || systemTables.test(text)) return text
      return text.replace(tenantFilter, (_match, value: string) => {
        dropped += 1
        return `(${value}::uuid is not null)`
      })
    }
    Object.assign(client, {
      query: (first: unknown, ...rest: unknown[]) => {
        if (typeof first === 'string') return query(asked(first), ...rest)
        const config = first as { text: string } // what drizzle hands over
        return query({ ...config, text: asked(config.text) }, ...rest)
      },
    })
    return client
  }

  Object.assign(pool, {
    connect: (callback?: unknown) =>
      callback === undefined ? connect().then(unfilter) : (connect as (given: unknown) => unknown)(callback),
  })
  return () => dropped
}
