import { defineCase, type ConformanceCase } from '../case.ts'
import * as expect from '../expect.ts'

const life = 7200
const oldToken = 'POST oapi/service/get_corp_token'
const newToken = 'POST api/v1.0/oauth2/corpAccessToken'

/** Suite tokens and corp tokens, by every path there is for them (§1.5, §8.4). */
export const tokenCases: readonly ConformanceCase[] = [
  defineCase({
    name: 'tokens/suite-token-old',
    path: 'POST oapi/service/get_suite_token',
    fact: 'key, secret and the last ticket give a suite token of 7200 s',
    section: '§1.5',
    run: async ({ platform, session }) => {
      const answer = await platform.oapi('service/get_suite_token', { body: await session.suiteBody() })
      expect.succeeds(answer, { suite_access_token: expect.text, expires_in: life })
    },
  }),
  defineCase({
    name: 'tokens/suite-token-old-refusals',
    path: 'POST oapi/service/get_suite_token',
    fact: 'a wrong ticket is 40085, a wrong secret or key 40088',
    section: '§1.5, §8.2',
    run: async ({ platform, session }) => {
      const right = await session.suiteBody()
      const ask = (change: object) =>
        platform.oapi('service/get_suite_token', { body: { ...right, ...change } })
      expect.refuses(await ask({ suite_ticket: 'no-such-ticket' }), 40085)
      expect.refuses(await ask({ suite_secret: 'not-the-secret' }), 40088)
      expect.refuses(await ask({ suite_key: 'suitenosuchsuite0' }), 40088)
    },
  }),
  defineCase({
    name: 'tokens/what-is-missing-is-named',
    path: 'POST oapi/service/get_suite_token',
    fact: 'each absent parameter has its code: 41021 key, 41022 suite token, 41023 ticket, 41027 corpId',
    section: '§8.2',
    run: async ({ platform, session }) => {
      const { suite_key, suite_secret, suite_ticket } = await session.suiteBody()
      const suite = (body: object) => platform.oapi('service/get_suite_token', { body })
      expect.refuses(await suite({ suite_secret, suite_ticket }), 41021)
      expect.refuses(await suite({ suite_key, suite_secret }), 41023)
      const code = { tmp_auth_code: 'no-such-code' }
      expect.refuses(await platform.oapi('service/get_permanent_code', { body: code }), 41022)
      const query = await session.signedQuery()
      expect.refuses(await platform.oapi('service/get_corp_token', { query, body: {} }), 41027)
    },
  }),
  defineCase({
    name: 'tokens/suite-token-new',
    path: 'POST api/v1.0/oauth2/suiteAccessToken',
    fact: 'key, secret and the last ticket give a suite token of 7200 s',
    section: '§1.5 D:obtain-isvapp-token',
    run: async ({ platform, session: { suiteKey, suiteSecret, suiteTicket } }) => {
      const body = { suiteKey, suiteSecret, suiteTicket: await suiteTicket() }
      const ask = (change: object) =>
        platform.api('v1.0/oauth2/suiteAccessToken', { body: { ...body, ...change } })
      expect.grants(await ask({}), { accessToken: expect.text, expireIn: life })
      expect.denies(await ask({ suiteTicket: 'no-such-ticket' }), 400, 'invalidSuiteTicket')
      expect.denies(await ask({ suiteSecret: 'not-the-secret' }), 400, 'invalidClientIdOrSecret')
    },
  }),
  defineCase({
    name: 'tokens/corp-token-signed',
    path: oldToken,
    fact: 'the four signed parameters and the corpId give a corp token of 7200 s',
    section: '§1.5 D:the-signature-calculation-method-of-the-third-party-access-interface',
    run: async ({ platform, session }) => {
      const query = await session.signedQuery()
      const answer = await platform.oapi('service/get_corp_token', {
        query,
        body: { auth_corpid: session.corpId },
      })
      expect.succeeds(answer, { access_token: expect.text, expires_in: life })
    },
  }),
  defineCase({
    name: 'tokens/corp-token-signed-refusals',
    path: oldToken,
    fact: 'a foreign signature, a wrong ticket and an organisation that has not authorised are refused',
    section: '§1.5, §8.2',
    run: async ({ platform, session }) => {
      const query = await session.signedQuery()
      const ask = (change: Record<string, string>, auth_corpid = session.corpId) =>
        platform.oapi('service/get_corp_token', { query: { ...query, ...change }, body: { auth_corpid } })
      // The public tables name no code of its own for a signature that does not fit.
      expect.refuses(await ask({ signature: 'AAAA' }), 40088, 40001, 853003, 853004)
      expect.refuses(await ask({ suiteTicket: 'no-such-ticket' }), 40085, 40088, 853003, 853004)
      expect.refuses(await ask({}, 'ding00000000000000000000'), 40079, 41030, 40013)
    },
  }),
  defineCase({
    name: 'tokens/corp-token-new',
    path: newToken,
    fact: 'key, secret, ticket and corpId give a corp token of 7200 s',
    section: '§1.5 D:obtain-the-access-token-of-the-third-party-application-authorization-enterprise',
    run: async ({ platform, session }) => {
      const answer = await platform.api('v1.0/oauth2/corpAccessToken', { body: await corpBody(session) })
      expect.grants(answer, { accessToken: expect.text, expireIn: life })
    },
  }),
  defineCase({
    name: 'tokens/corp-token-new-refusals',
    path: newToken,
    fact: 'HTTP 400 with invalidSuiteKey, invalidSuiteTicket or invalidAuthInfo',
    section: '§1.5, S oauth2 1.0',
    run: async ({ platform, session }) => {
      const right = await corpBody(session)
      const ask = (change: object) =>
        platform.api('v1.0/oauth2/corpAccessToken', { body: { ...right, ...change } })
      expect.denies(await ask({ suiteKey: 'suitenosuchsuite0' }), 400, 'invalidSuiteKey')
      expect.denies(await ask({ suiteTicket: 'no-such-ticket' }), 400, 'invalidSuiteTicket')
      expect.denies(await ask({ authCorpId: 'ding00000000000000000000' }), 400, 'invalidAuthInfo')
    },
  }),
  defineCase({
    name: 'tokens/corp-token-newest',
    path: 'POST api/v1.0/oauth2/{corpId}/token',
    fact: 'client id, client secret and grant type client_credentials give a corp token of 7200 s, without a ticket',
    section: '§1.5, S oauth2 1.0',
    run: async ({ platform, session: { suiteKey, suiteSecret, corpId } }) => {
      const body = { client_id: suiteKey, client_secret: suiteSecret, grant_type: 'client_credentials' }
      const ask = (change: object) =>
        platform.api(`v1.0/oauth2/${corpId}/token`, { body: { ...body, ...change } })
      const { access_token } = expect.grants(await ask({}), { access_token: expect.text, expires_in: life })
      expect.succeeds(await platform.oapi('auth/scopes', { token: String(access_token) }))
      expect.holds(await ask({ client_secret: 'not-the-secret' }), { status: 400, 'body.code': expect.text })
    },
  }),
  defineCase({
    name: 'tokens/a-repeat-is-another-token',
    path: oldToken,
    fact: 'asking again gives a new corp token; the one before goes on working',
    section: '§1.5 rules, §8.4 (that it works on is not confirmed for the public platform)',
    run: async ({ platform, session }) => {
      const issue = async () => {
        const query = await session.signedQuery()
        const answer = await platform.oapi('service/get_corp_token', {
          query,
          body: { auth_corpid: session.corpId },
        })
        return expect.textAt(expect.succeeds(answer), 'access_token')
      }
      const [first, second] = [await issue(), await issue()]
      if (first === second) expect.fail('the second token should be another', { isSame: true })
      for (const token of [first, second]) expect.succeeds(await platform.oapi('auth/scopes', { token }))
    },
  }),
  defineCase({
    name: 'tokens/a-token-of-either-side-opens-both',
    path: newToken,
    fact: 'a token got from api works on oapi, and the other way round',
    section: '§1.5',
    run: async ({ platform, session }) => {
      const query = await session.signedQuery()
      const old = await platform.oapi('service/get_corp_token', {
        query,
        body: { auth_corpid: session.corpId },
      })
      const token = expect.textAt(old.body, 'access_token')
      expect.grants(await platform.api('v1.0/oauth2/jsapiTickets', { method: 'POST', token }))
      expect.succeeds(await platform.oapi('auth/scopes', { token: await session.token() }))
    },
  }),
  defineCase({
    name: 'tokens/expire',
    path: newToken,
    fact: 'a corp token works for 7200 s and not longer',
    section: '§8.4',
    needs: ['clock'],
    run: async ({ platform, session, acts }) => {
      const token = await session.token()
      await acts.clock.advance(life - 60)
      expect.succeeds(await platform.oapi('auth/scopes', { token }))
      await acts.clock.advance(120)
      expect.refuses(await platform.oapi('auth/scopes', { token }), 40014, 42001)
    },
  }),
  defineCase({
    name: 'tokens/suite-token-expires',
    path: 'POST oapi/service/get_suite_token',
    fact: 'a suite token that has run out is 42009, one that never was 40082',
    section: '§1.5, §8.2',
    needs: ['clock'],
    run: async ({ platform, session, acts }) => {
      const made = await platform.oapi('service/get_suite_token', { body: await session.suiteBody() })
      const ask = (suite_access_token: string) =>
        platform.oapi('service/get_permanent_code', {
          query: { suite_access_token },
          body: { tmp_auth_code: 'no-such-code' },
        })
      const token = expect.textAt(made.body, 'suite_access_token')
      expect.refuses(await ask(token), 40078)
      await acts.clock.advance(life + 60)
      expect.refuses(await ask(token), 42009)
      expect.refuses(await ask('no-such-token'), 40082)
    },
  }),
  defineCase({
    name: 'tokens/internal-app',
    path: 'GET oapi/gettoken',
    fact: 'a missing key or secret is 40035, a wrong one 40096',
    section: '§8.1 (P)',
    run: async ({ platform }) => {
      expect.refuses(await platform.oapi('gettoken'), 40035)
      const query = { appkey: 'dingnosuchapp0', appsecret: 'not-the-secret' }
      expect.refuses(await platform.oapi('gettoken', { query }), 40096)
    },
  }),
]

const corpBody = async (session: {
  suiteKey: string
  suiteSecret: string
  corpId: string
  suiteTicket(): Promise<string>
}) => ({
  suiteKey: session.suiteKey,
  suiteSecret: session.suiteSecret,
  authCorpId: session.corpId,
  suiteTicket: await session.suiteTicket(),
})
