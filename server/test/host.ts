import { randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { AppId } from '@kangbao/shared/contracts/sessions.ts'
import { decryptCallback, encryptCallback, type CallbackEnvelope } from '../src/adapters/dingtalk/crypto.ts'
import type { WorkplaceUser } from '../src/ports/workplace.ts'
import type { TestServer } from './server.ts'
import type { World } from './world.ts'

export function keysOf(server: TestServer, app: AppId = 'forms') {
  const suite = server.ports.suites.find((each) => each.app === app)
  if (!suite) throw new Error(`no suite for ${app}`)
  return { token: suite.callbackToken, aesKey: suite.callbackAesKey, ownerKey: suite.suiteKey }
}

/** Seals a message as the platform would, now. */
export function sealedPush(server: TestServer, message: unknown, app: AppId = 'forms'): CallbackEnvelope {
  return encryptCallback(keysOf(server, app), JSON.stringify(message), {
    timestamp: String(server.deps.clock.now()),
  })
}

export interface CallbackReply {
  readonly status: number
  readonly code: string | null
  /** What the encrypted answer says. */
  readonly answer: string | null
}

export async function post(
  server: TestServer,
  envelope: CallbackEnvelope,
  app: string = 'forms',
): Promise<CallbackReply> {
  const { signature, timestamp, nonce, encrypt } = envelope
  const response = await server.app.inject({
    method: 'POST',
    url: `/callback/dingtalk/${app}?${new URLSearchParams({ signature, timestamp, nonce }).toString()}`,
    headers: { 'content-type': 'application/json' },
    payload: JSON.stringify({ encrypt }),
  })
  const body: Record<string, string> = response.json()
  if (response.statusCode !== 200)
    return { status: response.statusCode, code: body['code'] ?? null, answer: null }
  const answer = decryptCallback(keysOf(server, 'forms'), {
    signature: body['msg_signature'] ?? '',
    timestamp: body['timeStamp'] ?? '',
    nonce: body['nonce'] ?? '',
    encrypt: body['encrypt'] ?? '',
  })
  return { status: 200, code: null, answer }
}

export function push(server: TestServer, message: unknown, app: AppId = 'forms') {
  return post(server, sealedPush(server, message, app), app)
}

let lastItem = 7000

/** A SyncHTTP push of one item. */
export function pushItem(
  server: TestServer,
  item: {
    corpId: string
    type: number
    id: string
    action: string
    data?: Record<string, unknown>
    asObject?: boolean
  },
) {
  lastItem += 1
  const data = { syncAction: item.action, ...item.data }
  const now = server.deps.clock.now()
  return push(server, {
    EventType: item.type < 10 ? 'SYNC_HTTP_PUSH_HIGH' : 'SYNC_HTTP_PUSH_MEDIUM',
    bizData: [
      {
        id: lastItem,
        subscribe_id: '9000_0',
        corp_id: item.corpId,
        biz_type: item.type,
        biz_id: item.id,
        biz_data: item.asObject ? data : JSON.stringify(data),
        gmt_create: now,
        gmt_modified: now,
        open_cursor: 0,
        status: 0,
      },
    ],
  })
}

export function user(
  userId: string,
  departmentIds: number[],
  more: Partial<WorkplaceUser> = {},
): WorkplaceUser {
  return {
    userId,
    unionId: `union-${userId}`,
    name: `员工${userId}`,
    title: '',
    jobNumber: '',
    departmentIds,
    headOf: [],
    isAdmin: false,
    ...more,
  }
}

/** An org at the host: departments 1 > 2 > 4 and 1 > 3, a main admin and `members` people spread over 2, 3 and 4. */
export function hostOrg(server: TestServer, members = 6) {
  const corpId = `ding${randomBytes(8).toString('hex')}`
  const org = {
    name: '郑州某某有限公司',
    departments: [
      { id: 2, parentId: 1, name: '生产部', order: 1 },
      { id: 3, parentId: 1, name: '行政部', order: 2 },
      { id: 4, parentId: 2, name: '一车间', order: 1 },
    ],
    users: [
      user('boss', [1], { name: '单于飞', isAdmin: true }),
      ...Array.from({ length: members }, (_, i) => user(`u${i + 1}`, [[2, 3, 4][i % 3] ?? 2])),
    ],
    admins: [{ userId: 'boss', isMain: true, departmentIds: [] as number[] }],
    codes: new Map<string, string>(),
  }
  server.ports.orgs.set(corpId, org)
  return { corpId, org }
}

/** Waits until nothing due is owed. Jobs must have been started. */
export async function settled(server: TestServer): Promise<void> {
  for (let quiet = 0; quiet < 2;) {
    const { rows } = await server.deps.database.pool.query<{ due: number }>(
      'select count(*)::int as due from outbox where available_at <= $1',
      [new Date(server.deps.clock.now())],
    )
    quiet = rows[0]?.due === 0 ? quiet + 1 : 0
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

export async function orgIdOf(server: TestServer, corpId: string): Promise<string> {
  const { rows } = await server.deps.database.pool.query<{ id: string }>(
    'select id from orgs where corp_id = $1',
    [corpId],
  )
  const id = rows[0]?.id
  if (!id) throw new Error('no such org')
  return id
}

/** Reads an org's rows as the database holds them. */
export function rowsOf<Row extends Record<string, unknown>>(
  server: TestServer,
  orgId: string,
  query: string,
): Promise<Row[]> {
  return server.deps.database.inOrg(orgId, { kind: 'system', name: 'test' }, async ({ tx }) => {
    const { rows } = await tx.execute<Record<string, unknown>>(sql.raw(query))
    return rows as Row[] // the caller names the columns it asked for
  })
}

/** The platform's side of a world: what the org of a world looks like there. */
export function mirrorOf(server: TestServer, world: World) {
  const users = [world.admin, ...world.members].map(({ userId, name }, i) =>
    user(userId, [i === 0 ? 1 : i <= world.members.length / 2 ? 2 : 3], { name }),
  )
  const org = {
    name: '测试企业',
    departments: [
      { id: 2, parentId: 1, name: '生产部', order: 0 },
      { id: 3, parentId: 1, name: '行政部', order: 0 },
    ],
    users,
    admins: [{ userId: world.admin.userId, isMain: true, departmentIds: [] as number[] }],
    codes: new Map<string, string>(),
  }
  server.ports.orgs.set(world.corpId, org)
  return org
}
