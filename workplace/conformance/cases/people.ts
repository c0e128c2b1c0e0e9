import type { MadeOrg, MemberActs } from '../acts.ts'
import { defineCase, type ConformanceCase, type Target } from '../case.ts'
import * as expect from '../expect.ts'

const exchange = 'POST api/v1.0/oauth2/userAccessToken'
const me = 'GET api/v1.0/contact/users/{unionId}'

type Given = Pick<Target, 'platform' | 'session'>

const redeem = ({ platform, session: { suiteKey, suiteSecret } }: Given, body: object) =>
  platform.api('v1.0/oauth2/userAccessToken', {
    body: { clientId: suiteKey, clientSecret: suiteSecret, ...body },
  })

/** The personal token of the admin of an organisation, who agrees to these scopes. */
export async function personalToken(
  given: Given & { readonly acts: { readonly member: MemberActs } },
  org: MadeOrg,
  scopes: readonly string[],
): Promise<string> {
  const code = await given.acts.member.personalCode(org, scopes)
  const answer = await redeem(given, { code, grantType: 'authorization_code' })
  return expect.textAt(expect.grants(answer), 'accessToken')
}

/** Tokens of a person: by consent in the client, by sign-in on the web; and admins by SSO (§5.4, §9). */
export const peopleCases: readonly ConformanceCase[] = [
  defineCase({
    name: 'people/personal-token',
    path: exchange,
    fact: 'a code of consent gives access and refresh token, 7200 s and the corpId; it works once',
    section: '§1.6, §5.4 D:obtain-user-token',
    needs: ['admin', 'member'],
    run: async (given) => {
      const org = await given.acts.admin.makeOrg()
      const code = await given.acts.member.personalCode(org, ['Contact.User.Read'])
      const ask = () => redeem(given, { code, grantType: 'authorization_code' })
      expect.grants(await ask(), {
        accessToken: expect.text,
        refreshToken: expect.text,
        expireIn: 7200,
        corpId: org.corpId,
      })
      expect.holds(await ask(), { status: 400, 'body.code': expect.text })
    },
  }),
  defineCase({
    name: 'people/refresh',
    path: exchange,
    fact: 'a refresh token gives a new pair',
    section: '§5.4, §8.4',
    needs: ['admin', 'member', 'clock'],
    run: async (given) => {
      const org = await given.acts.admin.makeOrg()
      const code = await given.acts.member.personalCode(org, ['Contact.User.Read'])
      const first = expect.grants(await redeem(given, { code, grantType: 'authorization_code' }))
      await given.acts.clock.advance(8000)
      const read = (token: string) => given.platform.api('v1.0/contact/users/me', { token })
      expect.denies(await read(expect.textAt(first, 'accessToken')), 400, 'InvalidAuthentication')
      const { refreshToken } = first
      const second = expect.grants(await redeem(given, { refreshToken, grantType: 'refresh_token' }), {
        refreshToken: expect.text,
        expireIn: 7200,
      })
      expect.grants(await read(expect.textAt(second, 'accessToken')))
    },
  }),
  defineCase({
    name: 'people/wrong-secret-or-code',
    path: exchange,
    fact: 'an invented code, or a wrong secret, is HTTP 400 with a code',
    section: '§5.4, §8.1',
    run: async (given) => {
      const body = { code: 'no-such-code', grantType: 'authorization_code' }
      for (const change of [{}, { clientSecret: 'not-the-secret' }]) {
        const answer = await redeem(given, { ...body, ...change })
        expect.holds(answer, { status: 400 })
        expect.holds(answer.body, { code: expect.text, requestid: expect.text, message: expect.text })
      }
    },
  }),
  defineCase({
    name: 'people/me',
    path: me,
    fact: 'nick, unionId, openId, avatar; the phone masked, and only when the person agreed to it',
    section: '§3.4, §5.4 D:dingtalk-retrieve-user-information',
    needs: ['admin', 'member'],
    run: async (given) => {
      const org = await given.acts.admin.makeOrg()
      const read = async (scopes: readonly string[]) => {
        const token = await personalToken(given, org, scopes)
        return expect.grants(await given.platform.api('v1.0/contact/users/me', { token }))
      }
      expect.holds(await read(['Contact.User.Read', 'Contact.User.mobile']), {
        nick: expect.text,
        unionId: expect.text,
        openId: expect.text,
        avatarUrl: expect.someText,
        mobile: expect.like(/^\d{3}\*{4}\d{4}$/),
        stateCode: '86',
      })
      expect.holds(await read(['Contact.User.Read']), { nick: expect.text, mobile: expect.absent })
    },
  }),
  defineCase({
    name: 'people/me-is-for-persons',
    path: me,
    fact: 'a token of the app is no token of a person: HTTP 403',
    section: '§5.4, §8.1',
    run: async ({ platform, session }) => {
      const answer = await platform.api('v1.0/contact/users/me', { token: await session.token() })
      expect.holds(answer, { status: expect.oneOf(400, 403), 'body.code': expect.text })
    },
  }),
  defineCase({
    name: 'people/web-sign-in',
    path: 'GET login/oauth2/auth',
    fact: 'the person comes back to the app’s address with authCode, code and state; the code gives his token and corpId',
    section: '§5.4 D:obtain-identity-credentials',
    needs: ['admin', 'member', 'isv'],
    run: async (given) => {
      const org = await given.acts.admin.makeOrg()
      const back = await given.acts.member.signInOnWeb(org, {
        client_id: given.session.suiteKey,
        redirect_uri: given.acts.isv.redirectUrl,
        response_type: 'code',
        scope: 'openid corpid',
        state: 'a b&c',
      })
      const code = back.searchParams.get('authCode')
      expect.holds(
        { at: back.origin + back.pathname, code, state: back.searchParams.get('state') },
        { at: given.acts.isv.redirectUrl, code: expect.text, state: 'a b&c' },
      )
      expect.holds({ code: back.searchParams.get('code') }, { code })
      const token = expect.grants(await redeem(given, { code, grantType: 'authorization_code' }), {
        corpId: org.corpId,
      })
      const person = await given.platform.api('v1.0/contact/users/me', {
        token: expect.textAt(token, 'accessToken'),
      })
      expect.grants(person, { nick: expect.text, unionId: expect.text })
    },
  }),
  defineCase({
    name: 'people/sso-old',
    path: 'GET oapi/sso/getuserinfo',
    fact: 'an admin’s code is redeemed once for who he is and of which organisation; after that 41007',
    section: '§9 D:exchange-code-for-the-identity-information-of-a-microapplication-administrator',
    needs: ['admin', 'isv'],
    run: async ({ platform, acts: { admin, isv } }) => {
      const org = await admin.makeOrg()
      const query = { corpid: isv.corpId, corpsecret: isv.ssoSecret }
      const made = expect.succeeds(await platform.oapi('sso/gettoken', { query }), {
        access_token: expect.text,
      })
      const code = await isv.adminCode(org)
      const ask = () =>
        platform.oapi('sso/getuserinfo', { token: String(made['access_token']), query: { code } })
      expect.succeeds(await ask(), {
        'user_info.userid': org.adminUserid,
        'user_info.name': expect.text,
        'user_info.avatar': expect.someText,
        'user_info.email': expect.someText,
        is_sys: expect.boolean,
        'corp_info.corpid': org.corpId,
        'corp_info.corp_name': expect.text,
      })
      expect.refuses(await ask(), 41007, 40078)
    },
  }),
  defineCase({
    name: 'people/sso-token-refusals',
    path: 'GET oapi/sso/gettoken',
    fact: 'a wrong SSO secret or corpId is 40089',
    section: '§8.2, §9',
    run: async ({ platform }) => {
      const query = { corpid: 'ding00000000000000000000', corpsecret: 'not-the-secret' }
      expect.refuses(await platform.oapi('sso/gettoken', { query }), 40089, 40001, 40091)
    },
  }),
  defineCase({
    name: 'people/sso-new',
    path: 'GET api/v1.0/oauth2/ssoUserInfo',
    fact: 'the same under the names of the new side',
    section: '§9, S oauth2 1.0',
    needs: ['admin', 'isv'],
    run: async ({ platform, acts: { admin, isv } }) => {
      const org = await admin.makeOrg()
      const body = { corpid: isv.corpId, ssoSecret: isv.ssoSecret }
      const made = expect.grants(await platform.api('v1.0/oauth2/ssoAccessToken', { body }), {
        accessToken: expect.text,
        expireIn: expect.number,
      })
      const query = { code: await isv.adminCode(org) }
      const token = String(made['accessToken'])
      expect.grants(await platform.api('v1.0/oauth2/ssoUserInfo', { query, token }), {
        userId: org.adminUserid,
        userName: expect.text,
        corpId: org.corpId,
        corpName: expect.text,
        isAdmin: true,
      })
    },
  }),
]
