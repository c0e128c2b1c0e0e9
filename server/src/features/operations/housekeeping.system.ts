import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { literal, type SystemScope } from '../../db/database.ts'
import { isLockTimeout, lockWaitMs } from '../../db/lock-timeout.ts'

const dayMs = 86_400_000
const batch = 5_000

/**
 * Makes the monthly partitions of the months to come; those that are there stay as they are. It locks several tables
 * from everybody, so it steps back when one is in use rather than let filings queue behind it or deadlock with them.
 * @returns whether they are there; if not, the next time does, months before they are needed.
 */
export async function makePartitions({ tx }: SystemScope, now: EpochMs): Promise<boolean> {
  // One process at a time: two making the same month would collide.
  const { rows } = await tx.execute<{ locked: boolean }>(sql`
    select pg_try_advisory_xact_lock(hashtext('kangbao.partitions')) as locked`)
  if (!rows[0]?.locked) return false
  const from = new Date(now).toISOString().slice(0, 10)
  try {
    await tx.transaction(async (nested) => {
      await nested.execute(sql.raw(`set local lock_timeout = ${literal(lockWaitMs)}`))
      await nested.execute(sql`select create_period_partitions(${from}::date, 4)`)
    })
    return true
  } catch (error) {
    if (isLockTimeout(error)) return false
    throw error
  }
}

/** Lets go of what has served: callbacks whose repeats can no longer come, SMS codes long out of date. */
export async function clean({ tx }: SystemScope, now: EpochMs): Promise<void> {
  const before = (days: number) => sql`${new Date(now - days * dayMs).toISOString()}::timestamptz`
  await tx.execute(sql`
    delete from callback_inbox where id in (
      select id from callback_inbox where received_at < ${before(30)} limit ${batch})`)
  await tx.execute(sql`
    delete from sms_codes where id in (
      select id from sms_codes where sent_at < ${before(2)} limit ${batch})`)
}
