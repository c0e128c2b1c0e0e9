import type { BodyOf, QueryOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import { tokenLimits, type ApiToken, type MadeApiToken } from '@kangbao/shared/contracts/api-tokens.ts'
import type * as contracts from '@kangbao/shared/contracts/api-tokens.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import { idCursor, newId } from '../../db/ids.ts'
import { AppError, found } from '../../errors.ts'
import { beginningOf, hashOfApiToken, newApiToken } from '../../http/api-token-text.ts'
import type { MemberContext } from '../../http/context.ts'
import { openFeed } from './events.service.ts'
import * as repo from './tokens.repo.ts'

const defaultPage = 50
const dayMs = 86_400_000

export async function list(
  ctx: MemberContext,
  { cursor, limit = defaultPage }: QueryOf<typeof contracts.listApiTokens>,
): Promise<ResponseOf<typeof contracts.listApiTokens>> {
  const page = { before: idCursor(cursor), limit: limit + 1, now: ctx.deps.clock.now() }
  const rows = await ctx.inOrg((scope) => repo.list(scope, page))
  const items = rows.slice(0, limit)
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
}

/** @throws AppError `api-token.too-many` */
export async function make(
  ctx: MemberContext,
  { name, scopes, days }: BodyOf<typeof contracts.makeApiToken>,
): Promise<MadeApiToken> {
  const { deps, orgId, memberId: madeBy } = ctx
  const now = deps.clock.now()
  const id = newId()
  const secret = newApiToken({ orgId, tokenId: id })
  const token = await ctx.inOrg(async (scope) => {
    if ((await repo.countOpen(scope, now)) >= tokenLimits.open) throw new AppError('api-token.too-many')
    const expiresAt = now + days * dayMs
    const kept = { tokenHash: hashOfApiToken(secret), beginning: beginningOf(secret) }
    await repo.insert(scope, { id, name, scopes, ...kept, madeBy, now, expiresAt })
    await openFeed(scope, now)
    await appendAudit(scope, {
      action: 'api-token.made',
      object: `api-token:${id}`,
      detail: { scopes: scopes.join(' '), days },
      at: now,
    })
    return found(await repo.byId(scope, id, now))
  })
  return { token, secret }
}

/** @throws AppError `resource.missing` */
export async function revoke(ctx: MemberContext, tokenId: string): Promise<ApiToken> {
  const now = ctx.deps.clock.now()
  return ctx.inOrg(async (scope) => {
    if (await repo.revoke(scope, tokenId, now))
      await appendAudit(scope, { action: 'api-token.revoked', object: `api-token:${tokenId}`, at: now })
    return found(await repo.byId(scope, tokenId, now))
  })
}
