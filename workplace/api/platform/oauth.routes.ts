import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { maskMobile } from '@kangbao/shared/identity/phone.ts'
import type { FastifyInstance } from 'fastify'
import type { Deps } from '../deps.ts'
import { found } from '../errors.ts'
import { refusals } from './errors.ts'
import { requireText } from './fields.ts'
import { openapi, textOf, type Call } from './gateway.ts'
import { requireSuite } from './tokens.ts'
import { exchangeCode, refresh, requireUser, type TokenUser } from './user-tokens.ts'

/** What one person allowed an app: his token and what it tells of him. */
export function oauthRoutes(app: FastifyInstance): void {
  openapi(app, 'POST', '/v1.0/oauth2/userAccessToken', async ({ deps, body }) => {
    const suite = requireSuite(deps, requireText(body, 'clientId'), requireText(body, 'clientSecret'))
    const grant = textOf(body['grantType']) || 'authorization_code'
    if (grant === 'refresh_token')
      return { ...(await refresh(deps, suite, requireText(body, 'refreshToken'))) }
    if (grant !== 'authorization_code') throw refusals.badValue('grantType', grant.slice(0, 40))
    return { ...(await exchangeCode(deps, suite, requireText(body, 'code'))) }
  })
  // Of oneself only: an ISV reads others by the tokens of their orgs.
  openapi(app, 'GET', '/v1.0/contact/users/:unionId', async ({ deps, token, params }: Call) => {
    const user = await requireUser(deps, token, 'Contact.User.Read')
    const me = await aboutUser(deps, user)
    if (params['unionId'] !== 'me' && params['unionId'] !== me['unionId']) throw refusals.internalOnly()
    return me
  })
}

async function aboutUser(deps: Deps, user: TokenUser): Promise<Record<string, unknown>> {
  const person = found(
    await deps.db.one<{ name: string; avatar: string | null; union_id: string; phone: string }>(
      sql`select name, avatar, union_id, phone from persons where id = ${user.personId}`,
    ),
  )
  return {
    nick: person.name,
    avatarUrl: person.avatar ?? '',
    unionId: person.union_id,
    openId: openIdOf(user),
    ...(user.scopes.includes('Contact.User.mobile') ? maskedPhone(person.phone) : {}),
  }
}

/** Another for every app, the same for every visit. */
const openIdOf = ({ suite, personId }: TokenUser): string =>
  createHash('sha256').update(`${suite.suiteId}:${personId}`).digest('base64url').slice(0, 24)

/** An ISV is given no more than this of anybody's number. */
function maskedPhone(phone: string): { mobile: string; stateCode: string } {
  const [, stateCode = '86', number = phone] = /^\+(\d+)-(.+)$/.exec(phone) ?? []
  return { mobile: maskMobile(number), stateCode }
}
