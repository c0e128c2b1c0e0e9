import { sql } from 'drizzle-orm'
import * as apps from '../apps/apps.repo.ts'
import { addSeconds } from '../clock.ts'
import type { Suite } from '../config.ts'
import { digest, randomHex, randomToken } from '../crypto/secrets.ts'
import { array } from '../db/database.ts'
import { suiteById, type Deps } from '../deps.ts'
import type { Ctx } from '../http/context.ts'
import { refusals, TokenError } from './errors.ts'
import { isCorpToken, tokenSeconds, type Caller } from './tokens.ts'

const codeSeconds = 300
const refreshSeconds = 30 * 86_400

/** What a person allowed a suite. */
export interface Consent {
  suiteId: string
  personId: string
  /** Null: he signed in on the web and named no org. */
  orgId: string | null
  scopes: readonly string[]
}

/** A code the suite's back end turns into tokens: stored as a digest; once; five minutes. */
export async function mintUserCode({ deps, now }: Ctx, consent: Consent): Promise<string> {
  const code = randomToken(16)
  await deps.db.run(sql`delete from user_codes where expires_at < ${addSeconds(now, -3600)}`)
  await deps.db.run(sql`
    insert into user_codes (code_hash, suite_id, person_id, org_id, scopes, expires_at)
    values (${digest(code)}, ${consent.suiteId}, ${consent.personId}, ${consent.orgId}, ${array(consent.scopes)}::text[],
      ${addSeconds(now, codeSeconds)})`)
  return code
}

export interface UserTokens {
  accessToken: string
  refreshToken: string
  expireIn: number
  corpId: string
}

interface ConsentRow {
  person_id: string
  org_id: string | null
  scopes: string[]
}

export async function exchangeCode(deps: Deps, suite: Suite, code: string): Promise<UserTokens> {
  const now = deps.clock.now()
  const row = await deps.db.one<ConsentRow>(sql`
    update user_codes set used_at = ${now}
    where code_hash = ${digest(code)} and suite_id = ${suite.suiteId} and used_at is null and expires_at > ${now}
    returning person_id, org_id, scopes`)
  if (!row) throw refusals.badUserCode()
  return issue(deps, suite, row)
}

/** The refresh token is used up; both tokens are new. */
export async function refresh(deps: Deps, suite: Suite, refreshToken: string): Promise<UserTokens> {
  const row = await deps.db.one<ConsentRow>(sql`
    delete from user_tokens
    where refresh_hash = ${digest(refreshToken)} and suite_id = ${suite.suiteId} and refresh_expires_at > ${deps.clock.now()}
    returning person_id, org_id, scopes`)
  if (!row) throw refusals.badRefreshToken()
  return issue(deps, suite, row)
}

async function issue(deps: Deps, suite: Suite, consent: ConsentRow): Promise<UserTokens> {
  const now = deps.clock.now()
  const [accessToken, refreshToken] = [randomHex(16), randomHex(16)]
  await deps.db.run(sql`delete from user_tokens where refresh_expires_at < ${now}`)
  await deps.db.run(sql`
    insert into user_tokens (token_hash, refresh_hash, suite_id, person_id, org_id, scopes, expires_at, refresh_expires_at)
    values (${digest(accessToken)}, ${digest(refreshToken)}, ${suite.suiteId}, ${consent.person_id}, ${consent.org_id},
      ${array(consent.scopes)}::text[], ${addSeconds(now, tokenSeconds)}, ${addSeconds(now, refreshSeconds)})`)
  const org = await deps.db.one<{ corp_id: string }>(
    sql`select corp_id from orgs where id = ${consent.org_id}::uuid`,
  )
  return { accessToken, refreshToken, expireIn: tokenSeconds, corpId: org?.corp_id ?? '' }
}

export interface TokenUser {
  suite: Suite
  personId: string
  orgId: string | null
  scopes: readonly string[]
}

/** Whose token it is; he must have allowed what is asked now. */
export async function requireUser(deps: Deps, token: string, scope: string): Promise<TokenUser> {
  if (!token) throw new TokenError(40000, 'access_token is blank')
  const row = await deps.db.one<ConsentRow & { suite_id: string; expires_at: Date }>(
    sql`select suite_id, person_id, org_id, scopes, expires_at from user_tokens where token_hash = ${digest(token)}`,
  )
  const suite = row && suiteById(deps, row.suite_id)
  if (!suite || row.expires_at <= deps.clock.now()) {
    // A token of the app is a good one, but says nothing of a person.
    if (await isCorpToken(deps, token)) throw refusals.internalOnly()
    throw new TokenError(40014, '不合法的access_token')
  }
  if (!row.scopes.includes(scope)) throw refusals.internalOnly()
  return { suite, personId: row.person_id, orgId: row.org_id, scopes: row.scopes }
}

/** Runs the call inside the org the person allowed the app to act in, as long as he is in it and the app is. */
export async function withUserCaller<T>(
  deps: Deps,
  given: { token: string; scope: string },
  work: (caller: Caller, self: { userid: string; unionId: string }) => Promise<T>,
): Promise<T> {
  const { suite, personId, orgId } = await requireUser(deps, given.token, given.scope)
  if (orgId === null) throw refusals.internalOnly()
  return deps.db.withOrg(orgId, async (scope) => {
    const app = await apps.bySuite(scope, suite.suiteId)
    const self = await scope.one<{ userid: string; unionId: string }>(sql`
      select m.userid, p.union_id as "unionId" from members m join persons p on p.id = m.person_id
      where m.org_id = ${orgId} and m.person_id = ${personId}`)
    if (!app || !self) throw new TokenError(40014, '不合法的access_token')
    if (app.state === 'stopped') throw refusals.stopped()
    return work({ suite, orgId, app, scope }, self)
  })
}
