import { sql, type SQL } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { Way } from '@kangbao/shared/delivery/ways.ts'
import type { OrgScope } from '../../db/database.ts'
import { instant } from '../../db/instant.ts'

/** SQL: whether a member has stopped a way. */
export function hasStopped(orgId: string, memberId: SQL, way: Way): SQL {
  return sql`exists (select from notification_choices c
    where c.org_id = ${orgId} and c.member_id = ${memberId} and ${way}::text = any (c.stopped))`
}

/** What a person has stopped. */
export async function stoppedBy({ tx, orgId }: OrgScope, memberId: string): Promise<readonly Way[]> {
  const { rows } = await tx.execute<{ stopped: Way[] }>(sql`
    select stopped from notification_choices where org_id = ${orgId} and member_id = ${memberId}`)
  return rows[0]?.stopped ?? []
}

export async function saveStopped(
  { tx, orgId }: OrgScope,
  memberId: string,
  stopped: readonly Way[],
  now: EpochMs,
): Promise<void> {
  await tx.execute(sql`
    insert into notification_choices (org_id, member_id, stopped, changed_at)
    values (${orgId}, ${memberId}, ${sql.param([...stopped])}::text[], ${instant(now)})
    on conflict (org_id, member_id) do update set stopped = excluded.stopped, changed_at = excluded.changed_at`)
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
