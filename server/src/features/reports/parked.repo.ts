import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { OrgScope } from '../../db/database.ts'
import { instant } from '../../db/instant.ts'

/** Notes that a call is about to be made that must not be made twice; false when the report was settled before. */
export async function markTrying({ tx, orgId }: OrgScope, id: string, now: EpochMs): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    update reports set trying_since = ${instant(now)}
    where org_id = ${orgId} and id = ${id} and state in ('queued', 'retrying')`)
  return rowCount === 1
}

/** Nobody knows whether it was taken: it waits, and so does what comes after it. */
export async function park({ tx, orgId }: OrgScope, id: string, now: EpochMs): Promise<void> {
  await tx.execute(sql`
    with parked as (
      update reports set state = 'parked', attempts = attempts + 1, next_attempt_at = null
      where org_id = ${orgId} and id = ${id} and state in ('queued', 'retrying')
      returning id, endpoint_id, kind, day, sequence)
    insert into parked_reports (org_id, report_id, endpoint_id, kind, day, sequence, parked_at)
    select ${orgId}::uuid, id, endpoint_id, kind, day, sequence, ${instant(now)} from parked
    on conflict do nothing`)
}

/** It was not taken: it is sent again. False when it is not parked any more. */
export async function unpark({ tx, orgId }: OrgScope, id: string): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    with freed as (
      update reports set state = 'queued', trying_since = null
      where org_id = ${orgId} and id = ${id} and state = 'parked' returning id),
    known as (delete from parked_reports p using freed f where p.org_id = ${orgId} and p.report_id = f.id)
    select from freed`)
  return rowCount === 1
}
