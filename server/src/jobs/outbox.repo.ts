import { sql } from 'drizzle-orm'
import type { NodePgDatabase } from 'drizzle-orm/node-postgres'
import type { Static, TSchema } from 'typebox'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { OrgScope, SystemScope } from '../db/database.ts'
import { newId, systemOrgId } from '../db/ids.ts'
import type { JobDefinition } from './define-job.ts'
import { outbox } from './outbox.table.ts'

export { systemOrgId }

export interface EmitOptions {
  readonly now: EpochMs
  /** Not before this moment. */
  readonly notBefore?: EpochMs
  /** Emitting the same key again while the job waits or runs makes it run once more, not twice. */
  readonly dedupKey?: string
}

/** Owes a job to the world, in the transaction of the change that causes it. */
export async function emit<Data extends TSchema>(
  { tx, orgId }: OrgScope,
  job: JobDefinition<Data>,
  data: Static<Data>,
  options: EmitOptions,
): Promise<void> {
  await insert(tx, orgId, job.name, data, options)
}

/** The same for a job of the installation as a whole. */
export async function emitSystem<Data extends TSchema>(
  { tx }: SystemScope,
  job: JobDefinition<Data>,
  data: Static<Data>,
  options: EmitOptions,
): Promise<void> {
  await insert(tx, systemOrgId, job.name, data, options)
}

/** Owes many jobs of one kind at once, each to its org; for work that goes over all orgs. */
export async function emitMany<Data extends TSchema>(
  { tx }: SystemScope,
  job: JobDefinition<Data>,
  items: readonly { orgId: string; data: Static<Data>; notBefore?: EpochMs }[],
  now: EpochMs,
): Promise<void> {
  if (items.length === 0) return
  const rows = items.map(({ orgId, data, notBefore }) => ({
    org_id: orgId,
    id: newId(),
    payload: data,
    available_at: new Date(notBefore ?? now).toISOString(),
  }))
  await tx.execute(sql`
    insert into outbox (org_id, id, job, payload, created_at, available_at)
    select org_id, id, ${job.name}, payload, ${new Date(now).toISOString()}::timestamptz, available_at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as item (org_id uuid, id uuid, payload jsonb, available_at timestamptz)`)
}

async function insert(
  tx: NodePgDatabase,
  orgId: string,
  job: string,
  payload: unknown,
  options: EmitOptions,
) {
  const availableAt = new Date(options.notBefore ?? options.now)
  await tx
    .insert(outbox)
    .values({
      orgId,
      id: newId(),
      job,
      payload,
      dedupKey: options.dedupKey ?? null,
      createdAt: new Date(options.now),
      availableAt,
    })
    .onConflictDoUpdate({
      target: [outbox.orgId, outbox.job, outbox.dedupKey],
      set: {
        payload,
        generation: sql`${outbox.generation} + 1`,
        attempts: 0,
        // What waits runs at the earlier of both times. What the queue has already is on its way: a job that owes itself
        // anew, for later, would be due again at once, and again, until later came.
        availableAt: sql`case when ${outbox.relayedAt} is null
          then least(${outbox.availableAt}, excluded.available_at) else excluded.available_at end`,
        relayedAt: null,
      },
    })
}

export interface OwedJob {
  readonly orgId: string
  readonly id: string
  readonly job: string
  readonly generation: number
}

/**
 * Takes jobs that are due and have not been handed to the queue, or were so long ago that the queue must have lost
 * them; several relays never take the same ones.
 */
export async function claimDue(
  { tx }: SystemScope,
  { now, leaseMs, limit }: { now: EpochMs; leaseMs: number; limit: number },
): Promise<OwedJob[]> {
  const at = new Date(now)
  const lost = new Date(now - leaseMs)
  const rows = await tx.execute<{ org_id: string; id: string; job: string; generation: number }>(sql`
    update outbox set relayed_at = ${at.toISOString()}::timestamptz
    where (org_id, id) in (
      select org_id, id from outbox
      where (relayed_at is null and available_at <= ${at.toISOString()}::timestamptz)
         or relayed_at < ${lost.toISOString()}::timestamptz
      order by available_at
      limit ${limit}
      for update skip locked)
    returning org_id, id, job, generation`)
  return rows.rows.map((row) => ({ orgId: row.org_id, id: row.id, job: row.job, generation: row.generation }))
}

/** Takes claims back: what could not be handed to the queue is due again at once. */
export async function release({ tx }: SystemScope, jobs: readonly OwedJob[]): Promise<void> {
  if (jobs.length === 0) return
  await tx.execute(sql`
    update outbox o set relayed_at = null
    from jsonb_to_recordset(${JSON.stringify(jobs)}::jsonb) as job ("orgId" uuid, id uuid, generation int)
    where o.org_id = job."orgId" and o.id = job.id and o.generation = job.generation`)
}

/** The row behind a queued job, if it is still owed in this generation. */
export async function owed(
  { tx }: SystemScope,
  job: OwedJob,
): Promise<{ payload: unknown; attempts: number } | null> {
  const rows = await tx.execute<{ payload: unknown; attempts: number }>(sql`
    select payload, attempts from outbox
    where org_id = ${job.orgId} and id = ${job.id} and generation = ${job.generation}`)
  return rows.rows[0] ?? null
}

/** The job ran to the end; one emitted again meanwhile stays. */
export async function settle({ tx }: SystemScope, job: OwedJob): Promise<void> {
  await tx.execute(sql`
    delete from outbox where org_id = ${job.orgId} and id = ${job.id} and generation = ${job.generation}`)
}

/** The job failed; it is owed again from `notBefore` on. */
export async function postpone({ tx }: SystemScope, job: OwedJob, notBefore: EpochMs): Promise<void> {
  await tx.execute(sql`
    update outbox set attempts = attempts + 1, relayed_at = null,
      available_at = ${new Date(notBefore).toISOString()}::timestamptz
    where org_id = ${job.orgId} and id = ${job.id} and generation = ${job.generation}`)
}

/** What is due over all orgs, and since when. What is planned for later does not wait. */
export async function waiting(
  { tx }: SystemScope,
  now: EpochMs,
): Promise<{ waiting: number; dueSince: Date | null }> {
  const rows = await tx.execute<{ waiting: number; due: string | null }>(sql`
    select count(*)::int as waiting, min(available_at) as due
    from outbox where available_at <= ${new Date(now).toISOString()}::timestamptz`)
  const row = rows.rows[0]
  return { waiting: row?.waiting ?? 0, dueSince: row?.due ? new Date(row.due) : null }
}
