import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { OrgEvent } from '@kangbao/shared/contracts/events.ts'
import type { OrgScope } from '../../db/database.ts'
import { instant } from '../../db/instant.ts'

export interface Feed {
  readonly openedAt: string
  /** The oldest event there is, or the next there will be. */
  readonly firstSeq: number
  readonly lastSeq: number
}

export async function feedOf({ tx, orgId }: OrgScope): Promise<Feed | null> {
  const { rows } = await tx.execute<{ opened_at: string; first_seq: string; last_seq: string }>(sql`
    select f.opened_at, f.last_seq, coalesce(
      (select e.seq from org_events e where e.org_id = f.org_id and e.seq is not null order by e.seq limit 1),
      f.last_seq + 1) as first_seq
    from event_feeds f where f.org_id = ${orgId}`)
  const row = rows[0]
  if (!row) return null
  return {
    openedAt: new Date(row.opened_at).toISOString(),
    firstSeq: Number(row.first_seq),
    lastSeq: Number(row.last_seq),
  }
}

/** False when it is open already. */
export async function insertFeed({ tx, orgId }: OrgScope, now: EpochMs): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    insert into event_feeds (org_id, opened_at) values (${orgId}, ${instant(now)}) on conflict do nothing`)
  return rowCount === 1
}

interface EventRow extends Record<string, unknown> {
  readonly id: string
  readonly seq: string
  readonly type: string
  readonly at: string
  readonly member_id: string | null
  readonly data: OrgEvent['data']
}

/** Whether events of a type are about a person. */
const isPersonal = (type: string) => /^(submission|member)\./.test(type)

function asEvent({ id, seq, type, at, member_id: memberId, data }: EventRow): OrgEvent {
  return {
    id,
    sequence: Number(seq),
    type,
    timestamp: new Date(at).toISOString(),
    data: isPersonal(type) ? { ...data, memberId } : data,
  }
}

/** Events that have a number, in its order. */
export async function after({ tx, orgId }: OrgScope, seq: number, limit: number): Promise<OrgEvent[]> {
  const { rows } = await tx.execute<EventRow>(sql`
    select id, seq, type, at, member_id, data from org_events
    where org_id = ${orgId} and seq > ${seq} order by seq limit ${limit}`)
  return rows.map(asEvent)
}

/** One that has a number. */
export async function eventById({ tx, orgId }: OrgScope, id: string): Promise<OrgEvent | null> {
  const { rows } = await tx.execute<EventRow>(sql`
    select id, seq, type, at, member_id, data from org_events
    where org_id = ${orgId} and id = ${id} and seq is not null`)
  return rows[0] ? asEvent(rows[0]) : null
}

/**
 * Gives numbers to events that wait for one, in the order they were noted in.
 * @returns how many; 0 also when another process is at it.
 */
export async function numberWaiting({ tx, orgId }: OrgScope, limit: number): Promise<number> {
  const { rows } = await tx.execute<{ last_seq: string }>(sql`
    select last_seq from event_feeds where org_id = ${orgId} for update skip locked`)
  const last = rows[0]
  if (!last) return 0
  const { rowCount } = await tx.execute(sql`
    with waiting as materialized (
      select w.id, e.noted_at from event_waiting w
      left join org_events e on e.org_id = w.org_id and e.id = w.id
      where w.org_id = ${orgId} order by e.noted_at, w.id limit ${limit}
    ), numbered as (
      update org_events e set seq = ${last.last_seq}::bigint + n.place
      from (select id, row_number() over (order by noted_at, id) as place from waiting where noted_at is not null) n
      where e.org_id = ${orgId} and e.id = n.id returning e.seq
    ), counted as (
      update event_feeds set last_seq = greatest(last_seq, (select max(seq) from numbered)) where org_id = ${orgId}
    )
    delete from event_waiting w using waiting where w.org_id = ${orgId} and w.id = waiting.id`)
  return rowCount ?? 0
}

/** Takes from the beginning only, so that what is left has no gaps. */
export async function deleteBefore({ tx, orgId }: OrgScope, before: EpochMs): Promise<void> {
  await tx.execute(sql`
    delete from org_events where org_id = ${orgId} and seq < coalesce(
      (select min(seq) from org_events where org_id = ${orgId} and at >= ${instant(before)}),
      (select last_seq + 1 from event_feeds where org_id = ${orgId}))`)
}
