import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { OrgScope, SystemScope } from '../../db/database.ts'

/** What can be large goes first, a batch at a time. */
export const largeTables = [
  'case_notes',
  'abnormal_cases',
  'submission_revisions',
  'submissions',
  'expectations',
] as const

/** The rest of an org in the order in which rows name each other. */
export const orgTables = [
  'repeats',
  'exports',
  'export_schedule_runs',
  'export_schedules',
  'absences',
  'excusals',
  'kiosk_tries',
  'member_cards',
  'kiosks',
  'api_tokens',
  'webhook_deliveries',
  'webhook_endpoints',
  'event_waiting',
  'org_events',
  'event_feeds',
  'files',
  'consents',
  'erasures',
  'legal_holds',
  'reported_registrations',
  'parked_reports',
  'reports',
  'push_failures',
  'push_batches',
  'pushes',
  'message_usage',
  'completeness_counters',
  'form_periods',
  'form_test_tries',
  'form_tests',
  'form_drafts',
  'own_templates',
  'form_versions',
  'forms',
  'form_links',
  'due_sends',
  'mail_addresses',
  'notification_choices',
  'member_departments',
  'members',
  'departments',
  'directory_syncs',
  'installations',
  'phone_bindings',
  'sessions',
  'daily_run_orgs',
  'reconciliation_differences',
] as const

/**
 * What stays: the audit log until it is due, which names nobody, the signed counts of what was deleted, and the counts the
 * government was told, which stand in the sums of its regions. Keys were shredded.
 */
export const keptTables: readonly RegExp[] = [
  /^audit_/,
  /^retention_sweeps$/,
  /^rollup_reports$/,
  /^revocations$/,
  /^outbox$/,
  /^data_keys$/,
  /^sms_(codes|reminders)$/,
]

/** Ids of the files of an org, some at a time. */
export async function fileIds({ tx, orgId }: OrgScope, limit: number): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(
    sql`delete from files where (org_id, id) in (
      select org_id, id from files where org_id = ${orgId} limit ${limit}) returning id`,
  )
  return rows.map(({ id }) => id)
}

/** Deletes some rows of a large table; returns how many. */
export async function deleteSome(
  { tx, orgId }: OrgScope,
  table: (typeof largeTables)[number],
  limit: number,
): Promise<number> {
  const name = sql.identifier(table)
  const { rowCount } = await tx.execute(sql`
    with doomed as materialized (
      select tableoid, ctid from ${name} where org_id = ${orgId} limit ${limit} for update)
    delete from ${name} t using doomed d where t.org_id = ${orgId} and t.tableoid = d.tableoid and t.ctid = d.ctid`)
  return rowCount ?? 0
}

export async function deleteRest({ tx, orgId }: OrgScope): Promise<void> {
  for (const table of orgTables)
    await tx.execute(sql`delete from ${sql.identifier(table)} where org_id = ${orgId}`)
}

/** What is left of an org: that one with this id was here, until when. */
export async function forgetName({ tx, orgId }: OrgScope, now: EpochMs): Promise<void> {
  await tx.execute(sql`
    update orgs set name = '—', corp_id = 'erased:' || id, erased_at = ${new Date(now).toISOString()}
    where id = ${orgId}`)
}

/** Removed for longer than their data is kept. */
export async function orgsToErase({ tx }: SystemScope, removedBefore: EpochMs): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select id from orgs where state = 'removed' and erased_at is null
      and removed_at < ${new Date(removedBefore).toISOString()}::timestamptz limit 50`)
  return rows.map(({ id }) => id)
}
