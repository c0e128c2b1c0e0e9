import { sql } from 'drizzle-orm'
import { addSeconds } from '../clock.ts'
import { randomToken } from '../crypto/secrets.ts'
import type { Deps } from '../deps.ts'
import { tokenSeconds, type Caller } from './tokens.ts'

/** The app's ticket in this org: the same while it lives, extended by two hours, 24 hours at most. */
export async function jsapiTicket({ clock }: Deps, { scope, suite, orgId }: Caller): Promise<string> {
  const now = clock.now()
  const row = await scope.one<{ ticket: string }>(sql`
    insert into jsapi_tickets as t (suite_id, org_id, ticket, created_at, expires_at)
    values (${suite.suiteId}, ${orgId}, ${randomToken(32)}, ${now}, ${addSeconds(now, tokenSeconds)})
    on conflict (suite_id, org_id) do update set
      ticket = case when t.expires_at <= ${now} or t.created_at <= ${addSeconds(now, -86_400)} then excluded.ticket else t.ticket end,
      created_at = case when t.expires_at <= ${now} or t.created_at <= ${addSeconds(now, -86_400)} then excluded.created_at else t.created_at end,
      expires_at = excluded.expires_at
    returning ticket`)
  return row?.ticket ?? ''
}
