import { defineCase, type ConformanceCase } from '../case.ts'
import * as expect from '../expect.ts'
import { signPage } from '../signing.ts'

const redeem = 'POST oapi/topapi/v2/user/getuserinfo'
const codeSeconds = 300

/** Auth codes of the client, and the ticket and signature of dd.config (§3.3, §5.1, §5.2). */
export const signInCases: readonly ConformanceCase[] = [
  defineCase({
    name: 'sign-in/code',
    path: redeem,
    fact: 'a code is redeemed for userid, unionid, name, sys and sys_level (1: main admin)',
    section: '§3.3 D:obtain-the-userid-of-a-user-by-using-the-log-free',
    needs: ['admin', 'member'],
    run: async ({ platform, session, acts }) => {
      const org = await acts.admin.makeOrg()
      const body = { code: await acts.member.authCode(org) }
      const answer = await platform.oapi('topapi/v2/user/getuserinfo', {
        token: await session.token(org.corpId),
        body,
      })
      expect.succeeds(answer, {
        'result.userid': org.adminUserid,
        'result.unionid': expect.text,
        'result.associated_unionid': expect.text,
        'result.name': expect.text,
        'result.device_id': expect.someText,
        'result.sys': true,
        'result.sys_level': 1,
      })
    },
  }),
  defineCase({
    name: 'sign-in/code-once-and-in-its-org',
    path: redeem,
    fact: 'a code works once, with the token of its own organisation only; 40078 otherwise',
    section: '§3.3, §8.4',
    needs: ['admin', 'member'],
    run: async ({ platform, session, acts }) => {
      const org = await acts.admin.makeOrg()
      const code = await acts.member.authCode(org)
      const ask = async (corpId: string) =>
        platform.oapi('topapi/v2/user/getuserinfo', { token: await session.token(corpId), body: { code } })
      expect.refuses(await ask(session.corpId), 40078)
      expect.succeeds(await ask(org.corpId))
      expect.refuses(await ask(org.corpId), 40078)
    },
  }),
  defineCase({
    name: 'sign-in/code-that-never-was',
    path: redeem,
    fact: 'an invented code is 40078, a missing one 40035',
    section: '§3.3, §8.2',
    run: async ({ platform, session }) => {
      const token = await session.token()
      const ask = (body: object) => platform.oapi('topapi/v2/user/getuserinfo', { token, body })
      expect.refuses(await ask({ code: '00000000000000000000000000000000' }), 40078)
      expect.refuses(await ask({}), 40035)
    },
  }),
  defineCase({
    name: 'sign-in/code-runs-out',
    path: redeem,
    fact: 'a code is worth nothing after 5 minutes',
    section: '§3.3, §8.4',
    needs: ['admin', 'member', 'clock'],
    run: async ({ platform, session, acts }) => {
      const org = await acts.admin.makeOrg()
      const [early, late] = [await acts.member.authCode(org), await acts.member.authCode(org)]
      const ask = async (code: string) =>
        platform.oapi('topapi/v2/user/getuserinfo', {
          token: await session.token(org.corpId),
          body: { code },
        })
      await acts.clock.advance(codeSeconds - 10)
      expect.succeeds(await ask(early))
      await acts.clock.advance(20)
      expect.refuses(await ask(late), 40078)
    },
  }),
  defineCase({
    name: 'sign-in/code-legacy',
    path: 'GET oapi/user/getuserinfo',
    fact: 'the old path gives userid, name, deviceId, is_sys and sys_level at the top level',
    section: '§3.3',
    needs: ['admin', 'member'],
    run: async ({ platform, session, acts }) => {
      const org = await acts.admin.makeOrg()
      const query = { code: await acts.member.authCode(org) }
      const answer = await platform.oapi('user/getuserinfo', {
        token: await session.token(org.corpId),
        query,
      })
      expect.succeeds(answer, {
        userid: org.adminUserid,
        name: expect.text,
        deviceId: expect.someText,
        is_sys: true,
        sys_level: expect.oneOf(1, '1'),
      })
    },
  }),
  defineCase({
    name: 'jsapi/ticket',
    path: 'GET oapi/get_jsapi_ticket',
    fact: 'a ticket of 7200 s; asked again it is the same, by the new path as well',
    section: '§5.1 D:obtain-jsapi-ticket',
    run: async ({ platform, session }) => {
      const token = await session.token()
      const first = await platform.oapi('get_jsapi_ticket', { token })
      const { ticket } = expect.succeeds(first, { ticket: expect.text, expires_in: expect.number })
      expect.succeeds(await platform.oapi('get_jsapi_ticket', { token }), { ticket })
      const created = await platform.api('v1.0/oauth2/jsapiTickets', { method: 'POST', token })
      expect.grants(created, { jsapiTicket: ticket, expireIn: expect.number })
    },
  }),
  defineCase({
    name: 'jsapi/ticket-lives-a-day-at-most',
    path: 'POST api/v1.0/oauth2/jsapiTickets',
    fact: 'asked for every hour and a half the ticket stays; after 24 h it is another',
    section: '§5.1',
    needs: ['clock'],
    run: async ({ platform, session, acts }) => {
      const ask = async () =>
        expect.textAt(
          expect.grants(
            await platform.api('v1.0/oauth2/jsapiTickets', { method: 'POST', token: await session.token() }),
          ),
          'jsapiTicket',
        )
      await acts.clock.advance(86_400)
      const first = await ask()
      for (let hours = 1.5; hours < 24; hours += 1.5) {
        await acts.clock.advance(1.5 * 3600)
        expect.holds({ ticket: await ask() }, { ticket: first })
      }
      await acts.clock.advance(1.5 * 3600)
      const last = await ask()
      if (last === first) expect.fail('the ticket should be another after 24 h', { isSame: true })
    },
  }),
  ...(['sha1', 'sha256'] as const).map((digest) =>
    defineCase({
      name: `jsapi/signature-${digest}`,
      path: 'JSAPI dd.config',
      fact: `a ${digest} signature over ticket, nonce, time and page is accepted, its query decoded; another is 52013`,
      section: '§5.1 D:jsapi-authentication',
      needs: ['admin', 'member'],
      run: async ({ platform, session, acts }) => {
        const org = await acts.admin.makeOrg()
        const answer = await platform.oapi('get_jsapi_ticket', { token: await session.token(org.corpId) })
        const href = `${await acts.member.openApp(org)}&dept=%E7%A0%94%E5%8F%91+%E9%83%A8`
        const page = { nonce: 'nonce00000000001', timestamp: '1700000000000', url: href }
        const configure = (signature: string) =>
          acts.member.configure(org, { href, timeStamp: page.timestamp, nonceStr: page.nonce, signature })
        const signature = signPage(digest, { ...page, ticket: expect.textAt(answer.body, 'ticket') })
        expect.holds({ error: await configure(signature) }, { error: null })
        const foreign = signPage(digest, { ...page, ticket: 'a-ticket-of-another-app' })
        expect.holds({ error: await configure(foreign) }, { error: '52013' })
      },
    }),
  ),
  defineCase({
    name: 'jsapi/home-page-knows-its-org',
    path: 'JSAPI home page',
    fact: '$CORPID$ in the home URL is the organisation in which the app is opened',
    section: '§5.2, §9',
    needs: ['admin', 'member'],
    run: async ({ acts }) => {
      const org = await acts.admin.makeOrg()
      const url = new URL(await acts.member.openApp(org))
      expect.holds({ corpId: url.searchParams.get('corpId') }, { corpId: org.corpId })
    },
  }),
]
