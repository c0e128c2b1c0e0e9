import { sql } from 'drizzle-orm'
import { keepDaysOf, type AuditAction } from '@kangbao/shared/audit/actions.ts'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { noteAudited } from './audit-trail.ts'
import { literal, type Actor, type Database, type OrgScope } from './database.ts'
import { newId } from './ids.ts'
import { noteDone } from './repeat-trail.ts'

export interface AuditEntry {
  readonly action: AuditAction
  /** What it was done to, by ids: never a name or a number of a person. */
  readonly object: string
  /** Members whose data was read or changed. */
  readonly people?: readonly string[]
  /** Never anything personal: no words people wrote. */
  readonly detail?: Readonly<Record<string, string | number | boolean | null>>
  readonly at: EpochMs
}

/** Writes down a read of personal data or a change, in the transaction it happens in (X-05). */
export async function appendAudit(scope: OrgScope, entry: AuditEntry): Promise<void> {
  // eslint-disable-next-line house/sql -- quoted value by value below
  await scope.tx.execute(sql.raw(insertOf(scope.orgId, scope.actor, entry)))
  noteAudited(entry.action)
  await noteDone(scope, entry.at)
}

/** The same in a transaction of its own and one round trip: before an answer leaves. */
export async function appendAuditAlone(
  database: Database,
  { orgId, actor }: Pick<OrgScope, 'orgId' | 'actor'>,
  entry: AuditEntry,
): Promise<void> {
  await database.inOneTrip([{ orgId, text: insertOf(orgId, actor, entry) }])
  noteAudited(entry.action)
}

function nameOf(actor: Actor): string {
  if (actor.kind === 'member') return `member:${actor.memberId}`
  return actor.kind === 'token' ? `token:${actor.tokenId}` : `system:${actor.name}`
}

function insertOf(orgId: string, actor: Actor, entry: AuditEntry): string {
  const { action, object, people = [], detail = {}, at } = entry
  const values = [
    `${literal(orgId)}::uuid`,
    `${literal(newId())}::uuid`,
    `${literal(new Date(at).toISOString())}::timestamptz`,
    literal(nameOf(actor)),
    literal(action),
    literal(object),
    `${literal(`{${[...new Set(people)].join(',')}}`)}::uuid[]`,
    `${literal(JSON.stringify(detail))}::jsonb`,
    literal(keepDaysOf(action)),
  ]
  // eslint-disable-next-line house/sql -- quoted value by value above
  return `insert into audit_log (org_id, id, at, actor, action, object, people, detail, keep_days)
    values (${values.join(', ')})`
}
