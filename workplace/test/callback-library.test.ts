import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Encryptor from 'dingtalk-encrypt'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually, newWorld, type Json, type World } from './world.ts'

/* An ISV who takes `dingtalk-encrypt` from npm and nothing else: it opens our pushes, we open its answers. */
const keys = {
  callbackToken: 'librarytoken',
  callbackAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE',
  suiteKey: 'suitelibrary00001',
}
const library = new Encryptor(keys.callbackToken, keys.callbackAesKey, keys.suiteKey)
const received: Json[] = []
let server: Server
let world: World

beforeAll(async () => {
  server = createServer((request, response) => {
    const query = new URL(request.url ?? '', 'http://isv').searchParams
    const parameter = (name: string) => query.get(name) ?? ''
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () => {
      const { encrypt } = JSON.parse(text) as { encrypt: string }
      const plain = library.getDecryptMsg(
        parameter('signature'),
        parameter('timestamp'),
        parameter('nonce'),
        encrypt,
      )
      // The library hands UTF-8 out byte by byte.
      received.push(JSON.parse(Buffer.from(plain, 'latin1').toString()))
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(library.getEncryptedMap('success', Date.now(), 'libraryNonce0001')))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  world = await newWorld({ suite: { ...keys, callbackUrl: `http://127.0.0.1:${port}/callback` } })
  await world.startPushes()
})
afterAll(async () => {
  await world.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

it('Z-20: dingtalk-encrypt opens pushes, Chinese included, and its answer counts as delivered', async () => {
  const org = await world.orgWithAdmin('中文名称有限公司')
  await org.admin.call('POST', `/orgs/${org.orgId}/apps`, {
    suiteId: world.suite.suiteId,
    acceptTerms: true,
    scope: { kind: 'all' },
  })
  const items = () =>
    received
      .flatMap((message) => message.bizData ?? [])
      .map((item: Json) => ({ ...item, data: JSON.parse(item.biz_data) }))
  const auth = await eventually(() =>
    items().find((item) => item.corp_id === org.corpId && item.biz_type === 4),
  )
  expect(auth.data.auth_corp_info.corp_name).toBe('中文名称有限公司')
  expect(received[0]).toEqual({ EventType: 'check_url' })
  const pending = async () =>
    (await world.app.inject({ url: '/client-api/operator/deliveries?state=pending' })).json<{
      items: Json[]
    }>().items
  await eventually(async () => (await pending()).length === 0)
  expect(items().filter((item) => item.corp_id === org.corpId && item.biz_type === 4)).toHaveLength(1)
})
