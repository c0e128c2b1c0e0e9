import { sql } from 'drizzle-orm'
import { addSeconds, civilDay } from '../clock.ts'
import type { PlatformLimits } from '../../contracts/operator-platform.ts'
import { array, type OrgScope } from '../db/database.ts'

/** Codes of getsendresult for messages a silent limit kept back. */
export const forbidden = { perMinute: 143103, perDay: 143105, sameContent: 143106 } as const

export interface Judged {
  userid: string
  code: number | null
}

/**
 * Who of the receivers gets the message. Over a limit the call still answers errcode 0;
 * only getsendresult tells.
 */
export async function judge(
  scope: OrgScope,
  given: {
    agentId: number
    userids: readonly string[]
    contentHash: string
    now: Date
    limits: PlatformLimits
  },
): Promise<Judged[]> {
  const today = civilDay(given.now)
  // Two sends at once would both see room under the limits without this.
  await scope.run(sql`select pg_advisory_xact_lock(hashtextextended(${`limits:${given.agentId}`}, 0))`)
  const minute = await scope.one<{ sent: number }>(sql`
    select count(*) as sent from message_receipts
    where org_id = ${scope.orgId} and agent_id = ${given.agentId} and forbidden_code is null
      and created_at > ${addSeconds(given.now, -60)}`)
  const counts = await scope.rows<{ userid: string; sent: number; same: number }>(sql`
    select userid, count(*) as sent, count(*) filter (where content_hash = ${given.contentHash}) as same
    from message_receipts
    where org_id = ${scope.orgId} and agent_id = ${given.agentId} and civil_day = ${today}
      and userid = any(${array(given.userids)}::text[]) and forbidden_code is null
    group by userid`)
  const byUserid = new Map(counts.map((row) => [row.userid, row]))
  let room = given.limits.recipientsPerMinute - (minute?.sent ?? 0)
  return given.userids.map((userid) => {
    const row = byUserid.get(userid)
    if (given.limits.sameContentOncePerDay && row && row.same > 0)
      return { userid, code: forbidden.sameContent }
    if ((row?.sent ?? 0) >= given.limits.messagesPerPersonAndDay) return { userid, code: forbidden.perDay }
    if (room <= 0) return { userid, code: forbidden.perMinute }
    room -= 1
    return { userid, code: null }
  })
}
