import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { OrgScope } from './database.ts'

/** How long an act is remembered: a phone may be without a network for days. */
export const keptForMs = 7 * 86_400_000
/** Requests end long before: one still at work then has died, and nobody waits for it. */
export const abandonedAfterMs = 60_000

/** One act under a key. */
export interface Claim {
  readonly orgId: string
  readonly memberId: string
  readonly keyHash: string
  readonly claimId: string
  readonly fingerprint: Buffer
  readonly people: readonly string[]
}

/** `ours`: it is for us to do. `reused`: the key belongs to another act. `lost`: done, and the answer was not kept. */
export type Standing =
  | { readonly state: 'ours' | 'reused' | 'busy' | 'lost' }
  | { readonly state: 'answered'; readonly answer: Buffer }

interface Row extends Record<string, unknown> {
  readonly claim_id: string
  readonly fingerprint: Buffer
  readonly claimed_at: string
  readonly done_at: string | null
  readonly answer: Buffer | null
}

const instant = (at: EpochMs) => sql`${new Date(at).toISOString()}::timestamptz`
const isOf = ({ orgId, memberId, keyHash }: Omit<Claim, 'claimId' | 'fingerprint' | 'people'>) =>
  sql`org_id = ${orgId} and member_id = ${memberId} and key_hash = ${keyHash}`

/** Takes the act, or says how it stands. Of many at once the primary key lets one through. */
export async function claim({ tx }: OrgScope, mine: Claim, now: EpochMs): Promise<Standing> {
  const people = sql`${sql.param([...mine.people])}::uuid[]`
  const inserted = await tx.execute(sql`
    insert into repeats (org_id, member_id, key_hash, claim_id, fingerprint, people, claimed_at)
    values (${mine.orgId}, ${mine.memberId}, ${mine.keyHash}, ${mine.claimId}, ${mine.fingerprint}, ${people},
      ${instant(now)})
    on conflict do nothing returning 1`)
  if (inserted.rows.length > 0) return { state: 'ours' }
  const { rows } = await tx.execute<Row>(sql`
    select claim_id, fingerprint, claimed_at, done_at, answer from repeats where ${isOf(mine)}`)
  const [row] = rows
  if (!row) return { state: 'busy' } // let go of this moment
  if (!isFree(row, now)) return standingOf(row, mine, now)
  const taken = await tx.execute(sql`
    update repeats set claim_id = ${mine.claimId}, fingerprint = ${mine.fingerprint}, people = ${people},
      claimed_at = ${instant(now)}, done_at = null, answer = null
    where ${isOf(mine)} and claim_id = ${row.claim_id} returning 1`)
  return { state: taken.rows.length > 0 ? 'ours' : 'busy' }
}

/** Forgotten by now, or begun by a process that died before it changed anything. */
function isFree({ claimed_at, done_at }: Row, now: EpochMs): boolean {
  const ageMs = now - Date.parse(claimed_at)
  return ageMs >= keptForMs || (done_at === null && ageMs >= abandonedAfterMs)
}

function standingOf(row: Row, { fingerprint }: Claim, now: EpochMs): Standing {
  if (!row.fingerprint.equals(fingerprint)) return { state: 'reused' }
  if (row.answer !== null) return { state: 'answered', answer: row.answer }
  const isAtWork = row.done_at === null || now - Date.parse(row.claimed_at) < abandonedAfterMs
  return { state: isAtWork ? 'busy' : 'lost' }
}

/** Notes in the transaction of the change that it is done; false when the act was taken over by another. */
export async function markDone({ tx }: OrgScope, mine: Claim, now: EpochMs): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    update repeats set done_at = ${instant(now)} where ${isOf(mine)} and claim_id = ${mine.claimId} returning 1`)
  return rows.length > 0
}

export async function keepAnswer({ tx }: OrgScope, mine: Claim, answer: Buffer, now: EpochMs): Promise<void> {
  await tx.execute(sql`
    update repeats set answer = ${answer}, done_at = coalesce(done_at, ${instant(now)})
    where ${isOf(mine)} and claim_id = ${mine.claimId}`)
}

/** Lets go of an act that changed nothing: sent again it is judged anew. */
export async function letGo({ tx }: OrgScope, mine: Claim): Promise<void> {
  await tx.execute(
    sql`delete from repeats where ${isOf(mine)} and claim_id = ${mine.claimId} and done_at is null`,
  )
}

/** Deletes what has been kept long enough, some at a time; returns how many. */
export async function forgetOld({ tx, orgId }: OrgScope, now: EpochMs, limit: number): Promise<number> {
  const { rows } = await tx.execute(sql`
    delete from repeats where (org_id, member_id, key_hash) in (
      select org_id, member_id, key_hash from repeats
      where org_id = ${orgId} and claimed_at < ${instant(now - keptForMs)} limit ${limit})
    returning 1`)
  return rows.length
}
