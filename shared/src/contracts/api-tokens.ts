import { Type, type Static } from 'typebox'
import { apiScopes } from './api-scope.ts'
import { changes, none } from './audit-declaration.ts'
import { contract } from './contract.ts'
import { Instant, Nullable, PageOf, pageQuery, Uuid } from './fields.ts'

/* API tokens of an organisation, for programs of its own. */

export const tokenLimits = { name: 60, open: 50, mostDays: 730 } as const

/** What every token begins with, so that scanners of source code and logs find one that got there. */
export const tokenPrefix = 'kb_live_'

export const ApiScopeName = Type.Enum(apiScopes)

/** One line: what is shown to others, and stands in lists. */
const OneLine = Type.String({ minLength: 1, maxLength: tokenLimits.name, pattern: '^\\S([^\\r\\n]*\\S)?$' })

export const ApiToken = Type.Object({
  id: Uuid,
  name: Type.String({ examples: ['人事系统'] }),
  /** How it begins: enough to know it by, nothing to use. */
  beginning: Type.String({ examples: ['kb_live_0Ab1Cd2E'] }),
  scopes: Type.Array(ApiScopeName),
  /** `stopped`: whoever made it is no main admin any more. */
  state: Type.Union([
    Type.Literal('active'),
    Type.Literal('expired'),
    Type.Literal('revoked'),
    Type.Literal('stopped'),
  ]),
  madeBy: Type.String(),
  madeAt: Instant,
  expiresAt: Instant,
  /** To the minute. */
  usedAt: Nullable(Instant),
})
export type ApiToken = Static<typeof ApiToken>

const MadeApiToken = Type.Object({
  token: ApiToken,
  /** Shown this once: only a hash of it is kept. */
  secret: Type.String({ examples: [`${tokenPrefix}…`] }),
})
export type MadeApiToken = Static<typeof MadeApiToken>

export const listApiTokens = contract({
  method: 'GET',
  path: '/api-tokens',
  summary: 'Tokens, newest first; those that are good for nothing any more stay in the list',
  permission: 'open-api.manage',
  audit: none('names of programs; the one person named is the admin who made the token'),
  query: Type.Object(pageQuery),
  response: PageOf(ApiToken),
  errors: [],
})

export const makeApiToken = contract({
  method: 'POST',
  path: '/api-tokens',
  summary: 'A token for a program; it acts in the name of whoever makes it, within its scopes',
  permission: 'open-api.manage',
  stepUp: true,
  repeatable: true,
  audit: changes('api-token.made', { object: 'api-token:{response.token.id}' }),
  body: Type.Object(
    {
      name: OneLine,
      scopes: Type.Array(ApiScopeName, { minItems: 1, maxItems: apiScopes.length, uniqueItems: true }),
      /** Good for so many days. */
      days: Type.Integer({ minimum: 1, maximum: tokenLimits.mostDays, examples: [365] }),
    },
    { additionalProperties: false },
  ),
  response: MadeApiToken,
  errors: ['api-token.too-many'],
})

export const revokeApiToken = contract({
  method: 'POST',
  path: '/api-tokens/:tokenId/revoke',
  summary: 'From now on a token is good for nothing',
  permission: 'open-api.manage',
  audit: changes('api-token.revoked', { object: 'api-token:{tokenId}' }),
  params: Type.Object({ tokenId: Uuid }, { additionalProperties: false }),
  response: ApiToken,
  errors: ['resource.missing'],
})
