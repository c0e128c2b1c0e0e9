import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { OrgScope } from '../../db/database.ts'
import { instant } from '../../db/instant.ts'
import { ownQuiet } from './rung-kinds.ts'

/**
 * Takes people out of batches that are due, into others that wait until a moment; with none, that have failed. Whoever was
 * in one batch stays together: calls are counted by the month, and some kinds of message name one person a batch.
 */
export async function setAside(
  { tx, orgId }: OrgScope,
  pushId: string,
  aside: {
    readonly batches: readonly number[]
    readonly memberIds: readonly string[]
    readonly until: EpochMs | null
    readonly now: EpochMs
  },
): Promise<void> {
  const { batches, memberIds, until, now } = aside
  const ids = sql`${sql.param([...memberIds])}::uuid[]`
  await tx.execute(sql`
    with taken as (
      select b.batch, m.id, m.id = any(${ids}) as is_aside, m.place
      from push_batches b cross join lateral unnest(b.member_ids) with ordinality as m (id, place)
      where b.org_id = ${orgId} and b.push_id = ${pushId} and b.state = 'planned'
        and b.batch = any(${sql.param([...batches])}::int[]) and b.member_ids && ${ids}),
    left_in as (
      update push_batches b
      set member_ids = array(select id from taken t where t.batch = b.batch and not t.is_aside order by t.place)
      where b.org_id = ${orgId} and b.push_id = ${pushId} and b.batch in (select batch from taken))
    insert into push_batches (org_id, push_id, batch, member_ids, state, reason, not_before, settled_at)
    select ${orgId}, ${pushId}, last.batch + row_number() over (order by t.batch), array_agg(t.id order by t.place),
      ${until === null ? 'failed' : 'planned'}, ${ownQuiet},
      ${until === null ? sql`null::timestamptz` : instant(until)},
      ${until === null ? instant(now) : sql`null::timestamptz`}
    from taken t, (select max(batch) as batch from push_batches where org_id = ${orgId} and push_id = ${pushId}) as last
    where t.is_aside group by t.batch, last.batch`)
}

/** When the next people of a push who were set aside may be written to; null when nobody waits. */
export async function nextWaking({ tx, orgId }: OrgScope, pushId: string): Promise<EpochMs | null> {
  const { rows } = await tx.execute<{ at: string | Date | null }>(sql`
    select min(not_before) as at from push_batches
    where org_id = ${orgId} and push_id = ${pushId} and state = 'planned'`)
  const at = rows[0]?.at
  return at ? new Date(at).getTime() : null
}
