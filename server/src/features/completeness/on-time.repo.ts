import { sql, type SQL } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { OrgScope } from '../../db/database.ts'
import { instant } from '../../db/instant.ts'
import type { FormPeriod } from './expectations.repo.ts'

/** Until when filing was on time, once those who did are counted; null before, and for periods without such a moment. */
export function countedUntil(orgId: string, { formId, periodStart }: FormPeriod): SQL {
  return sql`(select p.due_at from form_periods p where p.org_id = ${orgId} and p.form_id = ${formId}
    and p.period_start = ${periodStart} and p.on_time_counted_at is not null)`
}

/** Changes until when filing is on time; what was counted by another moment is not shown any more. True when it changed. */
export async function changeDue(
  { tx, orgId }: OrgScope,
  { formId, periodStart }: FormPeriod,
  dueAt: EpochMs | null,
): Promise<boolean> {
  const due = dueAt === null ? sql`null::timestamptz` : instant(dueAt)
  const { rows } = await tx.execute(sql`
    update form_periods set due_at = ${due}, on_time_counted_at = null
    where org_id = ${orgId} and form_id = ${formId} and period_start = ${periodStart} and due_at is distinct from ${due}
    returning 1`)
  return rows.length > 0
}

/** Says that those on time are counted from now on; false when the moment has not come, or is another one by now. */
export async function markCounted(
  { tx, orgId }: OrgScope,
  { formId, periodStart }: FormPeriod,
  dueAt: EpochMs,
  now: EpochMs,
): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    update form_periods set on_time_counted_at = coalesce(on_time_counted_at, ${instant(now)})
    where org_id = ${orgId} and form_id = ${formId} and period_start = ${periodStart} and due_at = ${instant(dueAt)}
      and due_at < ${instant(now)} returning 1`)
  return rows.length > 0
}
