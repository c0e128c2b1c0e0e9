import { sql } from 'drizzle-orm'
import type { FastifyRequest } from 'fastify'
import { addSeconds } from '../clock.ts'
import { digest } from '../crypto/secrets.ts'
import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import { bearerOf, isOperator } from './access.ts'
import type { Operator } from './context.ts'

/** Tells an operator's session that ended from the bearer of somebody who is no operator. */
export const operatorTokenPrefix = 'op.'

const idleSeconds = 3600
const seenEverySeconds = 60

/**
 * Who acts as the operator: a session of his pages, or whoever holds the configured token. In test mode the routes are
 * open, so that a test run needs no secret.
 */
export async function requireOperator(deps: Deps, request: FastifyRequest): Promise<Operator> {
  const token = bearerOf(request)
  if (token?.startsWith(operatorTokenPrefix)) return readOperatorSession(deps, token)
  if (isOperator(deps, request)) return { name: 'API', sessionId: null }
  throw new AppError(token ? 'permission.denied' : 'session.missing')
}

async function readOperatorSession({ db, clock }: Deps, token: string): Promise<Operator> {
  const session = await db.one<{ id: string; name: string; last_seen_at: Date; expires_at: Date }>(
    sql`select id, name, last_seen_at, expires_at from operator_sessions where token_hash = ${digest(token)}`,
  )
  const now = clock.now()
  if (!session || session.expires_at <= now || session.last_seen_at <= addSeconds(now, -idleSeconds))
    throw new AppError('session.expired')
  if (session.last_seen_at < addSeconds(now, -seenEverySeconds))
    await db.run(sql`update operator_sessions set last_seen_at = ${now} where id = ${session.id}`)
  return { name: session.name, sessionId: session.id }
}
