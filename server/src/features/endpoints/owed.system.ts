import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { defaultEndpointId } from '@kangbao/shared/contracts/endpoints.ts'
import type { SystemScope } from '../../db/database.ts'
import { instant } from '../../db/instant.ts'

/** Lets what an endpoint is owed go at once. */
export async function release({ tx }: SystemScope, id: string, now: EpochMs): Promise<void> {
  await tx.execute(sql`
    update outbox set available_at = ${instant(now)}
    where job = 'reports.deliver' and coalesce(payload ->> 'endpointId', ${defaultEndpointId}) = ${id}
      and relayed_at is null and available_at > ${instant(now)}`)
}

/** What endpoints are owed: organisations, and since when the oldest waits. */
export interface Owed {
  readonly waiting: number
  readonly oldestAt: EpochMs
}

export async function owedByEndpoint({ tx }: SystemScope): Promise<ReadonlyMap<string, Owed>> {
  const { rows } = await tx.execute<{ id: string; waiting: number; oldest: string }>(sql`
    select coalesce(payload ->> 'endpointId', ${defaultEndpointId}) as id, count(distinct org_id)::int as waiting,
      min(created_at) as oldest
    from outbox where job = 'reports.deliver' group by 1`)
  return new Map(rows.map((row) => [row.id, { waiting: row.waiting, oldestAt: Date.parse(row.oldest) }]))
}

/** How many are owed something for too long, and how many reports are parked. */
export async function troubled({ tx }: SystemScope): Promise<{ overdue: number; parked: number }> {
  const { rows } = await tx.execute<{ overdue: number; parked: number }>(sql`
    select (select count(*)::int from government_endpoints where overdue_since is not null) as overdue,
      (select count(*)::int from parked_reports) as parked`)
  return rows[0] ?? { overdue: 0, parked: 0 }
}

export async function parkedByEndpoint({ tx }: SystemScope): Promise<ReadonlyMap<string, number>> {
  const { rows } = await tx.execute<{ endpoint_id: string; parked: number }>(sql`
    select endpoint_id, count(*)::int as parked from parked_reports group by 1`)
  return new Map(rows.map((row) => [row.endpoint_id, row.parked]))
}
