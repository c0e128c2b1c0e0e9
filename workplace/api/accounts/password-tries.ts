import { sql, type SQL } from 'drizzle-orm'
import { addSeconds } from '../clock.ts'
import { keyedDigest } from '../crypto/secrets.ts'
import { AppError } from '../errors.ts'
import type { Ctx } from '../http/context.ts'

const triesBeforeLock = 5
const lockSeconds = 15 * 60
const forgottenAfterSeconds = 86_400

/** The columns of a row `t` after one try more: a fifth failure locks it, and after the lock they begin anew. */
export const oneTryMore = (now: Date): SQL => sql`
  failures = case when t.locked_until is null then t.failures + 1 else 1 end,
  locked_until = case when t.locked_until is null and t.failures + 1 >= ${triesBeforeLock}
    then ${addSeconds(now, lockSeconds)}::timestamptz end`

export const isUnlocked = (now: Date): SQL => sql`(t.locked_until is null or t.locked_until <= ${now})`

const keyOf = ({ deps }: Ctx, phone: string): string =>
  keyedDigest(deps.config.sessionSecret, `password:${phone}`)

/**
 * Counts a try before the password is looked at, so that many at once are no more tries than one after another. It
 * counts for phones nobody has here as well: being locked says nothing about an account (S-19). The SMS code stays open,
 * so that nobody is locked out by somebody else's guesses.
 * @throws AppError `rate.limited` with `retryAfterSeconds`.
 */
export async function countTry(ctx: Ctx, phone: string): Promise<void> {
  const { deps, now } = ctx
  const key = keyOf(ctx, phone)
  const forgotten = addSeconds(now, -forgottenAfterSeconds)
  await deps.db.run(sql`delete from password_tries where last_at < ${forgotten}`)
  const counted = await deps.db.one(sql`
    insert into password_tries as t (phone_hash, failures, last_at) values (${key}, 1, ${now})
    on conflict (phone_hash) do update set last_at = excluded.last_at, ${oneTryMore(now)}
    where ${isUnlocked(now)}
    returning 1`)
  if (counted) return
  const row = await deps.db.one<{ locked_until: Date }>(
    sql`select locked_until from password_tries where phone_hash = ${key} and locked_until > ${now}`,
  )
  throw triesUsedUp(row?.locked_until ?? null, now)
}

/** What somebody is told who may not try again before then; a second at least. */
export function triesUsedUp(until: Date | null, now: Date): AppError {
  const leftMs = until ? until.getTime() - now.getTime() : 0
  return new AppError('rate.limited', { retryAfterSeconds: Math.max(1, Math.ceil(leftMs / 1000)) })
}

/** The right password makes the tries before it forgotten. */
export async function forgetTries(ctx: Ctx, phone: string): Promise<void> {
  await ctx.deps.db.run(sql`delete from password_tries where phone_hash = ${keyOf(ctx, phone)}`)
}
