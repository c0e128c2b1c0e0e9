import { sql, type SQL } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { QuietHours } from '@kangbao/shared/calendar/reminders.ts'
import type { MyNotifications } from '@kangbao/shared/contracts/my-notifications.ts'
import type { Way } from '@kangbao/shared/delivery/ways.ts'
import type { OrgScope } from '../../db/database.ts'
import { instant } from '../../db/instant.ts'

/** SQL: whether a member has stopped a way. */
export function hasStopped(orgId: string, memberId: SQL, way: Way): SQL {
  return sql`exists (select from notification_choices c
    where c.org_id = ${orgId} and c.member_id = ${memberId} and ${way}::text = any (c.stopped))`
}

/** What a person has chosen; nothing is stopped until he does. */
export async function choicesOf({ tx, orgId }: OrgScope, memberId: string): Promise<MyNotifications> {
  const { rows } = await tx.execute<{
    stopped: Way[]
    quiet_from: string | null
    quiet_to: string | null
  }>(sql`
    select stopped, quiet_from, quiet_to from notification_choices
    where org_id = ${orgId} and member_id = ${memberId}`)
  const row = rows[0]
  return { stopped: row?.stopped ?? [], quietHours: row ? quietHoursOf(row) : null }
}

const quietHoursOf = ({
  quiet_from: from,
  quiet_to: to,
}: {
  quiet_from: string | null
  quiet_to: string | null
}) => (from === null || to === null ? null : { from, to })

/** Quiet hours that people have set for themselves; of whoever set none there is nothing. */
export async function ownQuietHours(
  { tx, orgId }: OrgScope,
  memberIds: readonly string[],
): Promise<ReadonlyMap<string, QuietHours>> {
  const { rows } = await tx.execute<{ member_id: string; from: string; to: string }>(sql`
    select member_id, quiet_from as from, quiet_to as to from notification_choices
    where org_id = ${orgId} and member_id = any(${sql.param([...memberIds])}::uuid[]) and quiet_from is not null`)
  return new Map(rows.map(({ member_id, from, to }) => [member_id, { from, to }]))
}

export async function saveChoices(
  { tx, orgId }: OrgScope,
  memberId: string,
  { stopped, quietHours }: MyNotifications,
  now: EpochMs,
): Promise<void> {
  await tx.execute(sql`
    insert into notification_choices (org_id, member_id, stopped, quiet_from, quiet_to, changed_at)
    values (${orgId}, ${memberId}, ${sql.param([...stopped])}::text[], ${quietHours?.from ?? null},
      ${quietHours?.to ?? null}, ${instant(now)})
    on conflict (org_id, member_id) do update set stopped = excluded.stopped, quiet_from = excluded.quiet_from,
      quiet_to = excluded.quiet_to, changed_at = excluded.changed_at`)
}

/** Adds one way to what a person has stopped; false when it was stopped already, or nobody is there. */
export async function stopOne(
  { tx, orgId }: OrgScope,
  memberId: string,
  way: Way,
  now: EpochMs,
): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    insert into notification_choices as c (org_id, member_id, stopped, changed_at)
    select org_id, id, array[${way}::text], ${instant(now)} from members where org_id = ${orgId} and id = ${memberId}
    on conflict (org_id, member_id) do update set stopped = array_append(c.stopped, ${way}::text),
      changed_at = excluded.changed_at where not ${way}::text = any (c.stopped)`)
  return rowCount === 1
}

/** Forgets what people have chosen. */
export async function removeChoices({ tx, orgId }: OrgScope, memberIds: readonly string[]): Promise<void> {
  await tx.execute(sql`
    delete from notification_choices
    where org_id = ${orgId} and member_id = any(${sql.param([...memberIds])}::uuid[])`)
}
