import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { OrgScope } from '../../db/database.ts'
import { instant } from '../../db/instant.ts'

/** Wrong numbers, names and cards are counted over this long. */
export const tryWindowMs = 15 * 60_000
const keptMs = 24 * 3_600_000

/** What is counted together, and how often it may go wrong within the window. */
export interface Counted {
  readonly about: Buffer
  readonly most: number
}

/** Milliseconds until one of these may be tried again; 0 when all may now. */
export async function waitFor(
  { tx, orgId }: OrgScope,
  counted: readonly Counted[],
  now: EpochMs,
): Promise<number> {
  let wait = 0
  for (const { about, most } of counted) {
    const { rows } = await tx.execute<{ since: string }>(sql`
      select since from kiosk_tries where org_id = ${orgId} and about = ${about} and failures >= ${most}
        and since > ${instant(now - tryWindowMs)}`)
    if (rows[0]) wait = Math.max(wait, new Date(rows[0].since).getTime() + tryWindowMs - now)
  }
  return wait
}

/** One more wrong try of each; what is a day old goes. */
export async function countFailure(
  { tx, orgId }: OrgScope,
  counted: readonly Counted[],
  now: EpochMs,
): Promise<void> {
  await tx.execute(sql`
    delete from kiosk_tries where org_id = ${orgId} and since < ${instant(now - keptMs)}`)
  const outdated = instant(now - tryWindowMs)
  for (const { about } of counted)
    await tx.execute(sql`
      insert into kiosk_tries as t (org_id, about, failures, since) values (${orgId}, ${about}, 1, ${instant(now)})
      on conflict (org_id, about) do update set
        failures = case when t.since > ${outdated} then t.failures + 1 else 1 end,
        since = case when t.since > ${outdated} then t.since else excluded.since end`)
}
