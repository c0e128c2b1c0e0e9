import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { OrgScope } from '../../db/database.ts'
import { instant } from '../../db/instant.ts'
import type { SentBatch } from './pushes.repo.ts'

export type AskedBatch = Omit<SentBatch, 'sentTo' | 'heldUntil'>

/** Batches of which it is time to ask who has opened them. */
export async function batchesToAsk(
  { tx, orgId }: OrgScope,
  pushId: string,
  { now, limit }: { readonly now: EpochMs; readonly limit: number },
): Promise<AskedBatch[]> {
  const { rows } = await tx.execute<{ batch: number; task_id: string; sent_at: string }>(sql`
    select batch, task_id, sent_at from push_batches
    where org_id = ${orgId} and push_id = ${pushId} and ask_reads_at <= ${instant(now)}
    order by ask_reads_at, batch limit ${limit}`)
  return rows.map((row) => ({ batch: row.batch, taskId: row.task_id, sentAt: Date.parse(row.sent_at) }))
}

/** Notes who has opened a batch, which nobody takes back, and when to ask again; `nextAt` null when no more. */
export async function noteReads(
  { tx, orgId }: OrgScope,
  pushId: string,
  told: {
    readonly batch: number
    readonly userIds: readonly string[] | null
    readonly nextAt: EpochMs | null
  },
): Promise<void> {
  const { batch, userIds, nextAt } = told
  const readIds =
    userIds === null
      ? sql`b.read_ids`
      : sql`array(select unnest(b.read_ids) union select m.id from members m where m.org_id = ${orgId}
          and m.user_id = any(${sql.param([...userIds])}::text[]) and m.id = any(b.member_ids) order by 1)`
  await tx.execute(sql`
    update push_batches b set read_ids = ${readIds}, ask_reads_at = ${nextAt === null ? sql`null` : instant(nextAt)}
    where b.org_id = ${orgId} and b.push_id = ${pushId} and b.batch = ${batch}`)
}

/** When to ask next about a push; null when nothing of it is asked about any more. */
export async function nextAskAt({ tx, orgId }: OrgScope, pushId: string): Promise<EpochMs | null> {
  const { rows } = await tx.execute<{ at: string | null }>(sql`
    select min(ask_reads_at) as at from push_batches where org_id = ${orgId} and push_id = ${pushId}`)
  return rows[0]?.at ? Date.parse(rows[0].at) : null
}
