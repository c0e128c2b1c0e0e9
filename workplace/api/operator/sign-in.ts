import { sql } from 'drizzle-orm'
import { deviceOf } from '@kangbao/shared/identity/device.ts'
import type { OperatorSession } from '../../contracts/operator-access.ts'
import { countTry, forgetTries } from '../accounts/password-tries.ts'
import { addSeconds } from '../clock.ts'
import { digest, equalInConstantTime, randomToken } from '../crypto/secrets.ts'
import { uuidv7 } from '../db/uuid.ts'
import { AppError } from '../errors.ts'
import type { Ctx, OperatorCtx } from '../http/context.ts'
import { networkOf } from '../http/network.ts'
import { operatorTokenPrefix } from '../http/operator-session.ts'
import { recordAct } from './acts.ts'

const sessionSeconds = 8 * 3600
const linkSeconds = 3600

/** By the key of the configuration, with the name the person gives, or by a link, with the name it was made for. */
export async function signIn(ctx: Ctx, given: { key: string; name?: string }): Promise<OperatorSession> {
  const { deps, now, request } = ctx
  // Counted by where it comes from: whoever guesses elsewhere must not lock the operator out.
  const place = `operator ${request.ip}`
  await countTry(ctx, place)
  const name = await nameBehind(ctx, given)
  if (name === null) throw new AppError('operator.key-wrong')
  await forgetTries(ctx, place)
  const token = operatorTokenPrefix + randomToken()
  const expiresAt = addSeconds(now, sessionSeconds)
  await deps.db.transaction(async (tx) => {
    await tx.run(sql`delete from operator_sessions where expires_at <= ${now}`)
    await tx.run(sql`
      insert into operator_sessions (id, token_hash, name, device, network, created_at, last_seen_at, expires_at)
      values (${uuidv7()}, ${digest(token)}, ${name}, ${deviceOf(request.headers['user-agent'])},
        ${networkOf(request.ip)}, ${now}, ${now}, ${expiresAt})`)
    const operator = { name, sessionId: null }
    await recordAct(tx, { operator, now }, { action: 'session.started', subject: networkOf(request.ip) })
  })
  return { token, name, expiresAt: expiresAt.toISOString() }
}

async function nameBehind({ deps, now }: Ctx, given: { key: string; name?: string }): Promise<string | null> {
  const key = given.key.trim()
  const { operatorToken } = deps.config
  if (operatorToken !== '' && equalInConstantTime(key, operatorToken)) {
    if (given.name === undefined) throw new AppError('request.invalid', { part: 'name' })
    return given.name.trim()
  }
  // Taken away in one statement: of two who open the same link at once, one comes in.
  const link = await deps.db.one<{ name: string; expires_at: Date }>(
    sql`delete from operator_links where code_hash = ${digest(key)} returning name, expires_at`,
  )
  return link && link.expires_at > now ? link.name : null
}

export async function signOut({ deps, operator, now }: OperatorCtx): Promise<{ done: true }> {
  await deps.db.transaction(async (tx) => {
    await tx.run(sql`delete from operator_sessions where id = ${operator.sessionId}`)
    if (operator.sessionId !== null)
      await recordAct(tx, { operator, now }, { action: 'session.ended', subject: operator.name })
  })
  return { done: true }
}

/** The code stands behind the #: no server and no log of a proxy sees it. */
export async function makeLink(
  { deps, operator, now }: OperatorCtx,
  given: string,
): Promise<{ link: string; expiresAt: string }> {
  const code = randomToken(24)
  const name = given.trim()
  const expiresAt = addSeconds(now, linkSeconds)
  await deps.db.transaction(async (tx) => {
    await tx.run(sql`delete from operator_links where expires_at <= ${now}`)
    await tx.run(sql`
      insert into operator_links (code_hash, name, expires_at) values (${digest(code)}, ${name}, ${expiresAt})`)
    await recordAct(tx, { operator, now }, { action: 'link.made', subject: name })
  })
  return { link: `${deps.config.publicUrl}/operator/sign-in#${code}`, expiresAt: expiresAt.toISOString() }
}

export async function me({
  deps,
  operator,
}: OperatorCtx): Promise<{ name: string; expiresAt: string | null }> {
  const row = await deps.db.one<{ expires_at: Date }>(
    sql`select expires_at from operator_sessions where id = ${operator.sessionId}`,
  )
  return { name: operator.name, expiresAt: row?.expires_at.toISOString() ?? null }
}
