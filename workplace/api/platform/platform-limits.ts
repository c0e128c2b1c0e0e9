import { sql } from 'drizzle-orm'
import type { PlatformLimits } from '../../contracts/operator-platform.ts'
import { civilDay } from '../clock.ts'
import { json, type OrgScope, type Queries } from '../db/database.ts'
import type { Deps } from '../deps.ts'
import { PlatformError } from './errors.ts'

export const defaultLimits = ({ config }: Deps): PlatformLimits => ({
  messagesPerPersonAndDay: config.limits.dailyMessagesPerPerson,
  recipientsPerMinute: config.limits.recipientsPerMinute,
  recipientsPerCall: 1000,
  sameContentOncePerDay: true,
  callsPerMonth: 0, // DingTalk names internal apps only
})

export async function readLimits(deps: Deps, tx: Queries = deps.db): Promise<PlatformLimits> {
  const row = await tx.one<{ limits: Partial<PlatformLimits> }>(sql`select limits from platform_limits`)
  return { ...defaultLimits(deps), ...row?.limits }
}

export async function changeLimits(tx: Queries, changes: Partial<PlatformLimits> | null): Promise<void> {
  if (changes === null) await tx.run(sql`delete from platform_limits`)
  else
    await tx.run(sql`
      insert into platform_limits (limits) values (${json(changes)})
      on conflict (id) do update set limits = platform_limits.limits || excluded.limits`)
}

/** Counts a call of the org against its quota of the month; over it the call is refused, in words both sides know. */
export async function countCall(
  deps: Deps,
  scope: OrgScope,
  { callsPerMonth }: PlatformLimits,
): Promise<void> {
  if (callsPerMonth === 0) return
  const month = civilDay(deps.clock.now()).slice(0, 7)
  // In a transaction of its own: a call that fails has been made all the same.
  const row = await deps.db.one<{ calls: number }>(sql`
    insert into api_calls as c (org_id, month, calls) values (${scope.orgId}, ${month}, 1)
    on conflict (org_id, month) do update set calls = c.calls + 1 returning calls`)
  if ((row?.calls ?? 0) > callsPerMonth)
    throw new PlatformError(90020, '接口调用次数超过限制，请购买接口调用量', {
      status: 403,
      code: 'Forbidden.AccessDenied.ApiCountLimitForOrg',
    })
}
