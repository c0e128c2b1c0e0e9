import { sql } from 'drizzle-orm'
import { keepDaysOf, type AuditAction } from '@kangbao/shared/audit/actions.ts'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { noteAudited } from './audit-trail.ts'
import type { SystemScope } from './database.ts'
import { newId } from './ids.ts'

export interface SystemEntry {
  readonly action: AuditAction
  readonly at: EpochMs
  readonly detail: Readonly<Record<string, unknown>>
  readonly object?: string
  /** By default nobody did it: it happened. */
  readonly actor?: 'operator' | `viewer:${string}` | `system:${string}`
}

/** Notes something about the installation as a whole. No personal data in `detail`. */
export async function noteSystem({ tx }: SystemScope, entry: SystemEntry): Promise<void> {
  const { action, at, detail, object = '', actor = 'system' } = entry
  await tx.execute(sql`
    insert into system_audit_log (id, at, actor, action, object, detail, keep_days)
    values (${newId()}, ${new Date(at).toISOString()}, ${actor}, ${action}, ${object},
      ${JSON.stringify(detail)}::jsonb, ${keepDaysOf(action)})`)
  noteAudited(action)
}
