import { sql } from 'drizzle-orm'
import type { Session } from '../../contracts/accounts.ts'
import { requireGoodPassword } from '../crypto/good-password.ts'
import { hashPassword, isPassword } from '../crypto/passwords.ts'
import { randomToken } from '../crypto/secrets.ts'
import type { Queries } from '../db/database.ts'
import { AppError, found } from '../errors.ts'
import type { Ctx, SessionCtx } from '../http/context.ts'
import { endOthers } from './my-sessions.ts'
import { countTry, forgetTries } from './password-tries.ts'
import { phoneOrRefuse } from './phone.ts'
import { openSession, type PersonRow } from './sessions.ts'
import { useCode } from './sms-codes.ts'

/** Alone it opens an account, so the admins' weaker rule of the manual is not for it. */
const rule = 'standard'

/** Looked at when there is none: a phone nobody has takes as long as a wrong password (S-19). */
let nobodys: Promise<string> | undefined

/** @throws AppError `account.password-wrong` for a wrong one, none, and a phone nobody has. */
export async function requireRightPassword(ctx: Ctx, phone: string, password: string): Promise<PersonRow> {
  await countTry(ctx, phone)
  const row = await ctx.deps.db.one<PersonRow & { hash: string }>(sql`
    select p.id, p.name, p.phone, p.avatar, w.hash from persons p join person_passwords w on w.person_id = p.id
    where p.phone = ${phone}`)
  nobodys ??= hashPassword(randomToken())
  const isRight = await isPassword(row?.hash ?? (await nobodys), password)
  if (!row || !isRight) throw new AppError('account.password-wrong')
  await forgetTries(ctx, phone)
  return row
}

export async function signIn(ctx: Ctx, given: { phone: string; password: string }): Promise<Session> {
  const person = await requireRightPassword(ctx, phoneOrRefuse(given.phone), given.password)
  return ctx.deps.db.transaction((tx) => openSession(ctx, tx, person, { method: 'password' }))
}

/** A forgotten password: the phone is the proof. Whoever knows the old one is signed out. */
export async function reset(
  ctx: Ctx,
  given: { phone: string; code: string; password: string },
): Promise<Session> {
  const phone = phoneOrRefuse(given.phone)
  // Before the code is used up, so that a better password goes with the same code.
  await requireGoodPassword(given.password, rule, [phone])
  await useCode(ctx, phone, given.code, 'password')
  const hash = await hashPassword(given.password)
  const session = await ctx.deps.db.transaction(async (tx) => {
    const person = await tx.one<PersonRow>(sql`
      select id, name, phone, avatar from persons where phone = ${phone} and registered_at is not null`)
    if (!person) throw new AppError('account.unknown')
    await keep(ctx, tx, person.id, hash)
    await endOthers(tx, person.id, null)
    return openSession(ctx, tx, person, { method: 'reset' })
  })
  await forgetTries(ctx, phone)
  return session
}

/** @throws AppError `account.proof-needed` without the current password or a code. */
export async function set(
  ctx: SessionCtx,
  given: { password: string; current?: string; code?: string },
): Promise<{ done: true }> {
  const person = found(
    await ctx.deps.db.one<PersonRow>(
      sql`select id, name, phone, avatar from persons where id = ${ctx.personId}`,
    ),
  )
  await requireGoodPassword(given.password, rule, [person.phone, person.name])
  await requireProof(ctx, person.phone, { purpose: 'password', code: given.code, password: given.current })
  const hash = await hashPassword(given.password)
  await ctx.deps.db.transaction(async (tx) => {
    await keep(ctx, tx, person.id, hash)
    await endOthers(tx, person.id, ctx.sessionId)
  })
  return { done: true }
}

/** Whoever is signed in proves once more that it is he: by a code on his phone, or else by his password. */
export async function requireProof(
  ctx: SessionCtx,
  phone: string,
  given: { purpose: 'password' | 'phone'; code: string | undefined; password: string | undefined },
): Promise<void> {
  if (given.code !== undefined) await useCode(ctx, phone, given.code, given.purpose)
  else if (given.password !== undefined) await requireRightPassword(ctx, phone, given.password)
  else throw new AppError('account.proof-needed')
}

async function keep({ now }: Ctx, tx: Queries, personId: string, hash: string): Promise<void> {
  await tx.run(sql`
    insert into person_passwords (person_id, hash, set_at) values (${personId}, ${hash}, ${now})
    on conflict (person_id) do update set hash = excluded.hash, set_at = excluded.set_at`)
}
