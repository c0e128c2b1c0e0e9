import { sql } from 'drizzle-orm'
import type { FastifyInstance } from 'fastify'
import { redeemAuthCode } from '../apps/auth-codes.ts'
import type { Suite } from '../config.ts'
import { equalInConstantTime } from '../crypto/secrets.ts'
import type { Deps } from '../deps.ts'
import { isvCorpId } from '../pushes/payloads.ts'
import { PlatformError, refusals } from './errors.ts'
import { requireText } from './fields.ts'
import { oapi, openapi } from './gateway.ts'
import * as tokens from './tokens.ts'

/** Which admin of which org opened the app's own back end from the admin pages. */
export function ssoRoutes(app: FastifyInstance): void {
  oapi(app, 'GET', '/sso/gettoken', async ({ deps, query }) => {
    const suite = requireSso(deps, requireText(query, 'corpid'), requireText(query, 'corpsecret'))
    return {
      access_token: await tokens.issueToken(deps, suite, { kind: 'sso' }),
      expires_in: tokens.tokenSeconds,
    }
  })
  oapi(app, 'GET', '/sso/getuserinfo', async ({ deps, query, token }) => {
    const admin = await redeem(deps, token, requireText(query, 'code'))
    return {
      is_sys: true,
      user_info: { userid: admin.userid, name: admin.name, avatar: admin.avatar, email: '' },
      corp_info: { corpid: admin.corpId, corp_name: admin.corpName },
    }
  })
  openapi(app, 'POST', '/v1.0/oauth2/ssoAccessToken', async ({ deps, body }) => {
    const suite = requireSso(deps, requireText(body, 'corpid'), requireText(body, 'ssoSecret'))
    return {
      accessToken: await tokens.issueToken(deps, suite, { kind: 'sso' }),
      expireIn: tokens.tokenSeconds,
    }
  })
  openapi(app, 'GET', '/v1.0/oauth2/ssoUserInfo', async ({ deps, query, token }) => {
    const admin = await redeem(deps, token, requireText(query, 'code'))
    return {
      userId: admin.userid,
      userName: admin.name,
      avatar: admin.avatar,
      email: '',
      corpId: admin.corpId,
      corpName: admin.corpName,
      isAdmin: true,
    }
  })
}

/** The secret belongs to the ISV, whose own corpId stands beside it. */
function requireSso(deps: Deps, corpId: string, secret: string): Suite {
  const suite = deps.config.suites.find(
    ({ ssoSecret }) => ssoSecret !== '' && equalInConstantTime(ssoSecret, secret),
  )
  if (corpId !== isvCorpId || !suite)
    throw new PlatformError(40089, '不合法的corpid或corpsecret', {
      status: 400,
      code: 'invalidCorpIdOrSsoSecret',
    })
  return suite
}

interface Admin {
  userid: string
  name: string
  avatar: string
  corpId: string
  corpName: string
}

/** He must be an admin still, of an org that has the app still. */
async function redeem(deps: Deps, token: string, code: string): Promise<Admin> {
  const suite = await tokens.requireSsoToken(deps, token)
  const row = await redeemAuthCode(deps.db, {
    suiteId: suite.suiteId,
    orgId: null,
    code,
    purpose: 'admin',
    now: deps.clock.now(),
  })
  const admin =
    row &&
    (await deps.db.withOrg(row.orgId, (scope) =>
      scope.one<Admin>(sql`
        select m.userid, m.name, coalesce(p.avatar, '') as avatar, o.corp_id as "corpId", o.name as "corpName"
        from members m join persons p on p.id = m.person_id join orgs o on o.id = m.org_id
        join installed_apps a on a.org_id = m.org_id and a.suite_id = ${suite.suiteId}
        where m.org_id = ${scope.orgId} and m.userid = ${row.userid} and m.role <> 'none'`),
    ))
  if (!admin) throw refusals.badSsoCode()
  return admin
}
