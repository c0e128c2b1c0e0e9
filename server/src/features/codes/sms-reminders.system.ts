import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { SystemScope } from '../../db/database.ts'
import { instant } from '../../db/instant.ts'
import { dayMs, hourMs, leavesRoom, minuteMs } from './sms-limits.ts'

export interface ReminderTexts {
  readonly orgId: string
  readonly texts: number
  readonly now: EpochMs
  /** Most texts of the whole installation in an hour. */
  readonly hourlyBudget: number
}

/**
 * Takes room for some reminders out of the budget of all texts; false when there is none now. Part of it is never theirs:
 * nobody should be kept from signing in because others were reminded (S-18).
 */
export async function takeReminderTexts(
  system: SystemScope,
  { orgId, texts, now, hourlyBudget }: ReminderTexts,
): Promise<boolean> {
  const { tx } = system
  // One at a time, so that none takes what another is about to take.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('sms reminders', 0))`)
  const spent = await spentTexts(system, now)
  if (!leavesRoom({ hour: spent.hour + texts, day: spent.day + texts }, hourlyBudget)) return false
  await tx.execute(sql`
    insert into sms_reminders as r (at_minute, org_id, texts)
    values (${instant(Math.floor(now / minuteMs) * minuteMs)}, ${orgId}, ${texts})
    on conflict (at_minute, org_id) do update set texts = r.texts + excluded.texts`)
  return true
}

async function spentTexts({ tx }: SystemScope, now: EpochMs): Promise<{ hour: number; day: number }> {
  const { rows } = await tx.execute<{ hour: number; day: number }>(sql`
    select coalesce(sum(n) filter (where at > ${instant(now - hourMs)}::timestamptz), 0)::int as hour,
      coalesce(sum(n), 0)::int as day
    from (
      select sent_at as at, 1 as n from sms_codes where channel = 'sms'
      union all
      select at_minute, texts from sms_reminders) as texts
    where at > ${instant(now - dayMs)}::timestamptz and at <= ${instant(now)}::timestamptz`)
  return rows[0] ?? { hour: 0, day: 0 }
}

/** Minutes no budget looks at any more. */
export async function forgetReminderTexts({ tx }: SystemScope, now: EpochMs): Promise<void> {
  await tx.execute(sql`delete from sms_reminders where at_minute < ${instant(now - 2 * dayMs)}::timestamptz`)
}
