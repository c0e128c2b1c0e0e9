import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { SystemScope } from '../../db/database.ts'
import { instant } from '../../db/instant.ts'

/** So many organisations in a row got no answer: the endpoint is down, and not one organisation odd. */
export const failuresInARow = 5

/** An answer came: what failed before counts no more. */
export async function noteAnswered({ tx }: SystemScope, id: string, now: EpochMs): Promise<void> {
  await tx.execute(sql`
    update government_endpoints set answered_at = ${instant(now)}, failures = 0, failed_org = null, next_try_at = null
    where id = ${id}`)
}

export interface Failure {
  readonly orgId: string
  /** In one word. */
  readonly word: string
  readonly now: EpochMs
  /** How long the endpoint itself asked to be left alone. */
  readonly askedMs: number | null
  /** The call was the one that an endpoint gets after its rest. */
  readonly isProbe: boolean
  /** How long it rests when this is one failure too many, by how many there were then. */
  readonly restMs: (failures: number) => number
}

/**
 * No answer came. One organisation failing again and again counts once (it holds up nobody), and so does what was under way
 * when the endpoint began to rest.
 */
export async function noteFailed({ tx }: SystemScope, id: string, failure: Failure): Promise<void> {
  const { orgId, word, now, askedMs, isProbe, restMs } = failure
  const { rows } = await tx.execute<{ failures: number; is_new: boolean; is_resting: boolean }>(sql`
    select failures, failed_org is distinct from ${orgId}::uuid as is_new,
      coalesce(next_try_at > ${instant(now)} and failures >= ${failuresInARow}, false) as is_resting
    from government_endpoints where id = ${id} for update`)
  const known = rows[0]
  if (!known) return
  const isStraggler = known.is_resting && !isProbe
  const failures = known.failures + (isProbe || (known.is_new && !isStraggler) ? 1 : 0)
  const rest = failures >= failuresInARow && !isStraggler ? restMs(failures - failuresInARow + 1) : 0
  const pauseMs = Math.max(rest, askedMs ?? 0)
  const rests = pauseMs > 0 ? instant(now + pauseMs) : sql`null`
  // A probe's own time is over with it.
  const nextTry = isProbe ? rests : sql`greatest(next_try_at, ${rests})`
  await tx.execute(sql`
    update government_endpoints set failures = ${failures}, failed_org = ${orgId}, failed_at = ${instant(now)},
      failure = ${word},
      next_try_at = ${nextTry}
    where id = ${id}`)
}

/** Takes the one call that an endpoint gets whose rest is over; false when another has it. */
export async function takeProbe(
  { tx }: SystemScope,
  id: string,
  now: EpochMs,
  leaseMs: number,
): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    update government_endpoints set next_try_at = ${instant(now + leaseMs)}
    where id = ${id} and next_try_at <= ${instant(now)}`)
  return rowCount === 1
}

/** Notes since when what an endpoint is owed waits too long, and that it does no more. */
export async function setOverdue({ tx }: SystemScope, id: string, since: EpochMs | null): Promise<void> {
  await tx.execute(sql`
    update government_endpoints set overdue_since = ${since === null ? null : instant(since)} where id = ${id}`)
}
