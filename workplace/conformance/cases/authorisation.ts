import { defineCase, type ConformanceCase } from '../case.ts'
import * as expect from '../expect.ts'

/** What an organisation has authorised, as the app reads it (§1.4, §1.5). */
export const authorisationCases: readonly ConformanceCase[] = [
  defineCase({
    name: 'authorisation/auth-info-old',
    path: 'POST oapi/service/get_auth_info',
    fact: 'organisation, agent and who authorised; auth_level 0 to 3',
    section: '§1.4, §1.5 D:obtains-the-basic-information-of-an-enterprise',
    run: async ({ platform, session }) => {
      const body = { auth_corpid: session.corpId, suite_key: session.suiteKey }
      const answer = await platform.oapi('service/get_auth_info', {
        query: await session.signedQuery(),
        body,
      })
      expect.succeeds(answer, {
        'auth_corp_info.corpid': session.corpId,
        'auth_corp_info.corp_name': expect.text,
        'auth_corp_info.is_authenticated': expect.boolean,
        'auth_corp_info.auth_level': expect.oneOf(0, 1, 2, 3),
        'auth_info.agent.0.agentid': expect.number,
        'auth_info.agent.0.appid': expect.number,
        'auth_info.agent.0.agent_name': expect.text,
        'auth_info.agent.0.admin_list': expect.list,
        'auth_user_info.userId': expect.text,
      })
    },
  }),
  defineCase({
    name: 'authorisation/auth-info-new',
    path: 'GET api/v1.0/oauth2/apps/authInfo',
    fact: 'the same under the names of the new side, with a suite token in the header',
    section: '§1.5, S oauth2 1.0',
    run: async ({ platform, session }) => {
      const token = await suiteToken({ platform, session })
      const query = { authCorpId: session.corpId }
      expect.grants(await platform.api('v1.0/oauth2/apps/authInfo', { query, token }), {
        'authAppInfo.agentList.0.agentId': expect.number,
        'authAppInfo.agentList.0.appId': expect.number,
        'authAppInfo.agentList.0.agentName': expect.text,
        'authAppInfo.agentList.0.adminList': expect.list,
        'authCorpInfo.corpName': expect.text,
        'authCorpInfo.authLevel': expect.oneOf(0, 1, 2, 3),
        'authUserInfo.userId': expect.text,
      })
    },
  }),
  defineCase({
    name: 'authorisation/auth-info-new-needs-a-suite-token',
    path: 'GET api/v1.0/oauth2/apps/authInfo',
    fact: 'without a suite token, or with a wrong one, HTTP 400',
    section: '§1.5, §8.1',
    run: async ({ platform, session }) => {
      const query = { authCorpId: session.corpId }
      const ask = (given: { token?: string }) =>
        platform.api('v1.0/oauth2/apps/authInfo', { query, ...given })
      expect.denies(await ask({ token: 'no-such-token' }), 400, 'InvalidAuthentication')
      expect.denies(await ask({}), 400, 'AuthenticationFailed.MissingParameter')
    },
  }),
  defineCase({
    name: 'authorisation/auth-info-new-refusals',
    path: 'GET api/v1.0/oauth2/apps/authInfo',
    fact: 'what is no corpId is invalidCorpId, an organisation that is not there orgNotExist',
    section: '§1.5, S oauth2 1.0',
    run: async ({ platform, session }) => {
      const token = await suiteToken({ platform, session })
      const ask = (authCorpId: string) =>
        platform.api('v1.0/oauth2/apps/authInfo', { query: { authCorpId }, token })
      expect.denies(await ask('not a corp id'), 400, 'invalidCorpId')
      expect.denies(await ask('ding00000000000000000000'), 400, 'orgNotExist')
    },
  }),
  defineCase({
    name: 'authorisation/agent',
    path: 'POST oapi/service/get_agent',
    fact: 'name, logo and state of the app in the organisation; close is 1 when enabled',
    section: '§1.5 D:obtains-application-information-of-an-enterprise',
    run: async ({ platform, session }) => {
      const { agentId } = await session.agent()
      const ask = async (agentid: number) =>
        platform.oapi('service/get_agent', {
          query: await session.signedQuery(),
          body: { suite_key: session.suiteKey, auth_corpid: session.corpId, agentid },
        })
      expect.succeeds(await ask(agentId), {
        agentid: agentId,
        name: expect.text,
        logo_url: expect.someText,
        description: expect.someText,
        close: expect.oneOf(0, 1, 2),
      })
      expect.refuses(await ask(1), 70003, 70004)
    },
  }),
  defineCase({
    name: 'authorisation/agent-of-a-stopped-app',
    path: 'POST oapi/service/get_agent',
    fact: 'close is 0 while the organisation has stopped the app; its calls are refused with 50003',
    section: '§1.5, §8.2',
    needs: ['admin'],
    run: async ({ platform, session, acts }) => {
      const org = await acts.admin.makeOrg()
      const close = async () => {
        const body = { suite_key: session.suiteKey, auth_corpid: org.corpId, agentid: org.agentId }
        return expect.at(
          expect.succeeds(
            await platform.oapi('service/get_agent', { query: await session.signedQuery(), body }),
          ),
          'close',
        )
      }
      const token = await session.token(org.corpId)
      await org.stop()
      expect.holds({ close: await close() }, { close: 0 })
      const count = () => platform.oapi('topapi/user/count', { token, body: { only_active: false } })
      expect.refuses(await count(), 50003)
      await org.restore()
      expect.holds({ close: await close() }, { close: 1 })
      expect.succeeds(await count())
    },
  }),
  defineCase({
    name: 'authorisation/removal-ends-everything',
    path: 'POST oapi/service/get_corp_token',
    fact: 'once the organisation has removed the app its tokens are dead and no new one is given',
    section: '§1.3 suite_relieve, §1.5',
    needs: ['admin'],
    run: async ({ platform, session, acts }) => {
      const org = await acts.admin.makeOrg()
      const token = await session.token(org.corpId)
      await org.remove()
      expect.refusesBySubCode(await platform.oapi('topapi/user/listadmin', { token, body: {} }), '40014')
      const query = await session.signedQuery()
      const again = await platform.oapi('service/get_corp_token', {
        query,
        body: { auth_corpid: org.corpId },
      })
      expect.refuses(again, 40079, 41030)
    },
  }),
  defineCase({
    name: 'authorisation/scopes',
    path: 'GET oapi/auth/scopes',
    fact: 'departments and people the app may read, and the fields; department 1 is everybody',
    section: '§1.4, §1.5 D:obtain-corpsecret-authorization-scope',
    run: async ({ platform, session }) => {
      expect.succeeds(await platform.oapi('auth/scopes', { token: await session.token() }), {
        'auth_org_scopes.authed_dept': expect.list,
        'auth_org_scopes.authed_user': expect.list,
        auth_user_field: expect.list,
        condition_field: expect.list,
      })
    },
  }),
  defineCase({
    name: 'authorisation/scopes-follow-the-administrator',
    path: 'GET oapi/auth/scopes',
    fact: '全部员工 is department 1; 部分员工 the departments chosen; 仅限管理员 the people who are',
    section: '§1.4, §9',
    needs: ['admin'],
    run: async ({ platform, session, acts }) => {
      const org = await acts.admin.makeOrg()
      const token = await session.token(org.corpId)
      const scopes = async () => expect.succeeds(await platform.oapi('auth/scopes', { token }))
      expect.holds(await scopes(), { 'auth_org_scopes.authed_dept': [1] })
      await org.changeScope('inside')
      expect.holds(await scopes(), {
        'auth_org_scopes.authed_dept': [org.inside.deptId],
        'auth_org_scopes.authed_user': [],
      })
      await org.changeScope('admins')
      expect.holds(await scopes(), {
        'auth_org_scopes.authed_dept': [],
        'auth_org_scopes.authed_user': [org.adminUserid],
      })
    },
  }),
]

async function suiteToken({
  platform,
  session,
}: Pick<Parameters<ConformanceCase['run']>[0], 'platform' | 'session'>) {
  const { suiteKey, suiteSecret } = session
  const body = { suiteKey, suiteSecret, suiteTicket: await session.suiteTicket() }
  return expect.textAt((await platform.api('v1.0/oauth2/suiteAccessToken', { body })).body, 'accessToken')
}
