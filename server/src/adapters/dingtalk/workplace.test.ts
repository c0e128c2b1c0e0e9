import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import type { Suite } from '../../config.ts'
import { WorkplaceBusy, WorkplaceRefused, type Workplace } from '../../ports/workplace.ts'
import { frozenClock } from '../clocks.ts'
import { classify } from './answers.ts'
import { evenPacer, PaceFull } from '../pacer.ts'
import { suiteSignature } from './signature.ts'
import { dingtalkWorkplace } from './workplace.ts'

interface Seen {
  readonly path: string
  readonly query: URLSearchParams
  readonly body: Record<string, unknown>
  readonly headers: IncomingMessage['headers']
}
type Answer = { readonly status?: number; readonly body: unknown; readonly delayMs?: number }

const ok = (more: object) => ({ body: { errcode: 0, errmsg: 'ok', request_id: 'r', ...more } })
const seen: Seen[] = []
/** Answers given instead of the usual ones, per path, first come first. */
const instead = new Map<string, Answer[]>()
let tokens = 0

/** The bodies of the fact sheet. */
const usual: Readonly<Record<string, (call: Seen) => Answer>> = {
  '/oapi/service/get_corp_token': () => ok({ access_token: `token-${(tokens += 1)}`, expires_in: 7200 }),
  '/oapi/service/get_suite_token': () => ok({ suite_access_token: 'suite-token', expires_in: 7200 }),
  '/oapi/service/get_permanent_code': () =>
    ok({ permanent_code: 'perm', auth_corp_info: { corpid: 'dingA', corp_name: '甲' } }),
  '/oapi/service/activate_suite': () => ok({}),
  '/oapi/service/get_auth_info': () =>
    ok({
      auth_corp_info: {
        corpid: 'dingA',
        corp_name: '甲',
        full_corp_name: '甲有限公司',
        auth_level: 0,
        invite_url: null,
      },
      auth_info: {
        agent: [
          { agentid: 1, appid: 9, admin_list: [] },
          { agentid: 2574805120, appid: 4500 },
        ],
      },
      auth_user_info: { userId: 'boss' },
    }),
  '/oapi/service/get_agent': () => ok({ agentid: 2574805120, name: '智能填表', close: 1 }),
  '/oapi/auth/scopes': () =>
    ok({ auth_org_scopes: { authed_dept: [1] }, auth_user_field: [], condition_field: [] }),
  '/oapi/topapi/v2/department/listsub': ({ body }) =>
    ok({
      result:
        body['dept_id'] === 1
          ? [{ dept_id: 2, name: '生产部', parent_id: 1, create_dept_group: true, auto_add_user: true }]
          : [],
    }),
  '/oapi/topapi/v2/user/list': ({ body }) =>
    ok({
      result: {
        has_more: body['cursor'] === 0,
        ...(body['cursor'] === 0 ? { next_cursor: 100 } : {}),
        list: [
          {
            userid: `u${String(body['cursor'])}`,
            unionid: 'x',
            name: '张三',
            title: null,
            dept_id_list: [2, 3],
            leader: true,
          },
        ],
      },
    }),
  '/oapi/topapi/v2/user/get': () =>
    ok({
      result: {
        userid: 'u1',
        unionid: 'x',
        name: '张三',
        admin: true,
        dept_id_list: [2],
        leader_in_dept: [{ dept_id: 2, leader: true }],
      },
    }),
  '/oapi/topapi/user/listadmin': () =>
    ok({
      result: [
        { userid: 'boss', sys_level: 1 },
        { userid: 'sub', sys_level: 2 },
      ],
    }),
  '/oapi/topapi/user/get_admin_scope': () => ok({ dept_ids: [2, 3] }),
  '/oapi/topapi/v2/user/getuserinfo': () =>
    ok({ result: { userid: 'u1', unionid: 'x', name: '张三', sys: true, sys_level: 2 } }),
  '/oapi/topapi/message/corpconversation/asyncsend_v2': () => ok({ task_id: 256271667526 }),
  '/oapi/topapi/message/corpconversation/sendbytemplate': () => ok({ task_id: 7 }),
  '/oapi/topapi/message/corpconversation/getsendprogress': () =>
    ok({ progress: { progress_in_percent: 100, status: 2 } }),
  '/oapi/topapi/message/corpconversation/getsendresult': () =>
    ok({
      send_result: {
        invalid_user_id_list: ['a'],
        failed_user_id_list: ['b'],
        forbidden_list: [{ code: '143106', count: 1, userid: 'c' }],
        read_user_id_list: ['d'],
        unread_user_id_list: ['e'],
      },
    }),
  '/openapi/v1.0/oauth2/jsapiTickets': () => ({ body: { jsapiTicket: 'page-ticket', expireIn: 7200 } }),
}

const stub = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const url = new URL(request.url ?? '/', 'http://stub')
    const text = Buffer.concat(chunks).toString()
    const call: Seen = {
      path: url.pathname,
      query: url.searchParams,
      body: text ? JSON.parse(text) : {},
      headers: request.headers,
    }
    seen.push(call)
    const answer = instead.get(url.pathname)?.shift() ??
      usual[url.pathname]?.(call) ?? {
        body: { errcode: 22, sub_msg: '不合法ApiName', errmsg: 'Invalid method' },
      }
    const { status = 200, body, delayMs = 0 } = answer
    setTimeout(() => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    }, delayMs)
  })
})

const suite: Suite = {
  app: 'forms',
  suiteId: '9000',
  appId: '4500',
  suiteKey: 'suitekey1',
  suiteSecret: 'suitesecret1',
  callbackToken: 'token',
  callbackAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE',
}
const target = { app: 'forms' as const, corpId: 'dingA' }
const clock = frozenClock(1_700_000_000_000)
let ticket: string | null = 'ticket-1'
let base = ''

const plentyOfRate = { perOrg: 1_000, perSuite: 1_000 }
/** Long enough for a busy machine; tests of a platform that does not answer wait less. */
const patientMs = 20_000
const impatientMs = 400

function connect(given: Suite = suite, rates = plentyOfRate, timeoutMs = patientMs): Workplace {
  return dingtalkWorkplace({
    config: {
      WORKPLACE_OAPI_URL: `${base}/oapi`,
      WORKPLACE_API_URL: `${base}/openapi`,
      WORKPLACE_CALLS_PER_SECOND: rates.perOrg,
      WORKPLACE_SUITE_CALLS_PER_SECOND: rates.perSuite,
    },
    suites: [given],
    clock,
    tickets: { read: async () => ticket, forget: () => void (ticket = 'ticket-2') },
    timeoutMs,
    backOffMs: 5,
  })
}

beforeAll(async () => {
  await new Promise<void>((resolve) => stub.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(stub.address() as AddressInfo).port}` // listening on TCP
})
afterAll(() => new Promise((resolve) => stub.close(resolve)))
beforeEach(() => {
  seen.length = 0
  instead.clear()
  ticket = 'ticket-1'
})

const calls = (path: string) => seen.filter((call) => call.path === `/oapi/${path}`)
const badToken = {
  body: {
    errcode: 88,
    sub_code: '40014',
    sub_msg: '不合法的access_token',
    errmsg: 'ding talk error[subcode=40014,submsg=…]',
  },
}

describe('the platform adapter speaks as the fact sheet says', () => {
  it('reads an authorisation: signed call, the agent of our app, its state, its scope', async () => {
    expect(await connect().authorisation(target)).toEqual({
      corpId: 'dingA',
      orgName: '甲有限公司',
      agentId: '2574805120',
      isStopped: false,
      scope: { departmentIds: [1], userIds: [] },
    })
    const [asked] = calls('service/get_auth_info')
    expect(asked?.body).toEqual({ auth_corpid: 'dingA', suite_key: 'suitekey1' })
    expect(Object.fromEntries(asked?.query ?? [])).toEqual({
      accessKey: 'suitekey1',
      timestamp: '1700000000000',
      suiteTicket: 'ticket-1',
      signature: suiteSignature('suitesecret1', '1700000000000', 'ticket-1'),
    })
    instead.set('/oapi/service/get_agent', [ok({ close: 0 })])
    expect(await connect().authorisation(target)).toMatchObject({
      isStopped: true,
      scope: { departmentIds: [] },
    })
  })

  it('redeems a temporary code and activates', async () => {
    expect(await connect().activate('forms', 'tmp')).toBe('dingA')
    expect(calls('service/activate_suite')[0]?.body).toEqual({
      suite_key: 'suitekey1',
      auth_corpid: 'dingA',
      permanent_code: 'perm',
    })
  })

  it('reads departments, people and admins', async () => {
    const workplace = connect()
    expect(await workplace.listDepartments(target, 1)).toEqual([
      { id: 2, parentId: 1, name: '生产部', order: 0 },
    ])
    const page = await workplace.listUsers(target, 2, 0)
    expect(page).toEqual({
      users: [
        {
          userId: 'u0',
          unionId: 'x',
          name: '张三',
          title: '',
          jobNumber: '',
          departmentIds: [2, 3],
          headOf: [2],
          isAdmin: false,
        },
      ],
      nextCursor: 100,
    })
    expect((await workplace.listUsers(target, 2, 100)).nextCursor).toBeNull()
    expect(calls('topapi/v2/user/list')[0]?.body).toEqual({ dept_id: 2, cursor: 0, size: 100 })
    expect(await workplace.user(target, 'u1')).toMatchObject({ userId: 'u1', headOf: [2], isAdmin: true })
    expect(await workplace.listAdmins(target)).toEqual([
      { userId: 'boss', isMain: true, departmentIds: [] },
      { userId: 'sub', isMain: false, departmentIds: [2, 3] },
    ])
    expect(await workplace.userOfAuthCode(target, 'code')).toEqual({ userId: 'u1', isAdmin: true })
  })

  it.each(['60121', '33012', '50002'])(
    'answers null for a person the platform does not show (%s)',
    async (code) => {
      instead.set('/oapi/topapi/v2/user/get', [{ body: { errcode: Number(code), errmsg: 'x' } }])
      expect(await connect().user(target, 'gone')).toBeNull()
      instead.set('/oapi/topapi/v2/department/get', [{ body: { errcode: 50004, errmsg: 'x' } }])
      expect(await connect().department(target, 9)).toBeNull()
    },
  )

  it('signs a page with the ticket of the new API, kept while it lives', async () => {
    const workplace = connect()
    const signed = await workplace.signPage({ ...target, agentId: '5' }, 'https://isv.example.com/m/?a=1#x')
    expect(signed).toMatchObject({ agentId: '5', corpId: 'dingA', timeStamp: '1700000000000' })
    expect(signed.signature).toMatch(/^[0-9a-f]{64}$/)
    await workplace.signPage({ ...target, agentId: '5' }, 'https://isv.example.com/m/')
    const asked = seen.filter((call) => call.path === '/openapi/v1.0/oauth2/jsapiTickets')
    expect(asked).toHaveLength(1)
    expect(asked[0]?.headers['x-acs-dingtalk-access-token']).toMatch(/^token-/)
  })

  it('sends a card of at most 2048 bytes, or a template when the suite has one', async () => {
    const message = {
      title: '每日健康打卡',
      lines: [{ label: '截止', value: '22:00' }],
      text: '请填写'.repeat(900),
      url: 'https://x.y/m/',
    }
    const workplace = connect()
    expect(workplace.messageBatchSize('forms')).toBe(100)
    expect(await workplace.sendMessage({ ...target, agentId: '5' }, ['a', 'b'], message)).toBe('256271667526')
    const [free] = calls('topapi/message/corpconversation/asyncsend_v2')
    expect(free?.body).toMatchObject({
      agent_id: 5,
      userid_list: 'a,b',
      msg: { msgtype: 'oa', oa: { message_url: 'https://x.y/m/' } },
    })
    expect(Buffer.byteLength(JSON.stringify(free?.body['msg']))).toBeLessThanOrEqual(2048)
    const templated = connect({ ...suite, messageTemplateId: 'tpl' })
    expect(templated.messageBatchSize('forms')).toBe(1000)
    expect(await templated.sendMessage({ ...target, agentId: '5' }, ['a'], message)).toBe('7')
    const [data] = calls('topapi/message/corpconversation/sendbytemplate')
    expect(JSON.parse(String(data?.body['data']))).toMatchObject({
      title: '每日健康打卡',
      lines: '截止：22:00',
    })
  })

  it('R-28: tells who was not reached although the platform said ok', async () => {
    const result = await connect().sendResult({ ...target, agentId: '5' }, '256271667526')
    expect(result).toEqual({
      isFinished: true,
      failed: [
        { userId: 'b', reason: 'failed' },
        { userId: 'a', reason: 'invalid' },
        { userId: 'c', reason: '143106' },
      ],
      read: ['d'],
      unread: ['e'],
    })
    expect(await connect().readers({ ...target, agentId: '5' }, '256271667526')).toEqual({
      read: ['d'],
      unread: ['e'],
    })
    instead.set('/oapi/topapi/message/corpconversation/getsendprogress', [ok({ progress: { status: 1 } })])
    expect((await connect().sendResult({ ...target, agentId: '5' }, '1')).isFinished).toBe(false)
  })
})

describe('R-25: tokens', () => {
  it('one refresh serves a thousand calls at the moment of expiry, and comes before the end', async () => {
    const workplace = connect()
    await workplace.user(target, 'u1')
    clock.advance((7200 - 301) * 1000)
    await workplace.user(target, 'u1')
    expect(calls('service/get_corp_token')).toHaveLength(1)
    clock.advance(2_000)
    await Promise.all(Array.from({ length: 1000 }, () => workplace.user(target, 'u1')))
    const refreshes = calls('service/get_corp_token').length - 1
    figure({
      id: 'R-25',
      n: 1_000,
      value: refreshes,
      unit: 'refreshes-at-expiry',
      target: '<=1',
      ok: refreshes <= 1,
    })
    expect(refreshes).toBe(1)
  }, 30_000)

  it('a refused token is dropped, fetched anew and the call made once more; in either form', async () => {
    const workplace = connect()
    for (const refusal of [
      badToken,
      { body: { errcode: 40014, errmsg: 'x' } },
      { body: { errcode: 42001, errmsg: 'x' } },
    ]) {
      seen.length = 0
      instead.set('/oapi/topapi/v2/user/get', [refusal])
      expect(await workplace.user(target, 'u1')).toMatchObject({ userId: 'u1' })
      const tokensUsed = calls('topapi/v2/user/get').map((call) => call.query.get('access_token'))
      expect(new Set(tokensUsed).size).toBe(2)
    }
    instead.set('/oapi/topapi/v2/user/get', [badToken, badToken])
    await expect(workplace.user(target, 'u1')).rejects.toBeInstanceOf(WorkplaceBusy)
    instead.set('/openapi/v1.0/oauth2/jsapiTickets', [
      { status: 400, body: { code: 'InvalidAuthentication', message: 'x' } },
    ])
    expect(await workplace.signPage({ ...target, agentId: '5' }, 'https://x.y/')).toMatchObject({
      agentId: '5',
    })
  })

  it('waits for the first ticket, and reads a replaced one again', async () => {
    ticket = null
    await expect(connect().user(target, 'u1')).rejects.toBeInstanceOf(WorkplaceBusy)
    ticket = 'ticket-1'
    instead.set('/oapi/service/get_corp_token', [{ body: { errcode: 40085, errmsg: 'bad ticket' } }])
    expect(await connect().user(target, 'u1')).toMatchObject({ userId: 'u1' })
    expect(calls('service/get_corp_token').map((call) => call.query.get('suiteTicket'))).toEqual([
      'ticket-1',
      'ticket-2',
    ])
  })
})

describe('R-26: limits and failures', () => {
  it.each([
    ['flow limit of the old API', { body: { errcode: 88, sub_code: '90018', errmsg: 'x' } }],
    [
      'flow limit hidden in the text',
      { body: { errcode: 88, errmsg: 'ding talk error[subcode=90018,submsg=x]' } },
    ],
    ['busy', { body: { errcode: -1, errmsg: 'busy' } }],
    ['a ban as JSON', { body: { status: 1111, wait: 5, source: 'x5', punish: 'deny', uuid: 'u' } }],
    ['a ban as HTML', { body: '<html>deny</html>' }],
    ['a bad gateway', { status: 502, body: '<html>bad gateway</html>' }],
    ['no answer in time', { body: {}, delayMs: 600 }],
  ])('tries again after %s', async (_what, answer) => {
    instead.set('/oapi/topapi/v2/user/get', [answer])
    const timeoutMs = 'delayMs' in answer ? impatientMs : patientMs
    const workplace = connect(suite, plentyOfRate, timeoutMs)
    expect(await workplace.user(target, 'u1')).toMatchObject({ userId: 'u1' })
    expect(calls('topapi/v2/user/get')).toHaveLength(2)
  })

  it('gives up as busy, never for ever', async () => {
    instead.set('/oapi/topapi/v2/user/get', Array(9).fill({ body: { errcode: -1, errmsg: 'busy' } }))
    await expect(connect().user(target, 'u1')).rejects.toBeInstanceOf(WorkplaceBusy)
    expect(calls('topapi/v2/user/get')).toHaveLength(4)
  })

  it('does not send a message twice when the answer was lost', async () => {
    const path = 'topapi/message/corpconversation/asyncsend_v2'
    instead.set(`/oapi/${path}`, [{ body: {}, delayMs: 600 }])
    const sending = connect(suite, plentyOfRate, impatientMs).sendMessage(
      { ...target, agentId: '5' },
      ['a'],
      {
        title: 't',
        lines: [],
        text: '',
        url: 'https://x.y',
      },
    )
    await expect(sending).rejects.toMatchObject({ name: 'WorkplaceBusy' })
    expect(calls(path)).toHaveLength(1)
  })

  it('tells a refusal with its code, and whether the org has not enabled the app', async () => {
    instead.set('/oapi/topapi/v2/user/getuserinfo', [{ body: { errcode: 40078, errmsg: 'no such code' } }])
    await expect(connect().userOfAuthCode(target, 'x')).rejects.toMatchObject({
      code: '40078',
      isNotAuthorised: false,
    })
    instead.set('/oapi/service/get_corp_token', [{ body: { errcode: 41030, errmsg: 'not authorised' } }])
    await expect(connect().user(target, 'u1')).rejects.toMatchObject({ code: '41030', isNotAuthorised: true })
    instead.set('/oapi/topapi/v2/user/get', [ok({ result: { userid: 5 } })])
    await expect(connect().user(target, 'u1')).rejects.toBeInstanceOf(WorkplaceRefused)
  })

  it('spaces the calls of one org evenly', async () => {
    const workplace = connect(suite, { perOrg: 40, perSuite: 1_000 })
    await workplace.user(target, 'u1')
    const began = performance.now()
    await Promise.all(Array.from({ length: 12 }, () => workplace.user(target, 'u1')))
    // Two turns were used by the first call and its token: the twelve need twelve slots of 25 ms.
    expect(performance.now() - began).toBeGreaterThan(11 * 25)
  })

  it('the pacer turns away what would wait too long, and holds back on request', async () => {
    let now = 0
    const pacer = evenPacer(110, () => now)
    const key = [{ key: 'a', perSecond: 10 }]
    await pacer.turn(key)
    await pacer.turn(key)
    await expect(pacer.turn(key)).rejects.toBeInstanceOf(PaceFull)
    now = 1_000
    pacer.holdBack('a', 500)
    await expect(pacer.turn(key)).rejects.toBeInstanceOf(PaceFull)
    await pacer.turn([{ key: 'b', perSecond: 10 }])
  })

  it.each([
    [403, { code: 'Forbidden.AccessDenied.QpsLimitForSuitekeyAndOrgAndApi', message: 'x' }, 'busy'],
    [403, { code: 'Forbidden.AccessDenied.QpmLimitForAppkeyAndApi', message: 'x' }, 'busy'],
    [403, { code: 'Forbidden.AccessDenied.AccessTokenPermissionDenied', message: 'x' }, 'refused'],
    [400, { code: 'invalidSuiteTicket', message: 'x' }, 'refused'],
    [503, { code: 'ServiceUnavailable', message: 'x' }, 'busy'],
    [200, { errcode: 90002, errmsg: 'x' }, 'busy'],
    [200, { errcode: 90014, errmsg: 'x' }, 'busy'],
    [200, { errcode: 90020, errmsg: 'x' }, 'refused'],
    [200, { errcode: 0 }, 'ok'],
    [200, { accessToken: 'x' }, 'ok'],
    [200, [], 'busy'],
  ])('classifies %i %j as %s', (status, body, kind) => {
    expect(classify(status, JSON.stringify(body)).kind).toBe(kind)
  })
})
