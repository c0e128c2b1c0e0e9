import { sql } from 'drizzle-orm'
import type { OrgScope } from '../../db/database.ts'
import { hasStopped } from './choices.repo.ts'

/** Sealed numbers of people; whoever took his away or stopped texts meanwhile is not among them. */
export async function phonesOf(
  { tx, orgId }: OrgScope,
  memberIds: readonly string[],
): Promise<Map<string, Buffer>> {
  const { rows } = await tx.execute<{ id: string; phone: Buffer }>(sql`
    select m.id, m.phone from members m
    where m.org_id = ${orgId} and m.id = any(${sql.param([...memberIds])}::uuid[]) and m.left_at is null
      and m.phone is not null and not ${hasStopped(orgId, sql`m.id`, 'sms:reminders')}`)
  return new Map(rows.map(({ id, phone }) => [id, phone]))
}

/** Notes whom the carrier did not take a text for. */
export async function noteFailures(
  { tx, orgId }: OrgScope,
  pushId: string,
  memberIds: readonly string[],
  reason: string,
): Promise<void> {
  await tx.execute(sql`
    insert into push_failures (org_id, push_id, member_id, reason)
    select ${orgId}, ${pushId}, id, ${reason} from unnest(${sql.param([...memberIds])}::uuid[]) as id
    on conflict (org_id, push_id, member_id) do update set reason = excluded.reason`)
}
