import { once } from 'node:events'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { eventually, newPhone, newWorld, type Json, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await newWorld({ suite: { pushStyle: 'stream', callbackUrl: '' } })
  await world.startPushes()
  await world.app.listen({ port: 0, host: '127.0.0.1' })
})
afterAll(() => world.close())

const port = () => {
  const address = world.app.server.address()
  return typeof address === 'object' && address ? address.port : 0
}

const open = async (changes: object = {}): Promise<Json> => {
  const answer = await fetch(`http://127.0.0.1:${port()}/openapi/v1.0/gateway/connections/open`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      clientId: world.suite.suiteKey,
      clientSecret: world.suite.suiteSecret,
      subscriptions: [{ type: 'EVENT', topic: '*' }],
      ua: 'test',
      ...changes,
    }),
  })
  return { status: answer.status, ...((await answer.json()) as object) }
}

/** A receiver as the SDK is one: says SUCCESS to what comes, or whatever it is told to say. */
async function connect(answer: () => string = () => 'SUCCESS') {
  const { endpoint, ticket } = await open()
  const socket = new WebSocket(`${endpoint}?ticket=${ticket}`)
  const frames: Json[] = []
  socket.on('message', (data) => {
    const frame = JSON.parse(String(data)) as Json
    frames.push(frame)
    if (frame.type !== 'EVENT') return
    socket.send(
      JSON.stringify({
        code: 200,
        headers: { messageId: frame.headers.messageId, contentType: 'application/json' },
        message: 'OK',
        data: JSON.stringify({ status: answer(), message: '' }),
      }),
    )
  })
  await once(socket, 'open')
  const events = (type: string) =>
    frames
      .filter((one) => one.headers.eventType === type)
      .map((one) => ({ ...one.headers, data: JSON.parse(one.data) as Json }))
  return { socket, events, frames, ticket, endpoint }
}

const ticketOf = async () => (await world.db.one<{ ticket: string }>(sql`select ticket from suites`))?.ticket

it('Z-20: a suite that opens a connection gets its ticket and what happens, each with its receipt', async () => {
  const stream = await connect()
  const [ticket] = await eventually(() =>
    stream.events('suite_ticket').length > 0 ? stream.events('suite_ticket') : null,
  )
  expect(ticket).toMatchObject({
    topic: '*',
    eventUnifiedAppId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4/) as string,
    data: { suiteTicket: await ticketOf() },
  })
  const { admin, orgId, corpId } = await world.orgWithAdmin()
  const { body: app } = await admin.call('POST', `/orgs/${orgId}/apps`, {
    suiteId: world.suite.suiteId,
    acceptTerms: true,
    scope: { kind: 'all' },
  })
  const event = (type: string) =>
    eventually(() => stream.events(type).find((one) => one.eventCorpId === corpId))
  expect(await event('org_suite_auth')).toMatchObject({
    data: {
      authCorpInfo: { corpid: corpId },
      authScope: { authOrgScopes: { authedDept: [1] } },
      authInfo: { agent: [{ agentid: app.agentId }] },
    },
  })
  const { body: member } = await admin.call('POST', `/orgs/${orgId}/members`, {
    name: '流式',
    phone: newPhone(),
    departments: [{ deptId: 1 }],
  })
  const added = await event('user_add_org')
  expect(added.data).toMatchObject({ userid: member.userid, name: '流式', department: [1] })
  expect(JSON.stringify(added)).not.toMatch(/mobile|phone|138\d{8}/)
  const pending = await world.app.inject({ url: '/client-api/operator/deliveries?state=pending' })
  expect(pending.json<{ items: Json[] }>().items).toEqual([])
  expect((await world.app.inject({ url: '/client-api/operator/suites' })).json<Json>().items).toMatchObject([
    { pushStyle: 'stream', isUrlChecked: true },
  ])
  stream.socket.close()
  await eventually(() => !world.deps.streams.has(world.suite.suiteId))
})

it('Z-20: what it puts off, or what nobody was there for, comes again; nothing is lost', async () => {
  const { admin, orgId, corpId } = await world.orgWithAdmin()
  await admin.call('POST', `/orgs/${orgId}/apps`, {
    suiteId: world.suite.suiteId,
    acceptTerms: true,
    scope: { kind: 'all' },
  })
  let says = 'LATER'
  const stream = await connect(() => says)
  const mine = () => stream.events('org_suite_auth').filter((one) => one.eventCorpId === corpId)
  await eventually(() => mine().length === 1)
  const failing = await eventually(async () =>
    (await world.app.inject({ url: '/client-api/operator/deliveries?state=pending' }))
      .json<{ items: Json[] }>()
      .items.find((row) => row.orgId === orgId && row.lastError),
  )
  expect(failing.lastError).toBe('the receiver says LATER')
  says = 'SUCCESS'
  world.clock.advance(3000)
  await eventually(() => mine().length === 2)
  expect(mine()[1]?.eventId).toBe(mine()[0]?.eventId)
  stream.socket.terminate()
})

it('S-71: a connection takes the suite’s secret and a ticket that is used once, in time, at its own address', async () => {
  expect(await open({ clientSecret: 'wrong' })).toMatchObject({
    status: 400,
    code: 'invalidClientIdOrSecret',
  })
  expect(await open({ clientId: 'nobody' })).toMatchObject({ status: 400 })
  const refused = async (url: string) => {
    const socket = new WebSocket(url)
    const [error] = (await once(socket, 'error')) as [Error]
    return error.message
  }
  const first = await connect()
  expect(await refused(`${first.endpoint}?ticket=${first.ticket}`)).toContain('401')
  expect(await refused(`${first.endpoint}?ticket=made-up`)).toContain('401')
  expect(await refused(String(first.endpoint))).toContain('401')
  const { endpoint, ticket } = await open()
  expect(
    await refused(`${String(endpoint).replace('/stream/connect', '/client-api/events')}?ticket=${ticket}`),
  ).toContain('401')
  world.clock.advance(91_000)
  expect(await refused(`${endpoint}?ticket=${ticket}`)).toContain('401')
  // Nonsense and floods of it end the connection, not the workplace.
  first.socket.send('not json')
  first.socket.send(JSON.stringify({ code: 200, headers: { messageId: 'unknown' }, data: 5 }))
  first.socket.send('x'.repeat(70_000))
  await once(first.socket, 'close')
  expect((await world.app.inject('/healthz')).statusCode).toBe(200)
})
