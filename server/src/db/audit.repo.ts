import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { OrgScope } from './database.ts'
import { newId } from './ids.ts'

export interface AuditEntry {
  /** `noun.verb`, as `submission.read`. */
  readonly action: string
  /** What it was done to, by ids: never a name or a number of a person. */
  readonly object: string
  readonly detail?: Readonly<Record<string, string | number | boolean | null>>
  readonly at: EpochMs
}

/** Writes down a read of personal data or a change, in the transaction it happens in. */
export async function appendAudit({ tx, orgId, actor }: OrgScope, entry: AuditEntry): Promise<void> {
  const who = actor.kind === 'member' ? `member:${actor.memberId}` : `system:${actor.name}`
  await tx.execute(sql`
    insert into audit_log (org_id, id, at, actor, action, object, detail)
    values (${orgId}, ${newId()}, ${new Date(entry.at).toISOString()}, ${who}, ${entry.action}, ${entry.object},
      ${JSON.stringify(entry.detail ?? {})}::jsonb)`)
}
