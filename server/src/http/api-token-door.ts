import type { FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import { tokenPrefix } from '@kangbao/shared/contracts/api-tokens.ts'
import { findGoodToken, noteUse } from '../db/api-tokens.repo.ts'
import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import { hashOfApiToken, readApiToken } from './api-token-text.ts'
import type { Caller } from './context.ts'

/** Whether what was sent as a bearer token is meant as one of these. */
export const isApiToken = (bearer: string): boolean => bearer.startsWith(tokenPrefix)

const windowMs = 60_000
/**
 * Tokens that are none cost a look at the database: who sends many is sent away first. One program with a token of yesterday
 * is stopped by itself, before the others behind its address are.
 */
const mostFailures = { token: 30, address: 300 } as const
const failures = new LRUCache<string, number>({ max: 20_000, ttl: windowMs })

function count(key: string): void {
  failures.set(key, (failures.get(key) ?? 0) + 1, { noUpdateTTL: true })
}

/**
 * Whom a token stands for: the admin who made it, within its scopes.
 * @throws AppError `token.invalid` for one that is no good, whatever the reason, `rate.limited` for who tries many.
 */
export async function callerByApiToken(
  { ip }: Pick<FastifyRequest, 'ip'>,
  text: string,
  { database, clock }: Pick<Deps, 'database' | 'clock'>,
): Promise<Caller> {
  const key = readApiToken(text)
  if (!key) throw new AppError('token.invalid')
  const { orgId, tokenId } = key
  const ofToken = `${ip} ${tokenId}`
  const isOften =
    (failures.get(ofToken) ?? 0) >= mostFailures.token || (failures.get(ip) ?? 0) >= mostFailures.address
  if (isOften) throw new AppError('rate.limited', { retryAfterS: windowMs / 1000 })
  const now = clock.now()
  const token = await database.inOrg(orgId, { kind: 'system', name: 'api-token' }, async (scope) => {
    const good = await findGoodToken(scope, { tokenId, tokenHash: hashOfApiToken(text), now })
    if (good) await noteUse(scope, tokenId, now)
    return good
  })
  if (!token) {
    count(ofToken)
    count(ip)
    throw new AppError('token.invalid')
  }
  const { memberId, role, scopes } = token
  const apiToken = { id: tokenId, scopes }
  return {
    kind: 'member',
    orgId,
    memberId,
    role,
    isGuest: false,
    sessionId: tokenId,
    provedAt: null,
    apiToken,
  }
}
