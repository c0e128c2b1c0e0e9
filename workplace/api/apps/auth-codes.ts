import { sql } from 'drizzle-orm'
import { addSeconds } from '../clock.ts'
import { digest, randomToken } from '../crypto/secrets.ts'
import type { Queries } from '../db/database.ts'
import type { OrgCtx } from '../http/context.ts'

/** `app`: who opened the app. `admin`: which admin opened its back end. */
export type CodePurpose = 'app' | 'admin'

const codeSeconds = 300

/** Bound to suite, org and member; stored as a digest; once; five minutes. */
export async function newAuthCode(ctx: OrgCtx, suiteId: string, purpose: CodePurpose): Promise<string> {
  const { scope, self, now } = ctx
  const code = randomToken(16)
  await scope.run(sql`delete from auth_codes where expires_at < ${addSeconds(now, -3600)}`)
  await scope.run(sql`
    insert into auth_codes (code_hash, suite_id, org_id, userid, purpose, expires_at)
    values (${digest(code)}, ${suiteId}, ${scope.orgId}, ${self.userid}, ${purpose}, ${addSeconds(now, codeSeconds)})`)
  return code
}

/** Uses a code up. @param given.orgId null: whatever org it was made in. */
export const redeemAuthCode = (
  tx: Queries,
  given: { suiteId: string; orgId: string | null; code: string; purpose: CodePurpose; now: Date },
): Promise<{ userid: string; orgId: string } | null> =>
  tx.one<{ userid: string; orgId: string }>(sql`
    update auth_codes set used_at = ${given.now}
    where code_hash = ${digest(given.code)} and suite_id = ${given.suiteId} and purpose = ${given.purpose}
      and (${given.orgId}::uuid is null or org_id = ${given.orgId}::uuid)
      and used_at is null and expires_at > ${given.now}
    returning userid, org_id as "orgId"`)
