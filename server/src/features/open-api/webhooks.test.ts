import { createHmac } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import {
  addWebhook,
  changeWebhook,
  listWebhookDeliveries,
  listWebhooks,
  removeWebhook,
  replayWebhook,
  resendWebhookDelivery,
  rotateWebhookSecret,
  testWebhook,
  type WebhookEndpoint,
} from '@kangbao/shared/contracts/webhooks.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { newWorld, type World } from '../../../test/world.ts'
import type { OrgScope } from '../../db/database.ts'
import { jobContext } from '../../jobs/define-job.ts'
import { RetryLater } from '../../jobs/retry-later.ts'
import { WebhookUnanswered } from '../../ports/webhooks.ts'
import { tellDisabled } from './disabling.jobs.ts'
import { numberEvents } from './events.jobs.ts'
import { forgetEvents } from './events.service.ts'
import { noteRoster } from './roster.ts'
import { deliverWebhooks, sendOnce } from './webhooks.jobs.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())
beforeEach(() => {
  server.deps.clock.set(testNow)
  server.ports.receiver = () => taken
})

const taken = { status: 204, retryAfterMs: null }
const broken = { status: 500, retryAfterMs: null }
const day = 86_400_000
const url = 'https://hr.example.com/kangbao'
const other = 'https://erp.example.com/hook'
const context = (name: string) => jobContext(server.deps, name, 0)
const inOrg = <T>({ orgId }: World, work: (scope: OrgScope) => Promise<T>) =>
  server.deps.database.inOrg(orgId, { kind: 'system', name: 'test' }, work)
/** Signed in anew, wherever the clock was moved. */
const adminOf = (world: World) => world.as(world.admin, 'main-admin')

async function withEndpoint(types?: 'member.left'[]) {
  const world = await newWorld(server)
  const reply = await world.admin.inject(addWebhook, { body: { url, ...(types ? { types } : {}) } })
  expect(reply.status).toBe(200)
  return { world, ...reply.body }
}
/** Somebody joins, somebody leaves, as often as asked; the events get their numbers. */
async function happen(world: World, times = 1) {
  for (let i = 0; i < times; i += 1) {
    const now = server.deps.clock.now()
    await inOrg(world, (scope) =>
      noteRoster[i % 2 === 0 ? 'joined' : 'left'](scope, [world.member.memberId], now),
    )
  }
  await numberEvents(context('open-api.number'))
}
/** Runs the job of an endpoint; how long it wants to wait, if it does. */
async function deliver({ orgId }: World, { id }: Pick<WebhookEndpoint, 'id'>): Promise<number | null> {
  return deliverWebhooks.run({ orgId, endpointId: id }, context(deliverWebhooks.name)).then(
    () => null,
    (error: unknown) => {
      if (error instanceof RetryLater) return error.afterMs
      throw error
    },
  )
}
async function endpointOf(world: World, { id }: Pick<WebhookEndpoint, 'id'>) {
  const { items } = (await adminOf(world).inject(listWebhooks)).body
  return items.find((each) => each.id === id)
}
async function ledger(world: World, { id }: Pick<WebhookEndpoint, 'id'>, state?: 'dead') {
  const input = { params: { endpointId: id }, query: state ? { state } : {} }
  return (await adminOf(world).inject(listWebhookDeliveries, input)).body.items
}
const bodyOf = ({ body }: { body: string }) => JSON.parse(body) as { sequence: number | null; type: string } // as we wrote it
const arrived = (from: number) => server.ports.called.slice(from).map((each) => bodyOf(each).sequence)

/** As the Standard Webhooks specification has it, written from its text. */
function isSigned(
  secret: string,
  { headers, body }: { headers: Readonly<Record<string, string>>; body: string },
) {
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const expected = `v1,${createHmac('sha256', key).update(signed).digest('base64')}`
  return (headers['webhook-signature'] ?? '').split(' ').includes(expected)
}

describe('X-08, S-29: webhooks', () => {
  it('bring events in order, signed, to each endpoint at its own pace; one that is dead holds up nobody', async () => {
    const { world, endpoint, secret } = await withEndpoint()
    const second = (await world.admin.inject(addWebhook, { body: { url: other } })).body
    const from = server.ports.called.length
    server.ports.receiver = (to) => (to === url ? broken : taken)
    await happen(world, 3)
    const pause = (await deliver(world, endpoint)) ?? 0
    expect(pause).toBeGreaterThanOrEqual(4_000)
    expect(pause).toBeLessThanOrEqual(6_000)
    expect(await deliver(world, second.endpoint)).toBeNull()
    expect(arrived(from)).toEqual([1, 1, 2, 3])
    expect(await endpointOf(world, endpoint)).toMatchObject({ position: 0, behind: 3, state: 'active' })
    expect(await deliver(world, endpoint)).toBeGreaterThan(0) // too early
    server.deps.clock.advance(pause)
    server.ports.receiver = () => taken
    expect(await deliver(world, endpoint)).toBeNull()
    expect(arrived(from)).toEqual([1, 1, 2, 3, 1, 2, 3])
    expect(await endpointOf(world, endpoint)).toMatchObject({ position: 3, behind: 0, failingSince: null })
    const calls = server.ports.called.slice(from)
    const ours = calls.filter((call) => call.url === url)
    expect(new Set(ours.slice(0, 2).map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect(ours.every((call) => isSigned(secret, call))).toBe(true)
    expect(calls.some((call) => call.url === other && isSigned(secret, call))).toBe(false)
    expect(JSON.parse(ours[0]?.body ?? '')).toMatchObject({
      type: 'member.joined',
      data: { memberId: world.member.memberId },
    })
    expect((await ledger(world, endpoint)).map(({ state, attempts }) => [state, attempts])).toEqual([
      ['delivered', 1],
      ['delivered', 1],
      ['delivered', 2],
    ])
  })

  it('go one after the other though two workers are at it', async () => {
    const { world, endpoint } = await withEndpoint()
    const from = server.ports.called.length
    await happen(world, 4)
    const runs = await Promise.all([
      deliver(world, endpoint),
      deliver(world, endpoint),
      deliver(world, endpoint),
    ])
    expect(runs.filter((pause) => pause === null)).toHaveLength(1)
    expect(arrived(from)).toEqual([1, 2, 3, 4])
    expect(await deliver(world, endpoint)).toBeNull()
  })

  it('that nobody takes lie among the dead letters after nine tries, let the next one by, and are sent again by hand', async () => {
    const { world, endpoint } = await withEndpoint()
    await happen(world, 2)
    server.ports.receiver = (_to, body) => (bodyOf({ body }).sequence === 1 ? broken : taken)
    for (let i = 0; i < 8; i += 1) {
      const pause = await deliver(world, endpoint)
      expect(pause).toBeGreaterThan(0)
      server.deps.clock.advance(pause ?? 0)
    }
    expect(await deliver(world, endpoint)).toBeNull()
    const [dead] = await ledger(world, endpoint, 'dead')
    expect(dead).toMatchObject({ sequence: 1, attempts: 9, status: 500 })
    expect(await endpointOf(world, endpoint)).toMatchObject({ position: 2, dead: 1 })
    const params = { endpointId: endpoint.id, deliveryId: dead?.id ?? '' }
    const again = async () => {
      const asked = await adminOf(world).inject(resendWebhookDelivery, { params })
      expect(asked.body.state).toBe('waiting')
      await sendOnce.run({ orgId: world.orgId, ...params }, context(sendOnce.name))
      return ledger(world, endpoint, 'dead')
    }
    expect(await again()).toHaveLength(1)
    server.ports.receiver = () => taken
    expect(await again()).toEqual([])
    expect(bodyOf(server.ports.called.at(-1) ?? { body: '' }).sequence).toBe(1)
  })

  it('stop where the answer is 410, or nothing arrives for five days, and the admins are told; what happened is not lost', async () => {
    const { world, endpoint } = await withEndpoint()
    server.ports.orgs.set(world.corpId, {
      name: '',
      departments: [],
      users: [],
      admins: [],
      codes: new Map(),
    })
    await happen(world)
    server.ports.receiver = () => ({ status: 410, retryAfterMs: null })
    expect(await deliver(world, endpoint)).toBeNull()
    expect(await endpointOf(world, endpoint)).toMatchObject({ state: 'disabled', disabledFor: 'gone' })
    const told = server.ports.sent.length
    await tellDisabled.run({ orgId: world.orgId, endpointId: endpoint.id }, context(tellDisabled.name))
    expect(server.ports.sent.slice(told)).toMatchObject([{ userIds: [world.admin.userId] }])
    await happen(world)
    const calls = server.ports.called.length
    expect(await deliver(world, endpoint)).toBeNull()
    expect(server.ports.called.length).toBe(calls)

    const params = { endpointId: endpoint.id }
    await adminOf(world).inject(changeWebhook, { params, body: { state: 'active' } })
    server.ports.receiver = () => Promise.reject(new WebhookUnanswered('timeout'))
    expect(await deliver(world, endpoint)).toBeGreaterThan(0)
    server.deps.clock.advance(5 * day)
    expect(await deliver(world, endpoint)).toBeNull()
    expect(await endpointOf(world, endpoint)).toMatchObject({
      state: 'disabled',
      disabledFor: 'failing',
      position: 1,
    })
    await adminOf(world).inject(changeWebhook, { params, body: { state: 'active' } })
    server.ports.receiver = () => taken
    expect(await deliver(world, endpoint)).toBeNull()
    expect(arrived(calls).at(-1)).toBe(2)
    expect(await endpointOf(world, endpoint)).toMatchObject({
      position: 2,
      state: 'active',
      failingSince: null,
    })
  })

  it('are signed by both secrets for a day after a rotation', async () => {
    const { world, endpoint, secret } = await withEndpoint()
    const params = { endpointId: endpoint.id }
    const next = (await world.admin.inject(rotateWebhookSecret, { params })).body
    expect(next.endpoint.oldSecretUntil).not.toBeNull()
    const signs = async () => {
      await happen(world)
      await deliver(world, endpoint)
      const call = server.ports.called.at(-1) ?? { headers: {}, body: '' }
      return [isSigned(secret, call), isSigned(next.secret, call), isSigned('whsec_AAAA', call)]
    }
    expect(await signs()).toEqual([true, true, false])
    server.deps.clock.advance(day)
    expect(await signs()).toEqual([false, true, false])
    const stored = await inOrg(world, async ({ tx }) =>
      JSON.stringify((await tx.execute(sql`select * from webhook_endpoints`)).rows),
    )
    expect(stored).not.toContain(secret)
  })

  it('are tested, narrowed to types, replayed from a number and removed by an admin', async () => {
    const { world, endpoint } = await withEndpoint(['member.left'])
    const params = { endpointId: endpoint.id }
    const admin = world.admin
    await admin.inject(changeWebhook, { params, body: { state: 'paused' } })
    const test = (await admin.inject(testWebhook, { params })).body
    const sending = { orgId: world.orgId, endpointId: endpoint.id, deliveryId: test.id }
    await sendOnce.run(sending, context(sendOnce.name))
    await sendOnce.run(sending, context(sendOnce.name)) // done once
    expect(await ledger(world, endpoint)).toMatchObject([
      { type: 'webhook.test', state: 'delivered', attempts: 1 },
    ])
    const from = server.ports.called.length
    await happen(world, 4)
    expect(await deliver(world, endpoint)).toBeNull()
    await admin.inject(changeWebhook, { params, body: { state: 'active' } })
    expect(await deliver(world, endpoint)).toBeNull()
    expect(arrived(from)).toEqual([2, 4])
    expect(await endpointOf(world, endpoint)).toMatchObject({ position: 4, behind: 0 })
    expect((await admin.inject(replayWebhook, { params, body: { after: 2 } })).body.position).toBe(2)
    await admin.inject(changeWebhook, { params, body: { types: null } })
    expect(await deliver(world, endpoint)).toBeNull()
    expect(arrived(from)).toEqual([2, 4, 3, 4])
    const now = server.deps.clock.now() + 31 * day
    await inOrg(world, (scope) => forgetEvents(scope, now))
    const tooOld = await admin.inject(replayWebhook, { params, body: { after: 2 } })
    expect(tooOld.problem.code).toBe('event.expired')
    expect(await ledger(world, endpoint)).toEqual([])
    expect((await admin.inject(addWebhook, { body: { url: 'http://10.0.0.1/' } })).problem.code).toBe(
      'webhook.address',
    )
    expect((await world.member.inject(listWebhooks)).problem.code).toBe('permission.missing')
    await admin.inject(removeWebhook, { params })
    expect((await admin.inject(removeWebhook, { params })).problem.code).toBe('resource.missing')
  })

  it('S-29: a receiver that follows the specification takes the genuine and nothing else', async () => {
    const { world, endpoint, secret } = await withEndpoint()
    await happen(world)
    await deliver(world, endpoint)
    const call = server.ports.called.at(-1)
    if (!call) throw new Error('nothing was sent')
    const turned = (name: string, value: string) => ({ ...call, headers: { ...call.headers, [name]: value } })
    const wrong = [
      { ...call, body: `${call.body} ` },
      { ...call, body: call.body.replace('member.joined', 'member.left') },
      { ...call, body: '' },
      turned('webhook-id', 'another'),
      turned('webhook-id', ''),
      turned('webhook-timestamp', '1'),
      turned('webhook-timestamp', ''),
      turned('webhook-signature', ''),
      turned('webhook-signature', (call.headers['webhook-signature'] ?? '').replace('v1,', 'v2,')),
      turned('webhook-signature', 'v1,AAAA'),
    ]
    const checks = [
      isSigned(secret, call),
      !isSigned(`whsec_${Buffer.alloc(32).toString('base64')}`, call),
      ...wrong.map((each) => !isSigned(secret, each)),
    ]
    const right = checks.filter(Boolean).length
    figure({
      id: 'S-29',
      n: checks.length,
      value: right,
      unit: 'checks of a receiver that hold',
      target: '=12',
      ok: right === 12,
    })
    expect(checks).toEqual(Array.from({ length: 12 }, () => true))
  })
})
