import { all, differs, no, yes, type Group } from './entry.ts'

const internal = 'for internal apps; there are none here'

export const authorisation: readonly Group[] = [
  {
    title: 'Tokens',
    section: '§1.5, §8.4',
    entries: [
      yes('POST oapi/service/get_suite_token', 'suite token'),
      yes('POST api/v1.0/oauth2/suiteAccessToken', 'suite token'),
      yes('POST oapi/service/get_corp_token', 'corp token, signed or with the permanent code'),
      yes('POST api/v1.0/oauth2/corpAccessToken', 'corp token'),
      yes('POST api/v1.0/oauth2/{corpId}/token', 'corp token without a ticket'),
      differs(
        'GET oapi/gettoken',
        'token of an internal app',
        'there are no internal apps, so no key is ever right',
      ),
    ],
  },
  {
    title: 'Authorisation',
    section: '§1.3 to §1.6',
    entries: [
      yes('POST oapi/service/get_permanent_code', 'temporary code to permanent code'),
      differs(
        'POST oapi/service/activate_suite',
        'activation after consent',
        'the 5 seconds it has on DingTalk are not enforced',
      ),
      yes('POST oapi/service/get_auth_info', 'organisation, agent, who authorised'),
      yes('GET api/v1.0/oauth2/apps/authInfo', 'the same'),
      yes(
        'POST oapi/service/get_agent',
        'name and state of the app in an organisation',
        'close is 0 or 1, never 2',
      ),
      yes('GET oapi/auth/scopes', 'departments, people and fields the app may read'),
      no(
        'POST oapi/service/get_unactive_corp',
        'organisations not activated',
        'the operator sees and repeats pushes on his page',
      ),
      no(
        'POST oapi/service/reauth_corp',
        'push authorisations again',
        'the operator sees and repeats pushes on his page',
      ),
      yes(
        'POST oapi/service/set_corp_ipwhitelist',
        'addresses the app calls from',
        'addresses and blocks; none named: any will do',
      ),
    ],
  },
  {
    title: 'Pushes',
    section: '§1.2 to §1.4, §2',
    entries: [
      yes(
        'PUSH SyncHTTP',
        'encrypted envelopes of latest states: biz_type 2, 4, 7, 13, 14, 16',
        'none of roles, orders, approvals; org_remove when a team is dissolved; answers within 1200 ms',
      ),
      yes('PUSH legacy HTTP', 'encrypted flat messages', 'answers within 1500 ms'),
      yes(
        'POST api/v1.0/gateway/connections/open',
        'PUSH Stream: address and ticket of the web socket',
        'events and the ticket; no callbacks of robots or cards',
      ),
      yes('GET oapi/call_back/get_call_back_failed_result', 'legacy pushes that failed twice'),
      ...all(
        no,
        [
          'POST oapi/call_back/register_call_back',
          'POST oapi/call_back/update_call_back',
          'GET oapi/call_back/get_call_back',
          'GET oapi/call_back/delete_call_back',
        ],
        ['callback URL by API', internal],
      ),
    ],
  },
  {
    title: 'Sign-in and JSAPI',
    section: '§3.3, §5',
    entries: [
      yes('POST oapi/topapi/v2/user/getuserinfo', 'auth code to member'),
      yes('GET oapi/user/getuserinfo', 'the same, older'),
      yes('GET oapi/get_jsapi_ticket', 'ticket for dd.config'),
      yes('POST api/v1.0/oauth2/jsapiTickets', 'the same'),
      yes('JSAPI dd.config', 'signature by SHA-1 or SHA-256'),
      yes('JSAPI home page', '$CORPID$ in the home URL'),
      yes(
        'POST api/v1.0/oauth2/userAccessToken',
        'personal token from the code of a person, and its renewal',
      ),
      yes(
        'GET api/v1.0/contact/users/{unionId}',
        'the person of a personal token; phone masked',
        'me or oneself only',
      ),
      yes('GET login/oauth2/auth', 'sign-in on the web', '<workplace>/oauth2/auth; scopes openid and corpid'),
      yes('GET oapi/sso/gettoken', 'token of the ISV for admin sign-in'),
      yes('GET oapi/sso/getuserinfo', 'admin who opened the app’s back end'),
      yes('POST api/v1.0/oauth2/ssoAccessToken', 'token of the ISV for admin sign-in'),
      yes('GET api/v1.0/oauth2/ssoUserInfo', 'admin who opened the app’s back end'),
    ],
  },
]
