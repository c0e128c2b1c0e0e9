import { sql } from 'drizzle-orm'
import type { SystemScope } from '../../db/database.ts'

export interface ConsentChange {
  readonly id: number
  readonly orgId: string
  readonly memberId: string
}

/** Whose decisions changed in the last seconds of the database's time. */
export async function recentChanges({ tx }: SystemScope, withinS: number): Promise<readonly ConsentChange[]> {
  const { rows } = await tx.execute<{ id: string; org_id: string; member_id: string }>(sql`
    select id, org_id, member_id from consent_changes
    where recorded_at > clock_timestamp() - make_interval(secs => ${withinS}) order by id`)
  return rows.map(({ id, org_id, member_id }) => ({ id: Number(id), orgId: org_id, memberId: member_id }))
}

/** Rows every process has read long ago. */
export async function forgetChanges({ tx }: SystemScope): Promise<void> {
  await tx.execute(sql`delete from consent_changes where recorded_at < clock_timestamp() - interval '1 hour'`)
}
