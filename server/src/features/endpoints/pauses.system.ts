import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { SystemScope } from '../../db/database.ts'
import { instant } from '../../db/instant.ts'

export interface Pause {
  readonly since: EpochMs
  /** In the operator's words. */
  readonly reason: string
}

/** Whether deliveries are stopped, since when and why. */
export async function currentPause({ tx }: SystemScope): Promise<Pause | null> {
  const { rows } = await tx.execute<{ paused_at: string; reason: string }>(sql`
    select paused_at, reason from report_pauses`)
  const row = rows[0]
  return row ? { since: Date.parse(row.paused_at), reason: row.reason } : null
}

/** Stops deliveries, or says anew why they are stopped. */
export async function pause({ tx }: SystemScope, reason: string, now: EpochMs): Promise<void> {
  await tx.execute(sql`
    insert into report_pauses (paused_at, reason) values (${instant(now)}, ${reason})
    on conflict (only_one) do update set reason = excluded.reason`)
}

/** Lets deliveries go on, at once; false when they were not stopped. */
export async function resume({ tx }: SystemScope, now: EpochMs): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`delete from report_pauses`)
  if (rowCount === 0) return false
  await tx.execute(sql`
    update outbox set available_at = ${instant(now)}
    where job = 'reports.deliver' and relayed_at is null and available_at > ${instant(now)}`)
  return true
}
