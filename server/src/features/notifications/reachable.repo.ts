import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { Way } from '@kangbao/shared/delivery/ways.ts'
import { addressesOf, takesMail } from '../mail/index.ts'
import type { OrgScope } from '../../db/database.ts'
import { instant } from '../../db/instant.ts'
import { hasStopped } from './choices.repo.ts'
import type { Period } from './people.repo.ts'
import type { BesideKind } from './rung-kinds.ts'

const ways = { 'remind-sms': 'sms:reminders', 'remind-mail': 'mail:reminders' } as const satisfies Record<
  BesideKind,
  Way
>

/**
 * Whom a way beside the cards goes to: expected, has not filed, has a phone or a confirmed address, has not read any card
 * since the send, was not written to this way about this period before, and has not stopped it.
 *
 * Everybody meets everybody's choices: one by one, as a planner that knows nothing of a day's first rows would have it, that
 * takes minutes of a large org.
 */
export async function peopleToReach(
  { tx, orgId }: OrgScope,
  kind: BesideKind,
  { formId, periodStart }: Period,
  sendAt: EpochMs,
): Promise<string[]> {
  const isReachable = kind === 'remind-sms' ? sql`m.phone is not null` : takesMail(orgId, sql`m.id`)
  await tx.execute(sql`set local enable_nestloop = off`)
  const { rows } = await tx.execute<{ member_id: string }>(sql`
    with spared as (
      select unnest(case when p.kind = ${kind} then b.member_ids when p.made_at >= ${instant(sendAt)} then b.read_ids end)
        as member_id
      from pushes p join push_batches b on b.org_id = p.org_id and b.push_id = p.id
      where p.org_id = ${orgId} and p.form_id = ${formId} and p.period_start = ${periodStart})
    select e.member_id from expectations e
    join members m on m.org_id = e.org_id and m.id = e.member_id
    where e.org_id = ${orgId} and e.form_id = ${formId} and e.period_start = ${periodStart} and e.filed_at is null
      and m.left_at is null and not m.is_guest and ${isReachable}
      and e.member_id not in (select member_id from spared where member_id is not null)
      and not ${hasStopped(orgId, sql`m.id`, ways[kind])}
    order by e.member_id`)
  await tx.execute(sql`set local enable_nestloop = on`)
  return rows.map((row) => row.member_id)
}

/** Of these people, who has stopped a way since. */
export async function whoStopped(
  { tx, orgId }: OrgScope,
  way: Way,
  memberIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await tx.execute<{ member_id: string }>(sql`
    select member_id from notification_choices
    where org_id = ${orgId} and member_id = any(${sql.param([...memberIds])}::uuid[]) and ${way} = any (stopped)`)
  return new Set(rows.map((row) => row.member_id))
}

/** Whether letters of a kind go to somebody: he has confirmed an address that is there, and has not stopped them. */
export async function mayMail(scope: OrgScope, way: Way, memberId: string): Promise<boolean> {
  const hasAddress = (await addressesOf(scope, [memberId])).has(memberId)
  return hasAddress && !(await whoStopped(scope, way, [memberId])).has(memberId)
}
