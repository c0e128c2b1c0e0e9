import { defineCase, type ConformanceCase } from '../case.ts'
import * as expect from '../expect.ts'

const anyRead = 'POST oapi/topapi/v2/user/get'
const anyApi = 'POST api/v1.0/oauth2/jsapiTickets'
const prefix = 'Forbidden.AccessDenied.'

/** Both conventions of failure (§8.1), and what comes when calls are too many (§8.3). */
export const errorCases: readonly ConformanceCase[] = [
  defineCase({
    name: 'errors/topapi-bad-token',
    path: anyRead,
    fact: 'HTTP 200, errcode 88, sub_code 40014, the reason in sub_msg and errmsg',
    section: '§8.1 (P)',
    run: async ({ platform }) => {
      const answer = await platform.oapi('topapi/v2/user/get', {
        token: 'no-such-token',
        body: { userid: 'x' },
      })
      expect.refusesBySubCode(answer, '40014')
      expect.holds(answer.body, { request_id: expect.text, result: expect.absent })
    },
  }),
  defineCase({
    name: 'errors/topapi-without-token',
    path: anyRead,
    fact: 'errcode 88, sub_code 40000; a token in a header is not read',
    section: '§8.1 (P)',
    run: async ({ platform, session }) => {
      const headers = { 'x-acs-dingtalk-access-token': await session.token() }
      const answer = await platform.oapi('topapi/v2/user/get', { headers, body: { userid: 'x' } })
      expect.refusesBySubCode(answer, '40000')
    },
  }),
  defineCase({
    name: 'errors/topapi-takes-forms',
    path: anyRead,
    fact: 'parameters and token may come as a form body as well',
    section: '§8.1 (P)',
    run: async ({ platform, session }) => {
      const { userid } = await session.agent()
      const body = new URLSearchParams({ access_token: await session.token(), userid })
      expect.succeeds(await platform.oapi('topapi/v2/user/get', { body }), { 'result.userid': userid })
    },
  }),
  defineCase({
    name: 'errors/oapi-bad-token',
    path: 'GET oapi/auth/scopes',
    fact: 'outside topapi a bad token is errcode 40014 itself',
    section: '§8.1 (D, not probed)',
    run: async ({ platform }) => {
      expect.refuses(await platform.oapi('auth/scopes', { token: 'no-such-token' }), 40014)
    },
  }),
  defineCase({
    name: 'errors/unknown-topapi',
    path: 'POST oapi/topapi/*',
    fact: 'an unknown name is HTTP 200 with errcode 22 and the name in sub_msg',
    section: '§8.1 (P)',
    run: async ({ platform, session }) => {
      const answer = await platform.oapi('topapi/no/such/thing', { token: await session.token(), body: {} })
      expect.refuses(answer, 22)
      expect.holds(answer.body, {
        sub_msg: expect.like(/dingtalk\.oapi\.no\.such\.thing/),
        errmsg: expect.like(/^Invalid method\[/),
      })
    },
  }),
  defineCase({
    name: 'errors/oapi-is-always-200',
    path: anyRead,
    fact: 'a body that is no JSON, an empty one and one of another type are answered with HTTP 200 and an errcode',
    section: '§0.9, §8.1, §8.2',
    run: async ({ platform, session }) => {
      const token = await session.token()
      const send = (body: string, type: string) =>
        platform.oapi('topapi/v2/user/get', {
          method: 'POST',
          token,
          body,
          headers: { 'content-type': type },
        })
      for (const answer of [
        await send('{"userid":', 'application/json'),
        await send('', 'application/json'),
        await send('<userid/>', 'application/xml'),
      ]) {
        expect.holds(answer, { status: 200 })
        expect.holds(answer.body, { errcode: expect.number, errmsg: expect.text })
        if (expect.at(answer.body, 'errcode') === 0) expect.fail('should be refused', answer)
      }
    },
  }),
  defineCase({
    name: 'errors/wrong-method',
    path: 'POST oapi/service/get_suite_token',
    fact: 'GET where POST is wanted is 43002, POST where GET is wanted 43001',
    section: '§8.2',
    run: async ({ platform, session }) => {
      expect.refuses(await platform.oapi('service/get_suite_token', { method: 'GET' }), 43002)
      const token = await session.token()
      expect.refuses(await platform.oapi('get_jsapi_ticket', { token, body: {} }), 43001)
    },
  }),
  defineCase({
    name: 'errors/empty-json-body',
    path: 'POST oapi/topapi/user/listadmin',
    fact: 'a call without parameters may come with an empty body of type JSON',
    section: '§3.2 listadmin has no parameters',
    run: async ({ platform, session }) => {
      const headers = { 'content-type': 'application/json' }
      const answer = await platform.oapi('topapi/user/listadmin', {
        method: 'POST',
        token: await session.token(),
        body: '',
        headers,
      })
      expect.succeeds(answer, { result: expect.list })
    },
  }),
  defineCase({
    name: 'errors/api-bad-token',
    path: anyApi,
    fact: 'HTTP 400, code InvalidAuthentication, with requestid and message',
    section: '§8.1 (P)',
    run: async ({ platform }) => {
      const answer = await platform.api('v1.0/oauth2/jsapiTickets', {
        method: 'POST',
        token: 'no-such-token',
      })
      expect.denies(answer, 400, 'InvalidAuthentication')
      expect.holds(answer.body, { errcode: expect.absent })
    },
  }),
  defineCase({
    name: 'errors/api-without-token',
    path: anyApi,
    fact: 'HTTP 400, AuthenticationFailed.MissingParameter; neither the query nor a bearer is read',
    section: '§8.1 (P)',
    run: async ({ platform, session }) => {
      const access_token = await session.token()
      const answer = await platform.api('v1.0/oauth2/jsapiTickets', {
        method: 'POST',
        query: { access_token },
        headers: { authorization: `Bearer ${access_token}` },
      })
      expect.denies(answer, 400, 'AuthenticationFailed.MissingParameter')
    },
  }),
  defineCase({
    name: 'errors/api-unreadable-body',
    path: 'POST api/v1.0/oauth2/corpAccessToken',
    fact: 'a body that is no JSON, or lacks a parameter, is a 4xx with code, requestid and message',
    section: '§8.1',
    run: async ({ platform }) => {
      const headers = { 'content-type': 'application/json' }
      for (const body of ['{"suiteKey":', '{}']) {
        const answer = await platform.api('v1.0/oauth2/corpAccessToken', { method: 'POST', body, headers })
        expect.holds(answer, { status: expect.oneOf(400, 404) })
        expect.holds(answer.body, { code: expect.text, requestid: expect.text, message: expect.text })
      }
    },
  }),
  defineCase({
    name: 'errors/api-without-version',
    path: 'POST api/v1.0/oauth2/corpAccessToken',
    fact: 'the path the document prints, without /v1.0, is answered with errcode 404',
    section: '§1.5 rules (P)',
    run: async ({ platform }) => {
      const answer = await platform.api('oauth2/corpAccessToken', { body: {} })
      expect.holds(answer.body, { errcode: 404, code: expect.absent })
    },
  }),
  defineCase({
    name: 'errors/too-many-calls-oapi',
    path: anyRead,
    fact: 'over the rate of an app and API: HTTP 200, errcode 88, sub_code 90018',
    section: '§8.1, §8.3 D:how-to-process-api-throttling-on-the-dingtalk-server',
    needs: ['switches'],
    run: async ({ platform, session, acts }) => {
      const token = await session.token()
      const { userid } = await session.agent()
      await acts.switches.failNext('/topapi/v2/user/get', 'qps')
      const ask = () => platform.oapi('topapi/v2/user/get', { token, body: { userid } })
      expect.refusesBySubCode(await ask(), '90018')
      expect.succeeds(await ask())
    },
  }),
  defineCase({
    name: 'errors/too-many-calls-api',
    path: anyApi,
    fact: 'over the rate of an app and API: HTTP 403 and a code of the QpsLimit family',
    section: '§8.1, §8.3',
    needs: ['switches'],
    run: async ({ platform, session, acts }) => {
      const token = await session.token()
      await acts.switches.failNext('/v1.0/oauth2/jsapiTickets', 'qps')
      const answer = await platform.api('v1.0/oauth2/jsapiTickets', { method: 'POST', token })
      const names = ['QpsLimitForApi', 'QpsLimitForAppkeyAndApi', 'QpsLimitForSuitekeyAndOrgAndApi']
      expect.denies(answer, 403, ...names.map((name) => prefix + name))
    },
  }),
  defineCase({
    name: 'errors/rate-is-counted',
    path: anyRead,
    fact: 'calls are counted for each app and API in a second; a second later they work again',
    section: '§8.3 D:call-frequency-limit',
    needs: ['switches'],
    run: async ({ platform, session, acts }) => {
      const token = await session.token()
      const { userid } = await session.agent()
      const ask = () => platform.oapi('topapi/v2/user/get', { token, body: { userid } })
      await acts.switches.limitRate(2)
      try {
        const answers = await Promise.all(Array.from({ length: 12 }, ask))
        const refused = answers.filter(({ body }) => expect.at(body, 'errcode') !== 0)
        if (refused.length < 6)
          expect.fail('most of twelve calls should be refused', { refused: refused.length })
        for (const answer of refused) expect.refusesBySubCode(answer, '90018')
        await new Promise((resolve) => setTimeout(resolve, 1100))
        expect.succeeds(await ask())
      } finally {
        await acts.switches.limitRate(null)
      }
    },
  }),
  defineCase({
    name: 'errors/busy',
    path: anyRead,
    fact: 'a busy platform answers errcode -1',
    section: '§8.2',
    needs: ['switches'],
    run: async ({ platform, session, acts }) => {
      const token = await session.token()
      await acts.switches.failNext('/topapi/v2/user/get', 'busy')
      expect.refuses(await platform.oapi('topapi/v2/user/get', { token, body: { userid: 'x' } }), -1)
    },
  }),
]
