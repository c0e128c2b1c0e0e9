import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { SystemScope } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
export const codeLifeMs = 5 * minuteMs
const triesPerCode = 5
/** Keeps the chance of a lucky guess at 20 in a million per phone and day, however many codes are asked for. */
const triesPerDay = 20

/** The carrier's own rule for a phone, and what one address may cause. */
const limits = {
  phone: [
    { withinMs: minuteMs, most: 1 },
    { withinMs: hourMs, most: 5 },
    { withinMs: dayMs, most: 10 },
  ],
  ip: [
    { withinMs: minuteMs, most: 10 },
    { withinMs: hourMs, most: 60 },
  ],
} as const

export interface CodeToSend {
  readonly phoneHash: Buffer
  readonly ipHash: Buffer
  readonly codeHash: Buffer
  readonly now: EpochMs
  /** Multiplies what an address may cause. */
  readonly scale: number
}

/**
 * Files a code about to be sent, if the limits allow it. Requests for one phone wait for each other.
 * @returns the row's id, or how long to wait.
 */
export async function fileCode(
  scope: SystemScope,
  code: CodeToSend,
): Promise<{ readonly id: string } | { readonly retryAfterS: number }> {
  const { tx } = scope
  const at = new Date(code.now)
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(encode(${code.phoneHash}, 'hex'), 0))`)
  const waitMs = Math.max(
    waitFor(await sentAt(scope, 'phone_hash', code.phoneHash, code.now), limits.phone, code.now),
    waitFor(await sentAt(scope, 'ip_hash', code.ipHash, code.now), scaled(limits.ip, code.scale), code.now),
  )
  if (waitMs > 0) return { retryAfterS: Math.ceil(waitMs / 1000) }
  const id = newId()
  await tx.execute(sql`
    insert into sms_codes (id, phone_hash, ip_hash, code_hash, sent_at, expires_at)
    values (${id}, ${code.phoneHash}, ${code.ipHash}, ${code.codeHash}, ${at.toISOString()},
      ${new Date(code.now + codeLifeMs).toISOString()})`)
  return { id }
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

interface Rule {
  readonly withinMs: number
  readonly most: number
}

function scaled(rules: readonly Rule[], scale: number): Rule[] {
  return rules.map(({ withinMs, most }) => ({ withinMs, most: most * scale }))
}

/** Until the oldest of the last `most` leaves its window. */
function waitFor(sent: readonly EpochMs[], rules: readonly Rule[], now: EpochMs): number {
  const waits = rules.map(({ withinMs, most }) => {
    const blocking = sent[most - 1]
    return blocking === undefined ? 0 : blocking + withinMs - now
  })
  return Math.max(0, ...waits)
}

/** A code that could not be sent holds nobody up. */
export async function dropCode({ tx }: SystemScope, id: string): Promise<void> {
  await tx.execute(sql`delete from sms_codes where id = ${id}`)
}

/**
 * Counts a try on the phone's newest code and says what hash it must match; null when there is no code left to try.
 * Committed before the comparison, so that a failed try counts whatever happens next.
 */
export async function takeTry(
  { tx }: SystemScope,
  phoneHash: Buffer,
  now: EpochMs,
): Promise<{ readonly id: string; readonly codeHash: Buffer } | null> {
  const at = new Date(now).toISOString()
  const { rows } = await tx.execute<{ id: string; code_hash: Buffer }>(sql`
    update sms_codes set attempts = attempts + 1
    where id = (select id from sms_codes where phone_hash = ${phoneHash} order by sent_at desc, id desc limit 1)
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

/** Rows that no limit looks at any more. */
export async function forgetCodes({ tx }: SystemScope, now: EpochMs): Promise<void> {
  await tx.execute(sql`delete from sms_codes where sent_at < ${new Date(now - 2 * dayMs).toISOString()}`)
}
