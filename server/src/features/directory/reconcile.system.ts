import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { SystemScope } from '../../db/database.ts'

const atOnce = 200

/**
 * Takes active orgs whose nightly minute has come by their own wall clock and which have not had theirs today. The
 * minute comes from the id: from 03:10 on, so that an hour's first seconds, when everybody calls, are left alone.
 */
export async function orgsToReconcile({ tx }: SystemScope, now: EpochMs): Promise<string[]> {
  const local = sql`(${new Date(now).toISOString()}::timestamptz at time zone time_zone)`
  const { rows } = await tx.execute<{ id: string }>(sql`
    update orgs set reconciled_on = ${local}::date
    where id in (
      select id from orgs
      where state = 'active' and reconciled_on < ${local}::date
        and ${local}::time >= time '03:10' + make_interval(mins => abs(hashtext(id::text) % 50))
      limit ${atOnce} for update skip locked)
    returning id`)
  return rows.map(({ id }) => id)
}
