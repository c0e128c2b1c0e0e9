import { sql } from 'drizzle-orm'
import type { FastifyInstance } from 'fastify'
import * as apps from '../apps/apps.repo.ts'
import { suiteById } from '../deps.ts'
import { digest, equalInConstantTime, randomToken } from '../crypto/secrets.ts'
import type { Suite } from '../config.ts'
import { setAddresses } from './addresses.ts'
import { authInfo } from './auth-info.ts'
import { refusals, PlatformError } from './errors.ts'
import { readInteger, requireText } from './fields.ts'
import { oapi, openapi, type Call } from './gateway.ts'
import { jsapiTicket } from './jsapi-tickets.ts'
import * as tokens from './tokens.ts'

const expires_in = tokens.tokenSeconds

/** Suite and corp tokens, authorisation, tickets: old and new paths of the same things. */
export function serviceRoutes(app: FastifyInstance): void {
  oapi(app, 'POST', '/service/get_suite_token', async ({ deps, body }) => {
    const suite = tokens.requireSuite(deps, requireText(body, 'suite_key'), requireText(body, 'suite_secret'))
    await tokens.requireTicket(deps, suite, requireText(body, 'suite_ticket'))
    return { suite_access_token: await tokens.issueToken(deps, suite, { kind: 'suite' }), expires_in }
  })
  oapi(app, 'POST', '/service/get_permanent_code', getPermanentCode)
  oapi(app, 'POST', '/service/activate_suite', activate)
  oapi(app, 'POST', '/service/get_corp_token', getCorpToken)
  oapi(app, 'POST', '/service/get_auth_info', async (call) => {
    const { deps, body } = call
    const suite = await tokens.requireSignedCall(deps, call.query)
    const orgId = await tokens.authorisedOrg(deps, suite, requireText(body, 'auth_corpid'))
    const info = await readAuthInfo(call, suite.suiteId, orgId)
    return { ...info, channel_auth_info: { channelAgent: [] }, auth_market_info: {} }
  })
  oapi(app, 'POST', '/service/get_agent', async ({ deps, query, body }) => {
    const suite = await tokens.requireSignedCall(deps, query)
    const orgId = await tokens.authorisedOrg(deps, suite, requireText(body, 'auth_corpid'))
    const row = await deps.db.withOrg(orgId, (scope) =>
      apps.byAgentId(scope, readInteger(body, 'agentid', 0)),
    )
    if (!row || row.suiteId !== suite.suiteId) throw new PlatformError(70004, '企业没有对应该agentid的应用')
    const { name, icon, description } = suite
    return { agentid: row.agentId, name, logo_url: icon, description, close: row.state === 'enabled' ? 1 : 0 }
  })
  oapi(app, 'GET', '/auth/scopes', (call) =>
    tokens.withCaller(call, async ({ scope, app: row }) => ({
      auth_user_field: ['name', 'avatar', 'title', 'jobNumber'],
      condition_field: [],
      auth_org_scopes: await apps.authorisedScope(scope, row),
    })),
  )
  oapi(app, 'GET', '/get_jsapi_ticket', (call) =>
    tokens.withCaller(call, async (caller) => ({
      ticket: await jsapiTicket(call.deps, caller),
      expires_in,
    })),
  )
  oapi(app, 'POST', '/service/set_corp_ipwhitelist', setAddresses)
  // There are no internal apps here, so no appkey is ever right.
  oapi(app, 'GET', '/gettoken', async ({ query }) => {
    if (!query['appkey'] || !query['appsecret']) throw refusals.missing('appkey')
    throw new PlatformError(40096, '不合法的appKey或appSecret')
  })
  newServiceRoutes(app)
}

function newServiceRoutes(app: FastifyInstance): void {
  openapi(app, 'POST', '/v1.0/oauth2/suiteAccessToken', async ({ deps, body }) => {
    const suite = tokens.requireSuite(deps, requireText(body, 'suiteKey'), requireText(body, 'suiteSecret'))
    await tokens.requireTicket(deps, suite, requireText(body, 'suiteTicket'))
    return { accessToken: await tokens.issueToken(deps, suite, { kind: 'suite' }), expireIn: expires_in }
  })
  openapi(app, 'POST', '/v1.0/oauth2/corpAccessToken', async ({ deps, body }) => {
    if (!tokens.suiteByKey(deps, requireText(body, 'suiteKey'))) throw refusals.badSuiteKey()
    const suite = tokens.requireSuite(deps, requireText(body, 'suiteKey'), requireText(body, 'suiteSecret'))
    await tokens.requireTicket(deps, suite, requireText(body, 'suiteTicket'))
    const orgId = await tokens.authorisedOrg(deps, suite, requireText(body, 'authCorpId'))
    return {
      accessToken: await tokens.issueToken(deps, suite, { kind: 'corp', orgId }),
      expireIn: expires_in,
    }
  })
  openapi(app, 'POST', '/v1.0/oauth2/:corpId/token', async ({ deps, body, params }) => {
    const suite = tokens.requireSuite(
      deps,
      requireText(body, 'client_id'),
      requireText(body, 'client_secret'),
    )
    if (body['grant_type'] !== 'client_credentials') throw refusals.missing('grant_type')
    const orgId = await tokens.authorisedOrg(deps, suite, params['corpId'] ?? '')
    return { access_token: await tokens.issueToken(deps, suite, { kind: 'corp', orgId }), expires_in }
  })
  openapi(app, 'GET', '/v1.0/oauth2/apps/authInfo', async (call) => {
    const suite = await tokens.requireSuiteToken(call.deps, call.token)
    const corpId = requireText(call.query, 'authCorpId')
    const orgId = await orgForAuthInfo(call, suite, corpId)
    const info = await readAuthInfo(call, suite.suiteId, orgId)
    return {
      authAppInfo: {
        agentList: info.auth_info.agent.map((agent) => ({
          agentId: agent['agentid'],
          agentName: agent['agent_name'],
          appId: agent['appid'],
          adminList: agent['admin_list'],
        })),
      },
      authCorpInfo: {
        corpName: info.auth_corp_info['corp_name'],
        corpLogoUrl: info.auth_corp_info['corp_logo_url'],
        industry: info.auth_corp_info['industry'],
        authChannel: info.auth_corp_info['auth_channel'],
        authChannelType: info.auth_corp_info['auth_channel_type'],
        authLevel: info.auth_corp_info['auth_level'],
        inviteCode: info.auth_corp_info['invite_code'],
        inviteUrl: info.auth_corp_info['invite_url'],
        licenseCode: info.auth_corp_info['license_code'],
      },
      authUserInfo: info.auth_user_info,
    }
  })
  openapi(app, 'POST', '/v1.0/oauth2/jsapiTickets', (call) =>
    tokens.withCaller(call, async (caller) => ({
      jsapiTicket: await jsapiTicket(call.deps, caller),
      expireIn: expires_in,
    })),
  )
}

/** The one call that tells what exactly is wrong with a corpId. */
async function orgForAuthInfo({ deps }: Call, suite: Suite, corpId: string): Promise<string> {
  const refuse = (errcode: number, message: string, code: string) =>
    new PlatformError(errcode, message, { status: 400, code })
  if (!/^ding[0-9a-z]{6,60}$/.test(corpId)) throw refuse(40013, '不合法的corpId', 'invalidCorpId')
  const org = await tokens.findOrg(deps, suite, corpId)
  if (!org) throw refuse(70001, '企业不存在', 'orgNotExist')
  if (!org.hasApp) throw refuse(41030, '企业未授权该应用', 'orgNotAuthApp')
  return org.orgId
}

async function readAuthInfo({ deps }: Call, suiteId: string, orgId: string) {
  return deps.db.withOrg(orgId, async (scope) => {
    const [suite, row] = [suiteById(deps, suiteId), await apps.bySuite(scope, suiteId)]
    if (!suite || !row) throw refusals.notAuthorised()
    return authInfo(scope, { deps, suite, app: row })
  })
}

async function getPermanentCode({ deps, query, body }: Call): Promise<Record<string, unknown>> {
  const suite = await tokens.requireSuiteToken(deps, query['suite_access_token'] ?? '')
  const used = await deps.db.one<{ org_id: string }>(sql`
    update tmp_auth_codes set used_at = ${deps.clock.now()}
    where code_hash = ${digest(requireText(body, 'tmp_auth_code'))} and suite_id = ${suite.suiteId} and used_at is null
    returning org_id`)
  if (!used) throw refusals.badAuthCode()
  const permanent_code = randomToken(32)
  const corp = await deps.db.withOrg(used.org_id, async (scope) => {
    const stored = await scope.run(sql`update installed_apps set permanent_code = ${digest(permanent_code)}
      where org_id = ${scope.orgId} and suite_id = ${suite.suiteId}`)
    if (stored === 0) throw refusals.notAuthorised()
    return scope.one<{ corp_id: string; name: string }>(
      sql`select corp_id, name from orgs where id = ${scope.orgId}`,
    )
  })
  return { permanent_code, auth_corp_info: { corpid: corp?.corp_id, corp_name: corp?.name } }
}

async function activate({ deps, query, body }: Call): Promise<Record<string, unknown>> {
  const suite = await tokens.requireSuiteToken(deps, query['suite_access_token'] ?? '')
  const orgId = await requirePermanentCode({ deps, body }, suite.suiteId)
  await deps.db.withOrg(orgId, (scope) =>
    scope.run(sql`update installed_apps set is_activated = true
      where org_id = ${orgId} and suite_id = ${suite.suiteId}`),
  )
  return {}
}

async function requirePermanentCode(
  { deps, body }: Pick<Call, 'deps' | 'body'>,
  suiteId: string,
): Promise<string> {
  const suite = suiteById(deps, suiteId)
  if (!suite) throw refusals.badSuite()
  const orgId = await tokens.authorisedOrg(deps, suite, requireText(body, 'auth_corpid'))
  const code = requireText(body, 'permanent_code')
  const row = await deps.db.withOrg(orgId, (scope) =>
    scope.one<{ permanent_code: string }>(
      sql`select permanent_code from installed_apps where org_id = ${orgId} and suite_id = ${suiteId}`,
    ),
  )
  if (!row || !equalInConstantTime(row.permanent_code, digest(code))) throw refusals.badPermanentCode()
  return orgId
}

/** Two forms: signed by the suite secret (usual), or suite token with permanent code (oldest). */
async function getCorpToken({ deps, query, body }: Call): Promise<Record<string, unknown>> {
  if (query['suite_access_token']) {
    const suite = await tokens.requireSuiteToken(deps, query['suite_access_token'])
    const orgId = await requirePermanentCode({ deps, body }, suite.suiteId)
    return { access_token: await tokens.issueToken(deps, suite, { kind: 'corp', orgId }), expires_in }
  }
  const suite = await tokens.requireSignedCall(deps, query)
  const orgId = await tokens.authorisedOrg(deps, suite, requireText(body, 'auth_corpid'))
  return { access_token: await tokens.issueToken(deps, suite, { kind: 'corp', orgId }), expires_in }
}
