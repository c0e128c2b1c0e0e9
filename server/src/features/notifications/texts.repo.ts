import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { OrgScope } from '../../db/database.ts'
import { instant } from '../../db/instant.ts'
import type { Period } from './people.repo.ts'

/**
 * Who gets a text: expected, has not filed, has a phone on record, has not read any card since the send, and was not
 * texted about this period before.
 */
export async function peopleToText(
  { tx, orgId }: OrgScope,
  { formId, periodStart }: Period,
  sendAt: EpochMs,
): Promise<string[]> {
  const { rows } = await tx.execute<{ member_id: string }>(sql`
    with spared as (
      select unnest(case when p.kind = 'remind-sms' then b.member_ids when p.made_at >= ${instant(sendAt)} then b.read_ids end)
        as member_id
      from pushes p join push_batches b on b.org_id = p.org_id and b.push_id = p.id
      where p.org_id = ${orgId} and p.form_id = ${formId} and p.period_start = ${periodStart})
    select e.member_id from expectations e
    join members m on m.org_id = e.org_id and m.id = e.member_id
    where e.org_id = ${orgId} and e.form_id = ${formId} and e.period_start = ${periodStart} and e.filed_at is null
      and m.left_at is null and not m.is_guest and m.phone is not null
      and e.member_id not in (select member_id from spared where member_id is not null)
    order by e.member_id`)
  return rows.map((row) => row.member_id)
}

/** Sealed numbers of people; whoever took his away meanwhile is not among them. */
export async function phonesOf(
  { tx, orgId }: OrgScope,
  memberIds: readonly string[],
): Promise<Map<string, Buffer>> {
  const { rows } = await tx.execute<{ id: string; phone: Buffer }>(sql`
    select id, phone from members
    where org_id = ${orgId} and id = any(${sql.param([...memberIds])}::uuid[]) and left_at is null and phone is not null`)
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
