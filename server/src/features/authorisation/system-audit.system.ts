import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { SystemScope } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'

/** Notes something about the installation as a whole. No personal data in `detail`. */
export async function noteSystem(
  { tx }: SystemScope,
  entry: {
    readonly action: string
    readonly at: EpochMs
    readonly detail: Readonly<Record<string, unknown>>
  },
): Promise<void> {
  await tx.execute(sql`
    insert into system_audit_log (id, at, action, detail)
    values (${newId()}, ${new Date(entry.at).toISOString()}, ${entry.action}, ${JSON.stringify(entry.detail)}::jsonb)`)
}
