import { createServer, type Server } from 'node:http'
import { globalAgent } from 'node:https'
import { connect, type AddressInfo } from 'node:net'
import { DWClient, EventAck, type DWClientDownStream } from 'dingtalk-stream'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { eventually, newWorld, type Json, type World } from './world.ts'

/*
 * DingTalk's own receiver of Stream pushes, as it comes from npm. It knows one address only, so what this process sends to
 * api.dingtalk.com arrives here, without TLS.
 */
let world: World
let proxy: Server
const asked: string[] = []
const clients: DWClient[] = []

beforeAll(async () => {
  world = await newWorld({ suite: { pushStyle: 'stream', callbackUrl: '' } })
  await world.startPushes()
  const base = await world.app.listen({ port: 0, host: '127.0.0.1' })
  proxy = createServer((request, response) => {
    asked.push(`${request.headers.host} ${request.url}`)
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => void forward())
    const forward = async (): Promise<void> => {
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(`${base}/openapi${request.url}`, {
        method: 'POST',
        headers,
        body: Buffer.concat(chunks),
      })
      response.writeHead(answer.status, headers).end(await answer.text())
    }
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const { port } = proxy.address() as AddressInfo
  vi.spyOn(globalAgent, 'createConnection').mockImplementation(() => connect(port, '127.0.0.1'))
  vi.spyOn(console, 'info').mockImplementation(() => undefined)
})
afterEach(() => clients.splice(0).forEach((client) => client.disconnect()))
afterAll(async () => {
  vi.restoreAllMocks()
  await world.close()
  proxy.closeAllConnections()
  await new Promise((resolve) => proxy.close(resolve))
})

/** The client with what it heard; `answer` is its receipt. */
async function connected(answer: (event: DWClientDownStream) => EventAck = () => EventAck.SUCCESS) {
  const { suiteKey: clientId, suiteSecret: clientSecret } = world.suite
  const client = new DWClient({ clientId, clientSecret })
  clients.push(client)
  const heard: { type: string; corpId: string; data: Json }[] = []
  client.registerAllEventListener((event) => {
    const { eventType = '', eventCorpId = '' } = event.headers
    heard.push({ type: eventType, corpId: eventCorpId, data: JSON.parse(event.data) as Json })
    return { status: answer(event) }
  })
  await client.connect()
  return heard
}

const install = (org: Awaited<ReturnType<World['orgWithAdmin']>>) =>
  org.admin.call('POST', `/orgs/${org.orgId}/apps`, {
    suiteId: world.suite.suiteId,
    acceptTerms: true,
    scope: { kind: 'all' },
  })

it('Z-20: dingtalk-stream connects, gets the ticket and what an organisation authorised', async () => {
  const heard = await connected()
  expect(asked).toContain('api.dingtalk.com /v1.0/gateway/connections/open')
  const ticket = await eventually(() => heard.find(({ type }) => type === 'suite_ticket'))
  expect(ticket.data.suiteTicket).toEqual(expect.any(String))
  const org = await world.orgWithAdmin('中文名称有限公司')
  await install(org)
  const auth = await eventually(() =>
    heard.find(({ type, corpId }) => type === 'org_suite_auth' && corpId === org.corpId),
  )
  expect(auth.data).toMatchObject({
    authCorpInfo: { corpName: '中文名称有限公司' },
    authScope: { authOrgScopes: { authedDept: [1] } },
    authInfo: { agent: [{ appid: world.suite.appId }] },
  })
})

it('Z-20: what dingtalk-stream puts off comes again; what it took does not', async () => {
  let isLater = true
  const heard = await connected(() => {
    if (!isLater) return EventAck.SUCCESS
    isLater = false
    return EventAck.LATER
  })
  const org = await world.orgWithAdmin()
  isLater = true
  await install(org)
  const auths = () => heard.filter(({ type, corpId }) => type === 'org_suite_auth' && corpId === org.corpId)
  await eventually(() => auths().length >= 2)
  expect(auths()).toHaveLength(2)
})
