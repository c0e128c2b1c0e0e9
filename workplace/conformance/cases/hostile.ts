import { defineCase, type ConformanceCase } from '../case.ts'
import * as expect from '../expect.ts'
import { notBusy, oddValues, shown } from '../odd.ts'

interface Field {
  readonly path: string
  readonly field: string
  /** The other fields, so that this one is what is looked at. */
  readonly beside?: Readonly<Record<string, unknown>>
}

const fields: readonly Field[] = [
  { path: 'topapi/v2/department/listsub', field: 'dept_id' },
  { path: 'topapi/v2/department/listsubid', field: 'dept_id' },
  { path: 'topapi/v2/department/get', field: 'dept_id' },
  { path: 'topapi/v2/department/listparentbydept', field: 'dept_id' },
  { path: 'topapi/v2/department/listparentbyuser', field: 'userid' },
  { path: 'topapi/v2/user/get', field: 'userid' },
  { path: 'topapi/v2/user/list', field: 'dept_id', beside: { cursor: 0, size: 10 } },
  { path: 'topapi/v2/user/list', field: 'cursor', beside: { dept_id: 1, size: 10 } },
  { path: 'topapi/v2/user/list', field: 'size', beside: { dept_id: 1, cursor: 0 } },
  { path: 'topapi/v2/user/list', field: 'order_field', beside: { dept_id: 1, cursor: 0, size: 10 } },
  { path: 'topapi/user/listid', field: 'dept_id' },
  { path: 'topapi/user/getbyunionid', field: 'unionid' },
  { path: 'topapi/user/count', field: 'only_active' },
  { path: 'topapi/user/get_admin_scope', field: 'userid' },
  { path: 'topapi/v2/user/getuserinfo', field: 'code' },
  { path: 'topapi/message/corpconversation/getsendresult', field: 'task_id' },
  { path: 'topapi/message/corpconversation/recall', field: 'msg_task_id' },
]

interface ApiCall {
  readonly path: string
  /** A call that means nothing to anybody; each field in turn is made odd. */
  readonly body: Readonly<Record<string, unknown>>
}

const apiCalls: readonly ApiCall[] = [
  {
    path: 'v1.0/contact/users/search',
    body: { queryWord: '无此人', offset: 0, size: 10, fullMatchField: 0 },
  },
  { path: 'v1.0/contact/departments/search', body: { queryWord: '无此部门', offset: 0, size: 10 } },
  {
    path: 'v1.0/robot/oToMessages/batchSend',
    body: { robotCode: 'no-such-robot', userIds: ['no-such-user'], msgKey: 'sampleText', msgParam: '{}' },
  },
  {
    path: 'v1.0/robot/otoMessages/batchRecall',
    body: { robotCode: 'no-such-robot', processQueryKeys: ['no-such-key'] },
  },
  {
    path: 'v1.0/oauth2/userAccessToken',
    body: {
      clientId: 'no-such-app',
      clientSecret: 'no-secret',
      code: 'no-such-code',
      refreshToken: 'no-such-token',
      grantType: 'authorization_code',
    },
  },
  { path: 'v1.0/oauth2/ssoAccessToken', body: { corpid: 'no-such-corp', ssoSecret: 'no-secret' } },
  {
    path: 'v1.0/gateway/connections/open',
    body: { clientId: 'no-such-app', clientSecret: 'no-secret', subscriptions: [], ua: '' },
  },
]

/** No input may find the platform without words: busy (-1) is for a busy platform, and HTTP 500 for nobody. */
export const hostileCases: readonly ConformanceCase[] = [
  ...fields.map(({ path, field, beside = {} }) =>
    defineCase({
      name: `hostile/${path.replace(/^topapi\//, '')}:${field}`,
      path: `POST oapi/${path}`,
      fact: `an odd ${field} is answered or refused with a code, never with -1`,
      section: '§8.1, §8.2',
      run: async ({ platform, session }) => {
        const [token, { agentId: agent_id }] = [await session.token(), await session.agent()]
        for (const value of oddValues) {
          const answer = await platform.oapi(path, { token, body: { agent_id, ...beside, [field]: value } })
          expect.holds(answer, { status: 200 })
          expect.holds(answer.body, { errcode: expect.number, errmsg: expect.text })
          notBusy(answer, `${field} ${shown(value)}`)
        }
      },
    }),
  ),
  defineCase({
    name: 'hostile/receivers',
    path: 'POST oapi/topapi/message/corpconversation/asyncsend_v2',
    fact: 'odd receivers, departments and messages are answered or refused with a code, never with -1',
    section: '§8.1, §8.2',
    run: async ({ platform, session }) => {
      const [token, { agentId: agent_id }] = [await session.token(), await session.agent()]
      const msg = { msgtype: 'text', text: { content: '不会送达' } }
      const usual = { agent_id, userid_list: 'no-such-user', msg }
      for (const value of oddValues)
        for (const field of ['userid_list', 'dept_id_list', 'msg', 'agent_id', 'to_all_user']) {
          const body = { ...usual, [field]: value }
          const answer = await platform.oapi('topapi/message/corpconversation/asyncsend_v2', { token, body })
          expect.holds(answer, { status: 200, 'body.errcode': expect.number })
          notBusy(answer, `${field} ${shown(value)}`)
        }
    },
  }),
  defineCase({
    name: 'hostile/tokens',
    path: 'POST api/v1.0/oauth2/corpAccessToken',
    fact: 'odd keys, secrets, tickets and organisations are refused with a 4xx, never with a 5xx',
    section: '§8.1',
    run: async ({ platform, session }) => {
      const { suiteKey, suiteSecret, corpId: authCorpId } = session
      const usual = { suiteKey, suiteSecret, authCorpId, suiteTicket: 'no-such-ticket' }
      for (const value of oddValues)
        for (const field of Object.keys(usual)) {
          const answer = await platform.api('v1.0/oauth2/corpAccessToken', {
            body: { ...usual, [field]: value },
          })
          if (answer.status < 400 || answer.status > 499)
            expect.fail(`${field} ${shown(value)} should be a 4xx`, answer)
          expect.holds(answer.body, { code: expect.text, requestid: expect.text })
        }
    },
  }),
  ...apiCalls.map(({ path, body }) =>
    defineCase({
      name: `hostile/${path}`,
      path: `POST api/${path}`,
      fact: 'odd fields are answered or refused with a 4xx and a code, never with a 5xx',
      section: '§8.1',
      run: async ({ platform, session }) => {
        const token = await session.token()
        const own = 'robotCode' in body ? { robotCode: session.suiteKey } : {}
        for (const value of oddValues)
          for (const field of Object.keys(body)) {
            const answer = await platform.api(path, { token, body: { ...body, ...own, [field]: value } })
            notBusy(answer, `${field} ${shown(value)}`)
          }
      },
    }),
  ),
]
