import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { SystemScope } from '../../db/database.ts'

const atOnce = 200

/**
 * Takes orgs whose nightly minute has come by their own wall clock and which were not swept that day; removed ones too,
 * whose data ages as well. From 04:10 on, after the directories have been read.
 */
export async function orgsToSweep({ tx }: SystemScope, now: EpochMs): Promise<string[]> {
  const local = sql`(${new Date(now).toISOString()}::timestamptz at time zone time_zone)`
  const { rows } = await tx.execute<{ id: string }>(sql`
    update orgs set swept_on = ${local}::date
    where id in (
      select id from orgs
      where erased_at is null and swept_on < ${local}::date
        and ${local}::time >= time '04:10' + make_interval(mins => abs(hashtext(id::text) % 50))
      limit ${atOnce} for update skip locked)
    returning id`)
  return rows.map(({ id }) => id)
}
