import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import { encryptCallback, signCallback } from '../../adapters/dingtalk/crypto.ts'
import {
  hostOrg,
  keysOf,
  orgIdOf,
  post,
  push,
  pushItem,
  rowsOf,
  sealedPush,
  settled,
  user,
} from '../../../test/host.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  server.startJobs()
})
afterAll(() => server.close())

async function count(table: 'callback_inbox' | 'outbox' | 'system_audit_log'): Promise<number> {
  const { rows } = await server.deps.database.pool.query<{ n: number }>(
    `select count(*)::int as n from ${table}`,
  )
  return rows[0]?.n ?? 0
}

const installed = (orgId: string) =>
  rowsOf<{ app: string; state: string }>(server, orgId, 'select app, state from installations order by app')

async function orgState(corpId: string) {
  const { rows } = await server.deps.database.pool.query<{ state: string }>(
    'select state from orgs where corp_id = $1',
    [corpId],
  )
  return rows[0]?.state
}

function authorise(corpId: string, asObject = false) {
  return pushItem(server, { corpId, type: 4, id: '9000', action: 'org_suite_auth', asObject })
}

describe('Z-20: pushes of the platform', () => {
  it.each([
    { EventType: 'check_url' },
    { EventType: 'check_update_suite_url', Random: 'abc', TestSuiteKey: 'suitetestforms' },
    { EventType: 'something_new', EventTime: 1 },
  ])('answers $EventType with the encrypted success', async (message) => {
    expect(await push(server, message)).toEqual({ status: 200, code: null, answer: 'success' })
  })

  it('answers the check made under the placeholder owner before the suite exists, and nothing else under it', async () => {
    const keys = { ...keysOf(server), ownerKey: 'suite4xxxxxxxxxxxxxxx' }
    const given = { timestamp: String(server.deps.clock.now()) }
    const check = '{"EventType":"check_create_suite_url","Random":"a","TestSuiteKey":"suite4xxxxxxxxxxxxxxx"}'
    expect(await post(server, encryptCallback(keys, check, given))).toMatchObject({ answer: 'success' })
    const other = encryptCallback(keys, '{"EventType":"suite_ticket","SuiteTicket":"x"}', given)
    expect(await post(server, other)).toMatchObject({ status: 401, code: 'callback.forged' })
  })

  it('keeps the newest ticket, sealed, whatever order they come in and in either style', async () => {
    const now = server.deps.clock.now()
    await push(server, {
      EventType: 'suite_ticket',
      SuiteKey: 'k',
      TimeStamp: String(now - 60_000),
      SuiteTicket: 'ticket-new',
    })
    await push(server, {
      EventType: 'suite_ticket',
      SuiteKey: 'k',
      TimeStamp: String(now - 120_000),
      SuiteTicket: 'ticket-old',
    })
    expect(await server.deps.tickets.read('forms')).toBe('ticket-new')
    const item = { corpId: 'dingisv', type: 2, id: '9000', action: 'suite_ticket' }
    await pushItem(server, { ...item, data: { suiteTicket: 'ticket-newest' } })
    expect(await server.deps.tickets.read('forms')).toBe('ticket-newest')
    const { rows } = await server.deps.database.pool.query<{ ticket: Buffer }>('select ticket from suites')
    expect(rows[0]?.ticket.toString('latin1')).not.toContain('ticket')
  })

  /** How often work on an org was emitted: emitting what waits already raises its generation. */
  async function timesOwed(corpId: string): Promise<number> {
    const { rows } = await server.deps.database.pool.query<{ times: number }>(
      'select coalesce(sum(generation), 0)::int as times from outbox where payload::text like $1',
      [`%${corpId}%`],
    )
    return rows[0]?.times ?? 0
  }

  it('S-28: gives an exact replay the same answer and no second effect', async () => {
    const { corpId } = hostOrg(server)
    const envelope = sealedPush(server, { EventType: 'change_auth', AuthCorpId: corpId, TimeStamp: '1' })
    const before = await count('callback_inbox')
    const replies = []
    const replays = 500
    replies.push(await post(server, envelope))
    const owed = await timesOwed(corpId)
    for (let i = 1; i < replays; i += 1) replies.push(await post(server, envelope))
    // What was owed may be done meanwhile; it may not be owed once more.
    const again = Math.max(0, (await timesOwed(corpId)) - owed)
    const second = (await count('callback_inbox')) - before - 1 + again
    figure({ id: 'S-28', n: replays, value: second, unit: 'second-effects', target: '=0', ok: second === 0 })
    expect(replies).toEqual(Array(replays).fill({ status: 200, code: null, answer: 'success' }))
    expect(second).toBe(0)
    await settled(server)
  })

  it('S-28: the same push sealed anew is still the same push', async () => {
    const message = { EventType: 'change_auth', AuthCorpId: 'dingnobody', TimeStamp: '1700000000000' }
    const before = await count('callback_inbox')
    for (let i = 0; i < 3; i += 1) expect((await push(server, message)).status).toBe(200)
    expect(await count('callback_inbox')).toBe(before + 1)
    await settled(server)
  })

  it('refuses forged, stale and unreadable ones with 4xx, an audit row and no trace in the inbox', async () => {
    const good = sealedPush(server, { EventType: 'change_auth', AuthCorpId: 'dingx' })
    const old = encryptCallback(keysOf(server), '{"EventType":"check_url"}', {
      timestamp: String(server.deps.clock.now() - 3_700_000),
    })
    const noObject = encryptCallback(keysOf(server), '"text"', { timestamp: String(server.deps.clock.now()) })
    const [inbox, audit] = [await count('callback_inbox'), await count('system_audit_log')]
    expect(await post(server, { ...good, signature: 'f'.repeat(40) })).toMatchObject({
      status: 401,
      code: 'callback.forged',
    })
    expect(await post(server, { ...good, nonce: 'other' })).toMatchObject({
      status: 401,
      code: 'callback.forged',
    })
    expect(await post(server, sealedPush(server, {}, 'health-report'))).toMatchObject({
      code: 'callback.forged',
    })
    expect(await post(server, good, 'no-such-app')).toMatchObject({ status: 401, code: 'callback.forged' })
    expect(await post(server, old)).toMatchObject({ status: 401, code: 'callback.forged' })
    expect(await post(server, noObject)).toMatchObject({ status: 401, code: 'callback.forged' })
    const { rows } = await server.deps.database.pool.query<{ code: string }>(
      `select detail ->> 'code' as code from system_audit_log where action = 'callback.refused' order by id desc limit 2`,
    )
    expect(rows.map(({ code }) => code)).toEqual(['callback.unreadable', 'callback.stale'])
    expect(await count('callback_inbox')).toBe(inbox)
    expect(await count('system_audit_log')).toBe(audit + 6)
  })

  it('reads seconds as well as milliseconds', async () => {
    const timestamp = String(Math.floor(server.deps.clock.now() / 1000))
    const sealed = encryptCallback(keysOf(server), '{"EventType":"check_url"}', { timestamp })
    expect(await post(server, sealed)).toMatchObject({ answer: 'success' })
  })

  it('S-27: 1 000 mutated callbacks are all refused, all alike', async () => {
    const good = sealedPush(server, { EventType: 'change_auth', AuthCorpId: 'dingfuzz' })
    const keys = keysOf(server)
    const timestamp = String(server.deps.clock.now())
    const resigned = (encrypt: string) => ({
      timestamp,
      nonce: 'n',
      encrypt,
      signature: signCallback(keys.token, timestamp, 'n', encrypt),
    })
    const flipped = fc
      .tuple(fc.nat({ max: good.encrypt.length - 5 }), fc.constantFrom('A', 'b', '0', '/', '+', '!', '\0'))
      .filter(([at, char]) => good.encrypt[at] !== char)
      .map(([at, char]) => ({
        ...good,
        encrypt: good.encrypt.slice(0, at) + char + good.encrypt.slice(at + 1),
      }))
    const mutants = fc.oneof(
      flipped,
      fc
        .nat({ max: good.encrypt.length - 1 })
        .map((end) => ({ ...good, encrypt: good.encrypt.slice(0, end) })),
      fc.record({ signature: fc.string(), timestamp: fc.string(), nonce: fc.string(), encrypt: fc.string() }),
      // Signed with the right token, yet garbage inside.
      fc.uint8Array({ maxLength: 400 }).map((bytes) => resigned(Buffer.from(bytes).toString('base64'))),
      fc.base64String({ maxLength: 400 }).map(resigned),
      // Properly sealed, yet no push.
      fc
        .oneof(
          fc.string(),
          fc.constant('['.repeat(1000)),
          fc.constant('{"EventType":[]}'),
          fc.constant('{"EventType":"a","bizData":[1]}'),
        )
        .map((text) => encryptCallback(keys, text, { timestamp })),
      fc
        .string({ minLength: 1 })
        .map((owner) => encryptCallback({ ...keys, ownerKey: `x${owner}` }, 'success', { timestamp })),
    )
    const before = await count('callback_inbox')
    const answers = new Set<string>()
    const numRuns = 1_000
    await fc.assert(
      fc.asyncProperty(mutants, async (mutant) => {
        answers.add(JSON.stringify(await post(server, mutant)))
      }),
      { numRuns },
    )
    const accepted = (await count('callback_inbox')) - before
    figure({ id: 'S-27', n: numRuns, value: accepted, unit: 'accepted', target: '=0', ok: accepted === 0 })
    const unlike = answers.size - 1
    figure({ id: 'S-27', n: numRuns, value: unlike, unit: 'refusals-unlike', target: '=0', ok: unlike === 0 })
    expect([...answers]).toEqual([JSON.stringify({ status: 401, code: 'callback.forged', answer: null })])
    expect(accepted).toBe(0)
  }, 60_000)

  it.each([
    ['no body', undefined],
    ['no JSON', '{"encrypt":'],
    ['a list', '[]'],
    ['encrypt twice removed', '{"encrypt":{"a":1}}'],
  ])('refuses %s', async (_what, payload) => {
    const response = await server.app.inject({
      method: 'POST',
      url: '/callback/dingtalk/forms?signature=a&timestamp=1&nonce=b',
      headers: { 'content-type': 'application/json' },
      ...(payload === undefined ? {} : { payload }),
    })
    expect([response.statusCode, response.json().code]).toEqual([401, 'callback.forged'])
  })

  it('refuses a parameter given twice', async () => {
    const { signature, timestamp, nonce, encrypt } = sealedPush(server, { EventType: 'check_url' })
    const response = await server.app.inject({
      method: 'POST',
      url: `/callback/dingtalk/forms?signature=${signature}&signature=${signature}&timestamp=${timestamp}&nonce=${nonce}`,
      payload: { encrypt },
    })
    expect(response.statusCode).toBe(401)
  })

  it('a flood of forged ones does not become a flood of audit rows', async () => {
    const good = sealedPush(server, { EventType: 'check_url' }, 'employment-report')
    const before = await count('system_audit_log')
    for (let i = 0; i < 100; i += 1) await post(server, { ...good, signature: 'no' }, 'employment-report')
    expect((await count('system_audit_log')) - before).toBeLessThanOrEqual(60)
  })

  it('R-24: while the database is down the answer is not success', async () => {
    const { inSystem } = server.deps.database
    const broken = server.deps.database as { inSystem: typeof inSystem }
    broken.inSystem = () => Promise.reject(new Error('down'))
    try {
      expect((await push(server, { EventType: 'check_url' })).status).toBe(500)
    } finally {
      broken.inSystem = inSystem
    }
  })
})

describe('Z-21: an org enables, stops and removes an app', () => {
  it.each([false, true])(
    'org_suite_auth makes the org and starts a full sync (biz_data as object: %s)',
    async (asObject) => {
      const { corpId, org } = hostOrg(server)
      expect(await authorise(corpId, asObject)).toMatchObject({ answer: 'success' })
      await settled(server)
      const orgId = await orgIdOf(server, corpId)
      expect(await installed(orgId)).toEqual([{ app: 'forms', state: 'active' }])
      const members = await rowsOf(server, orgId, 'select 1 from members where left_at is null')
      expect(members).toHaveLength(org.users.length)
      expect(await rowsOf(server, orgId, 'select state from directory_syncs')).toEqual([{ state: 'done' }])
    },
  )

  it('a legacy push redeems the temporary code, activates, and leads to the same', async () => {
    const { corpId } = hostOrg(server)
    const redeemed: string[] = []
    const { workplace } = server.ports
    const original = workplace.activate
    Object.assign(workplace, {
      activate: async (_app: string, code: string) => {
        redeemed.push(code)
        return corpId
      },
    })
    const message = {
      EventType: 'tmp_auth_code',
      SuiteKey: 'k',
      TimeStamp: '1',
      AuthCode: `code-${corpId}`,
      AuthCorpId: corpId,
    }
    await push(server, message)
    await push(server, message)
    const { rows } = await server.deps.database.pool.query<{ payload: object }>(
      `select payload from outbox where job = 'authorisation.activate'`,
    )
    expect(JSON.stringify(rows)).not.toContain(`code-${corpId}`)
    await settled(server)
    Object.assign(workplace, { activate: original })
    expect(redeemed).toEqual([`code-${corpId}`])
    expect(await orgState(corpId)).toBe('active')
  })

  it('stop and restore follow the platform; removal of the last app removes the org at once and keeps the data', async () => {
    const { corpId, org } = hostOrg(server)
    await authorise(corpId)
    await settled(server)
    const orgId = await orgIdOf(server, corpId)
    await pushItem(server, {
      corpId,
      type: 7,
      id: '4500',
      action: 'org_micro_app_stop',
      data: { agentId: 1 },
    })
    await settled(server)
    expect(await installed(orgId)).toEqual([{ app: 'forms', state: 'stopped' }])
    await pushItem(server, {
      corpId,
      type: 7,
      id: '4500',
      action: 'org_micro_app_restore',
      data: { agentId: 1 },
    })
    await settled(server)
    expect(await installed(orgId)).toEqual([{ app: 'forms', state: 'active' }])

    server.ports.orgs.delete(corpId)
    await pushItem(server, { corpId, type: 4, id: '9000', action: 'org_suite_relieve' })
    await settled(server)
    expect(await installed(orgId)).toEqual([{ app: 'forms', state: 'removed' }])
    expect(await orgState(corpId)).toBe('removed')
    expect(await rowsOf(server, orgId, 'select 1 from members')).toHaveLength(org.users.length)

    server.ports.orgs.set(corpId, org)
    await authorise(corpId)
    await settled(server)
    expect(await orgState(corpId)).toBe('active')
  })

  it('Z-21: an org that ends in the host is removed by the notice of the org alone, and by all three of them', async () => {
    for (const notices of [
      [{ type: 16, action: 'org_remove' }],
      [
        { type: 16, action: 'org_remove' },
        { type: 7, action: 'org_micro_app_remove' },
        { type: 4, action: 'org_suite_relieve' },
      ],
    ]) {
      const { corpId } = hostOrg(server)
      await authorise(corpId)
      await settled(server)
      expect(await orgState(corpId)).toBe('active')
      server.ports.orgs.delete(corpId)
      const ids: Record<number, string> = { 4: '9000', 7: '4500', 16: corpId }
      for (const { type, action } of notices)
        await pushItem(server, { corpId, type, id: ids[type] ?? '', action, data: { corpid: corpId } })
      await settled(server)
      expect(await orgState(corpId)).toBe('removed')
    }
  })

  it('R-27: a removal that arrives after the new authorisation is put right by asking the platform', async () => {
    const { corpId } = hostOrg(server)
    await authorise(corpId)
    await settled(server)
    await pushItem(server, { corpId, type: 4, id: '9000', action: 'org_suite_relieve' })
    await settled(server)
    expect(await orgState(corpId)).toBe('removed')
    server.deps.clock.advance(31_000)
    await settled(server)
    expect(await orgState(corpId)).toBe('active')
  })

  it('an authorisation the platform denies makes no org', async () => {
    await authorise('dingnotauthorised')
    await settled(server)
    expect(await orgState('dingnotauthorised')).toBeUndefined()
  })
})

describe('Z-22: directory events', () => {
  it('a person, a department and a role change are read anew within seconds, in any order, twice or with lies inside', async () => {
    const { corpId, org } = hostOrg(server)
    await authorise(corpId)
    await settled(server)
    const orgId = await orgIdOf(server, corpId)
    org.departments.push({ id: 9, parentId: 4, name: '二班', order: 1 })
    org.users = org.users.map((each) =>
      each.userId === 'u1'
        ? { ...each, name: '欧阳锋', departmentIds: [9], headOf: [9], isAdmin: true }
        : each,
    )
    org.users.push(user('new', [3], { name: '新人' }))
    org.users = org.users.filter(({ userId }) => userId !== 'u2')
    org.admins = [...org.admins, { userId: 'u1', isMain: false, departmentIds: [2] }]
    const lies = { name: '假名', mobile: '13800000000', isAdmin: true, department: [1] }
    for (const event of [
      { type: 13, id: 'u1', action: 'user_modify_org' },
      { type: 13, id: 'new', action: 'user_add_org' },
      { type: 13, id: 'u2', action: 'user_leave_org' },
      { type: 14, id: '9', action: 'org_dept_create' },
      { type: 13, id: 'new', action: 'user_modify_org' },
      { type: 13, id: 'ghost', action: 'user_add_org' },
    ])
      expect(await pushItem(server, { corpId, ...event, data: lies })).toMatchObject({ answer: 'success' })
    await settled(server)
    const rows = await rowsOf<{ user_id: string }>(
      server,
      orgId,
      `select user_id, name, department_id::int as department, role, manages::int[] as manages, left_at is not null as has_left
       from members where user_id in ('u1', 'u2', 'new', 'ghost') order by user_id`,
    )
    expect(rows).toEqual([
      { user_id: 'new', name: '新人', department: 3, role: 'member', manages: [], has_left: false },
      { user_id: 'u1', name: '欧阳锋', department: 9, role: 'sub-admin', manages: [2], has_left: false },
      { user_id: 'u2', name: '员工u2', department: 3, role: 'member', manages: [], has_left: true },
    ])
    expect(
      await rowsOf(server, orgId, 'select path::int[] as path from departments where department_id = 9'),
    ).toEqual([{ path: [1, 2, 4, 9] }])
    const { rows: stored } = await server.deps.database.pool.query<{ text: string }>(
      `select coalesce(string_agg(i::text, ' '), '') || (select coalesce(string_agg(o::text, ' '), '') from outbox o) as text
       from callback_inbox i`,
    )
    expect(stored[0]?.text).not.toMatch(/13800000000|假名/)
  })
})
