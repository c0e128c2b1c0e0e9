import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { SessionEntry } from '@kangbao/shared/contracts/sessions.ts'
import type { SystemScope } from '../../db/database.ts'
import type { Caller } from '../../http/context.ts'

const iso = (at: EpochMs) => new Date(at).toISOString()

/** Whose a session is; both null for the operator. A viewer belongs to no org: the id is his own. */
export interface Holder {
  readonly orgId: string | null
  readonly memberId: string | null
}

export function holderOf(caller: Caller): Holder {
  if (caller.kind === 'member') return { orgId: caller.orgId, memberId: caller.memberId }
  return { orgId: null, memberId: caller.kind === 'viewer' ? caller.viewerId : null }
}

export interface NewSession extends Holder {
  readonly id: string
  readonly kind: SessionEntry['kind']
  readonly device: string | null
  readonly now: EpochMs
  readonly expiresAt: EpochMs
  readonly idleS: number
  readonly provedAt: EpochMs | null
  readonly tokenHash: Buffer
}

/** A session and its first refresh token, in one statement. */
export async function insertSession({ tx }: SystemScope, given: NewSession): Promise<void> {
  await tx.execute(sql`
    with begun as (
      insert into sessions (id, org_id, member_id, kind, device, started_at, seen_at, expires_at, idle_s, proved_at)
      values (${given.id}, ${given.orgId}, ${given.memberId}, ${given.kind}, ${given.device}, ${iso(given.now)},
        ${iso(given.now)}, ${iso(given.expiresAt)}, ${given.idleS},
        ${given.provedAt === null ? null : iso(given.provedAt)})
      returning id)
    insert into refresh_tokens (token_hash, session_id) select ${given.tokenHash}::bytea, id from begun`)
}

export interface HeldSession extends Holder {
  readonly id: string
  readonly kind: SessionEntry['kind']
  readonly seenAt: EpochMs
  readonly expiresAt: EpochMs
  readonly idleS: number
  readonly provedAt: EpochMs | null
  readonly isEnded: boolean
}

interface SessionRow extends Record<string, unknown> {
  readonly id: string
  readonly org_id: string | null
  readonly member_id: string | null
  readonly kind: SessionEntry['kind']
  readonly device: string | null
  readonly started_at: string
  readonly seen_at: string
  readonly expires_at: string
  readonly idle_s: number
  readonly proved_at: string | null
  readonly ended_at: string | null
}

/** The session a refresh token belongs to, locked, and when the token was used; null for a token that never was. */
export async function lockByToken(
  { tx }: SystemScope,
  tokenHash: Buffer,
): Promise<{ readonly session: HeldSession; readonly usedAt: EpochMs | null } | null> {
  const { rows: found } = await tx.execute<{ session_id: string }>(sql`
    select session_id from refresh_tokens where token_hash = ${tokenHash}`)
  const id = found[0]?.session_id
  if (id === undefined) return null
  const { rows } = await tx.execute<SessionRow>(sql`select * from sessions where id = ${id} for update`)
  // Read again under the lock: the other of two at once may have used it meanwhile.
  const { rows: tokens } = await tx.execute<{ used_at: string | null }>(sql`
    select used_at from refresh_tokens where token_hash = ${tokenHash}`)
  const [row, token] = [rows[0], tokens[0]]
  if (!row || !token) return null
  return { session: held(row), usedAt: token.used_at === null ? null : Date.parse(token.used_at) }
}

function held(row: SessionRow): HeldSession {
  return {
    id: row.id,
    orgId: row.org_id,
    memberId: row.member_id,
    kind: row.kind,
    seenAt: Date.parse(row.seen_at),
    expiresAt: Date.parse(row.expires_at),
    idleS: row.idle_s,
    provedAt: row.proved_at === null ? null : Date.parse(row.proved_at),
    isEnded: row.ended_at !== null,
  }
}

/** Uses a refresh token up for its successor, and notes that the session is alive. */
export async function rotate(
  { tx }: SystemScope,
  given: { readonly id: string; readonly used: Buffer; readonly next: Buffer; readonly now: EpochMs },
): Promise<void> {
  await tx.execute(sql`
    with used as (update refresh_tokens set used_at = ${iso(given.now)} where token_hash = ${given.used}),
      seen as (update sessions set seen_at = ${iso(given.now)} where id = ${given.id})
    insert into refresh_tokens (token_hash, session_id) values (${given.next}, ${given.id})`)
}

/** Whether a refresh token is still to be used. */
export async function isUnused({ tx }: SystemScope, tokenHash: Buffer): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    select 1 from refresh_tokens where token_hash = ${tokenHash} and used_at is null`)
  return rows.length > 0
}

export async function saveProof({ tx }: SystemScope, id: string, at: EpochMs): Promise<void> {
  await tx.execute(sql`update sessions set proved_at = ${iso(at)} where id = ${id}`)
}

/** How an open session began; null when there is none. */
export async function kindOf({ tx }: SystemScope, id: string): Promise<SessionEntry['kind'] | null> {
  const { rows } = await tx.execute<{ kind: SessionEntry['kind'] }>(sql`
    select kind from sessions where id = ${id} and ended_at is null`)
  return rows[0]?.kind ?? null
}

export interface EndOf extends Holder {
  /** One session, or all but one. */
  readonly which: { readonly only: string } | { readonly allBut: string }
  readonly reason: 'signed-out' | 'ended-by-owner' | 'reuse' | 'expired' | 'member-gone' | 'viewer-ended'
  readonly now: EpochMs
}

/** Ends open sessions of one holder; returns their ids. */
export async function endSessions({ tx }: SystemScope, end: EndOf): Promise<string[]> {
  const which = 'only' in end.which ? sql`id = ${end.which.only}` : sql`id <> ${end.which.allBut}`
  const { rows } = await tx.execute<{ id: string }>(sql`
    update sessions set ended_at = ${iso(end.now)}, end_reason = ${end.reason}
    where org_id is not distinct from ${end.orgId}::uuid and member_id is not distinct from ${end.memberId}::uuid
      and ended_at is null and ${which}
    returning id`)
  return rows.map(({ id }) => id)
}

export type ListedSession = Omit<SessionEntry, 'isCurrent'>

/** Open sessions of one holder, newest first. */
export async function openSessions(
  { tx }: SystemScope,
  given: Holder & {
    readonly now: EpochMs
    readonly before: string | null
    readonly limit: number
  },
): Promise<ListedSession[]> {
  const at = iso(given.now)
  const before = given.before === null ? sql`` : sql`and id < ${given.before}::uuid`
  const { rows } = await tx.execute<SessionRow>(sql`
    select * from sessions
    where org_id is not distinct from ${given.orgId}::uuid and member_id is not distinct from ${given.memberId}::uuid
      and ended_at is null and expires_at > ${at}::timestamptz
      and seen_at + make_interval(secs => idle_s) > ${at}::timestamptz ${before}
    order by id desc limit ${given.limit}`)
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    device: row.device,
    startedAt: iso(Date.parse(row.started_at)),
    seenAt: iso(Date.parse(row.seen_at)),
    expiresAt: iso(Date.parse(row.expires_at)),
  }))
}

/** Sessions nobody can take up again, some days later: until then a reused token still tells of a theft. */
export async function forgetSessions({ tx }: SystemScope, now: EpochMs): Promise<void> {
  await tx.execute(sql`
    delete from sessions where id in
      (select id from sessions where expires_at < ${iso(now - 2 * 86_400_000)} limit 20000)`)
}
