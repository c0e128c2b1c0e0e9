import { sql, type SQL } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { SystemScope } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'
import { dayMs, hourMs, minuteMs, isOverBudget, waitFor, type Sums } from './sms-limits.ts'

export const codeLifeMs = 5 * minuteMs
/** Mail may be held back by whoever takes it: a first letter from a stranger often is, for a quarter of an hour. */
export const mailedCodeLifeMs = 30 * minuteMs
const triesPerCode = 5
/** Keeps the chance of a lucky guess at 20 in a million per phone and day, however many codes are asked for. */
const triesPerDay = 20

/** A code belongs to the act it was asked for: one that signs in proves nothing else. */
export type CodePurpose = 'sign-in' | 'guest' | 'bind-phone' | 'confirm-mail' | 'proof'

export type CodeChannel = 'sms' | 'mail' | 'workplace'

export interface CodeToSend {
  readonly purpose: CodePurpose
  readonly phoneHash: Buffer
  readonly prefixHash: Buffer
  readonly ipHash: Buffer
  readonly askerHash: Buffer
  readonly codeHash: Buffer
  /** Null when nobody knows yet whose phone it is. */
  readonly orgId: string | null
  /** `sms` costs money, `mail` goes to whoever an address belongs to; `workplace` does neither. */
  readonly channel: CodeChannel
  /** False for a sign-in with a phone no member has confirmed: such texts have a small budget of their own. */
  readonly isKnown: boolean
  readonly now: EpochMs
  /** Most codes of the whole installation that go this way in an hour. */
  readonly hourlyBudget: number
  /** Multiplies what an address, a row of numbers or an org may cause. */
  readonly scale: number
}

/** Filed, and to be sent or not; or how long to wait. */
export type Filed = { readonly id: string; readonly isSent: boolean } | { readonly retryAfterS: number }

/**
 * Files a code about to be sent, if the limits allow it. Requests for one phone wait for each other. A sign-in over a
 * budget is filed as well, unsent: the answer must not tell which phones are known (S-19).
 */
export async function fileCode(scope: SystemScope, code: CodeToSend): Promise<Filed> {
  const { tx } = scope
  const { now, scale } = code
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(encode(${code.phoneHash}, 'hex'), 0))`)
  const waitMs = Math.max(
    waitFor('phone', await sentAt(scope, 'phone_hash', code.phoneHash, now), now),
    waitFor('address', await sentAt(scope, 'ip_hash', code.ipHash, now), now, scale),
  )
  if (waitMs > 0) return { retryAfterS: Math.ceil(waitMs / 1000) }
  const isOver =
    code.channel !== 'workplace' &&
    isOverBudget(await spent(scope, code), code.hourlyBudget, scale, code.isKnown)
  // Whoever is signed in, or holds the link of a form, learns of it: there is nothing to give away.
  if (isOver && code.purpose !== 'sign-in') return { retryAfterS: 3600 }
  const id = newId()
  const iso = (at: EpochMs) => new Date(at).toISOString()
  await tx.execute(sql`
    insert into sms_codes (id, purpose, phone_hash, prefix_hash, ip_hash, asker_hash, code_hash, org_id, channel,
      is_known, sent_at, expires_at)
    values (${id}, ${code.purpose}, ${code.phoneHash}, ${code.prefixHash}, ${code.ipHash}, ${code.askerHash},
      ${code.codeHash}, ${code.orgId}, ${isOver ? 'none' : code.channel}, ${code.isKnown}, ${iso(now)},
      ${iso(now + (code.channel === 'mail' ? mailedCodeLifeMs : codeLifeMs))})`)
  return { id, isSent: !isOver }
}

async function sentAt(
  { tx }: SystemScope,
  column: 'phone_hash' | 'ip_hash',
  hash: Buffer,
  now: EpochMs,
): Promise<EpochMs[]> {
  const { rows } = await tx.execute<{ sent_at: string }>(sql`
    select sent_at from sms_codes where ${sql.identifier(column)} = ${hash}
      and sent_at > ${new Date(now - dayMs).toISOString()} and sent_at <= ${new Date(now).toISOString()}
    order by sent_at desc limit 10000`)
  return rows.map((row) => Date.parse(row.sent_at))
}

/** Codes that went this way in the last hour and day, by whom a budget is kept for. */
async function spent({ tx }: SystemScope, code: CodeToSend): Promise<Sums> {
  const hour = sql`sent_at > ${new Date(code.now - hourMs).toISOString()}::timestamptz`
  const isOrgs = code.orgId === null ? sql`false` : sql`org_id = ${code.orgId}::uuid`
  const { rows } = await tx.execute<Sums & Record<string, unknown>>(sql`
    select (count(*) filter (where ${hour}) + ${reminders(code, hourMs)})::int as "allHour",
      (count(*) + ${reminders(code, dayMs)})::int as "allDay",
      count(*) filter (where not is_known and ${hour})::int as "unknownHour",
      count(*) filter (where not is_known)::int as "unknownDay",
      count(*) filter (where prefix_hash = ${code.prefixHash} and ${hour})::int as "prefixHour",
      count(*) filter (where ${isOrgs} and ${hour})::int as "orgHour",
      count(*) filter (where ${isOrgs})::int as "orgDay"
    from sms_codes where channel = ${code.channel} and sent_at > ${new Date(code.now - dayMs).toISOString()}
      and sent_at <= ${new Date(code.now).toISOString()}`)
  const [sums] = rows
  if (!sums) throw new Error('a count has a row')
  return sums
}

/** Reminders that went by SMS cost what codes cost. */
function reminders({ channel, now }: CodeToSend, withinMs: number): SQL {
  if (channel !== 'sms') return sql`0`
  return sql`(select coalesce(sum(texts), 0) from sms_reminders
    where at_minute > ${new Date(now - withinMs).toISOString()}::timestamptz and at_minute <= ${new Date(now).toISOString()}::timestamptz)`
}

/** A code that could not be sent holds nobody up. */
export async function dropCode({ tx }: SystemScope, id: string): Promise<void> {
  await tx.execute(sql`delete from sms_codes where id = ${id}`)
}

export interface CodeTried {
  readonly purpose: CodePurpose
  readonly phoneHash: Buffer
  readonly askerHash: Buffer
  readonly now: EpochMs
}

/**
 * Counts a try on the asker's newest code and says what hash it must match; null when there is no code left to try.
 * Only who asked can try, so that nobody uses up another's tries. Committed before the comparison, so that a failed try
 * counts whatever happens next.
 */
export async function takeTry(
  { tx }: SystemScope,
  { purpose, phoneHash, askerHash, now }: CodeTried,
): Promise<{ readonly id: string; readonly codeHash: Buffer } | null> {
  const at = new Date(now).toISOString()
  const { rows } = await tx.execute<{ id: string; code_hash: Buffer }>(sql`
    update sms_codes set attempts = attempts + 1
    where id = (select id from sms_codes where asker_hash = ${askerHash} and purpose = ${purpose}
        and phone_hash = ${phoneHash} and used_at is null order by sent_at desc, id desc limit 1)
      and used_at is null and expires_at > ${at}::timestamptz and sent_at <= ${at}::timestamptz
      and attempts < ${triesPerCode}
      and (select coalesce(sum(attempts), 0) from sms_codes where phone_hash = ${phoneHash}
        and sent_at > ${new Date(now - dayMs).toISOString()}::timestamptz) < ${triesPerDay}
    returning id, code_hash`)
  const row = rows[0]
  return row ? { id: row.id, codeHash: row.code_hash } : null
}

/** Uses a code up; false when somebody else did. */
export async function useCode({ tx }: SystemScope, id: string, now: EpochMs): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    update sms_codes set used_at = ${new Date(now).toISOString()} where id = ${id} and used_at is null returning id`)
  return rows.length > 0
}

/** Texts of the last hour, and how many of their codes were used. */
export async function lastHour(
  { tx }: SystemScope,
  now: EpochMs,
): Promise<{ readonly sent: number; readonly used: number }> {
  const { rows } = await tx.execute<{ sent: number; used: number }>(sql`
    select count(*)::int as sent, count(used_at)::int as used from sms_codes
    where channel = 'sms' and sent_at > ${new Date(now - hourMs).toISOString()}
      and sent_at <= ${new Date(now).toISOString()}`)
  return rows[0] ?? { sent: 0, used: 0 }
}

/** Rows that no limit looks at any more. */
export async function forgetCodes({ tx }: SystemScope, now: EpochMs): Promise<void> {
  await tx.execute(sql`delete from sms_codes where sent_at < ${new Date(now - 2 * dayMs).toISOString()}`)
}
