import { sql } from 'drizzle-orm'
import type { SystemScope } from '../../db/database.ts'

/** Organisations with events that wait for a number. */
export async function orgsWithWaiting({ tx }: SystemScope, limit: number): Promise<string[]> {
  const { rows } = await tx.execute<{ org_id: string }>(
    sql`select distinct org_id from event_waiting limit ${limit}`,
  )
  return rows.map(({ org_id: orgId }) => orgId)
}
