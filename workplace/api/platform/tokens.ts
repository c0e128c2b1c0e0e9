import { sql } from 'drizzle-orm'
import * as apps from '../apps/apps.repo.ts'
import { addSeconds } from '../clock.ts'
import type { Suite } from '../config.ts'
import { signSuiteCall } from '../crypto/signatures.ts'
import { digest, equalInConstantTime, randomHex } from '../crypto/secrets.ts'
import type { OrgScope } from '../db/database.ts'
import { suiteById, type Deps } from '../deps.ts'
import { isListed } from './addresses.ts'
import { refusals, TokenError } from './errors.ts'
import { badAddress } from './gate.ts'
import type { Call } from './gateway.ts'

export const tokenSeconds = 7200

/** Who calls, once a corp token was verified: an enabled app of an org. */
export interface Caller {
  suite: Suite
  orgId: string
  app: apps.InstalledRow
  scope: OrgScope
}

export const suiteByKey = ({ config }: Deps, suiteKey: string): Suite | undefined =>
  config.suites.find((suite) => suite.suiteKey === suiteKey)

export function requireSuite(deps: Deps, suiteKey: string, suiteSecret: string): Suite {
  const suite = suiteByKey(deps, suiteKey)
  if (!suite || !equalInConstantTime(suite.suiteSecret, suiteSecret)) throw refusals.badSuite()
  return suite
}

export async function requireTicket(deps: Deps, suite: Suite, ticket: string): Promise<void> {
  const row = await deps.db.one<{ ticket: string | null }>(
    sql`select ticket from suites where suite_id = ${suite.suiteId}`,
  )
  if (!row?.ticket || !equalInConstantTime(row.ticket, ticket)) throw refusals.badTicket()
}

/** accessKey, timestamp, suiteTicket and signature of the signed calls. */
export async function requireSignedCall(deps: Deps, query: Record<string, string>): Promise<Suite> {
  const suite = suiteByKey(deps, query['accessKey'] ?? '')
  if (!suite) throw refusals.badSuite()
  await requireTicket(deps, suite, query['suiteTicket'] ?? '')
  const expected = signSuiteCall(suite.suiteSecret, query['timestamp'] ?? '', query['suiteTicket'] ?? '')
  if (!equalInConstantTime(expected, query['signature'] ?? '')) throw refusals.badSuite()
  return suite
}

type TokenKind = 'suite' | 'corp' | 'sso'

/** A repeat gives a new token; the earlier ones live until their own end. */
export async function issueToken(
  deps: Deps,
  suite: Suite,
  { kind, orgId = null }: { kind: TokenKind; orgId?: string | null },
): Promise<string> {
  const token = randomHex(16)
  const now = deps.clock.now()
  await deps.db.run(sql`
    insert into open_tokens (token_hash, kind, suite_id, org_id, expires_at)
    values (${digest(token)}, ${kind}, ${suite.suiteId}, ${orgId}, ${addSeconds(now, tokenSeconds)})`)
  await deps.db.run(sql`delete from open_tokens where expires_at < ${addSeconds(now, -86_400)}`)
  return token
}

interface TokenRow {
  suite_id: string
  org_id: string | null
  expires_at: Date
}

/** Also one that has run out, while it is remembered. */
const findToken = (deps: Deps, token: string, kind: TokenKind): Promise<TokenRow | null> =>
  deps.db.one<TokenRow>(
    sql`select suite_id, org_id, expires_at from open_tokens where token_hash = ${digest(token)} and kind = ${kind}`,
  )

async function readToken(deps: Deps, token: string, kind: TokenKind): Promise<TokenRow | null> {
  const row = await findToken(deps, token, kind)
  return row && row.expires_at > deps.clock.now() ? row : null
}

export const isCorpToken = async (deps: Deps, token: string): Promise<boolean> =>
  (await readToken(deps, token, 'corp')) !== null

export async function requireSsoToken(deps: Deps, token: string): Promise<Suite> {
  const row = await readToken(deps, token, 'sso')
  const suite = row && suiteById(deps, row.suite_id)
  if (!suite) throw new TokenError(40014, '不合法的access_token')
  return suite
}

export async function requireSuiteToken(deps: Deps, token: string): Promise<Suite> {
  if (!token) throw refusals.noSuiteToken()
  const row = await findToken(deps, token, 'suite')
  const suite = row && suiteById(deps, row.suite_id)
  if (!suite) throw refusals.badSuiteToken()
  if (row.expires_at <= deps.clock.now()) throw refusals.suiteTokenOver()
  return suite
}

/** Runs the call inside the org of the token; the app must be installed and enabled. */
export async function withCaller<T>(
  { deps, token, request }: Pick<Call, 'deps' | 'token' | 'request'>,
  work: (caller: Caller) => Promise<T>,
): Promise<T> {
  if (!token) throw new TokenError(40000, 'access_token is blank')
  const row = await readToken(deps, token, 'corp')
  const suite = row && suiteById(deps, row.suite_id)
  if (!row?.org_id || !suite) throw new TokenError(40014, '不合法的access_token')
  const orgId = row.org_id
  return deps.db.withOrg(orgId, async (scope) => {
    const app = await apps.bySuite(scope, suite.suiteId)
    if (!app) throw new TokenError(40014, '不合法的access_token')
    if (app.state === 'stopped') throw refusals.stopped()
    if (!(await isListed(scope, suite, request.ip))) throw badAddress()
    return work({ suite, orgId, app, scope })
  })
}

/** The org behind a corpId that has authorised this suite. */
export async function authorisedOrg(deps: Deps, suite: Suite, corpId: string): Promise<string> {
  const found = await findOrg(deps, suite, corpId)
  if (!found?.hasApp) throw refusals.notAuthorised()
  return found.orgId
}

export async function findOrg(
  deps: Deps,
  suite: Suite,
  corpId: string,
): Promise<{ orgId: string; hasApp: boolean } | null> {
  const org = await deps.db.one<{ id: string }>(sql`select id from orgs where corp_id = ${corpId}`)
  if (!org) return null
  const app = await deps.db.withOrg(org.id, (scope) => apps.bySuite(scope, suite.suiteId))
  return { orgId: org.id, hasApp: app !== null }
}
