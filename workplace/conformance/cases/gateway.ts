import { defineCase, type ConformanceCase } from '../case.ts'
import * as expect from '../expect.ts'

const prefix = 'Forbidden.AccessDenied.'

/** One kind of "not so many": what either side says. `code` null: the old side alone knows it. */
const kinds = [
  ['qpm', [88], 'QpmLimitForAppkeyAndApi'],
  ['platform-qps', [90002, 88], 'QpsLimitForApi'],
  ['org-qps', [90007, 90008, 90009, 88], 'QpsLimitForSuitekeyAndOrgAndApi'],
  ['org-qpm', [90010, 90011, 90012, 88], 'QpmLimitForSuitekeyAndOrgAndApi'],
  ['many-orgs', [90017, 88], null],
  ['quota', [90020, 88], 'ApiCountLimitForOrg'],
  ['ip', [60020, 88], 'IpNotInWhiteList'],
] as const

/** Every kind of flow control, the gateway's ban, and addresses that are not listed (§8.1 to §8.3). */
export const gatewayCases: readonly ConformanceCase[] = [
  ...kinds.map(([kind, errcodes, code]) =>
    defineCase({
      name: `gateway/${kind}`,
      path: 'BEHAVIOUR rate',
      fact: `oapi: errcode ${errcodes[0]}; api: HTTP 403 ${code ?? 'of the QpsLimit family'}`,
      section: '§8.1, §8.2, §8.3 D:server-api-error-codes-1',
      needs: ['switches'],
      run: async ({ platform, session, acts }) => {
        const token = await session.token()
        await acts.switches.failNext('/topapi/user/listadmin', kind)
        expect.refuses(await platform.oapi('topapi/user/listadmin', { token, body: {} }), ...errcodes)
        expect.succeeds(await platform.oapi('topapi/user/listadmin', { token, body: {} }))
        await acts.switches.failNext('/v1.0/oauth2/jsapiTickets', kind)
        const answer = await platform.api('v1.0/oauth2/jsapiTickets', { method: 'POST', token })
        if (code === null) expect.holds(answer, { status: 403 })
        else expect.denies(answer, 403, prefix + code)
      },
    }),
  ),
  defineCase({
    name: 'gateway/ban',
    path: 'BEHAVIOUR ban',
    fact: 'a flood is answered with HTTP 200, status 1111 and no errcode',
    section: '§8.1, §8.3 D:call-frequency-limit',
    needs: ['switches'],
    run: async ({ platform, session, acts }) => {
      const token = await session.token()
      await acts.switches.failNext('/topapi/user/listadmin', 'ban')
      const answer = await platform.oapi('topapi/user/listadmin', { token, body: {} })
      expect.holds(answer, { status: 200 })
      expect.holds(answer.body, {
        status: 1111,
        wait: expect.number,
        source: expect.text,
        punish: 'deny',
        uuid: expect.text,
        errcode: expect.absent,
      })
    },
  }),
  defineCase({
    name: 'gateway/ban-as-a-page',
    path: 'BEHAVIOUR ban',
    fact: 'or with HTML, which no client of JSON can read',
    section: '§8.1, §8.3',
    needs: ['switches'],
    run: async ({ platform, session, acts }) => {
      const token = await session.token()
      await acts.switches.failNext('/v1.0/oauth2/jsapiTickets', 'ban-page')
      const answer = await platform.api('v1.0/oauth2/jsapiTickets', { method: 'POST', token })
      expect.holds(answer, { type: expect.like(/^text\/html/), 'body.text': expect.like(/<html/) })
    },
  }),
  defineCase({
    name: 'gateway/address-list',
    path: 'POST oapi/service/set_corp_ipwhitelist',
    fact: 'once an app has listed its addresses, calls from others are 60020 and IpNotInWhiteList',
    section: '§1.5, §8.1, §9',
    needs: ['admin'],
    run: async ({ platform, session, acts }) => {
      const org = await acts.admin.makeOrg()
      const token = await session.token(org.corpId)
      const list = async (...ip_whitelist: string[]) =>
        expect.succeeds(
          await platform.oapi('service/set_corp_ipwhitelist', {
            query: await session.signedQuery(),
            body: { auth_corpid: org.corpId, ip_whitelist },
          }),
        )
      const read = () => platform.oapi('topapi/user/listadmin', { token, body: {} })
      await list('192.0.2.1')
      expect.refuses(await read(), 60020, 88)
      const api = await platform.api('v1.0/oauth2/jsapiTickets', { method: 'POST', token })
      expect.denies(api, 403, `${prefix}IpNotInWhiteList`)
      await list('192.0.2.1', '0.0.0.0/0', '::/0')
      expect.succeeds(await read())
    },
  }),
]
