import { randomInt } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { fileURLToPath } from 'node:url'
import { createTestDatabase } from '@kangbao/launcher/test-database.ts'
import type { FastifyInstance } from 'fastify'
import pino from 'pino'
import { buildApp } from '../api/app.ts'
import { createClock, type SteeredClock } from '../api/clock.ts'
import { loadConfig, type Config, type Suite } from '../api/config.ts'
import { decryptCallback, encryptCallback, type CallbackKeys, type Envelope } from '../api/crypto/callback.ts'
import { openDatabase, type Database } from '../api/db/database.ts'
import { migrate } from '../api/db/migrate.ts'
import { noSwitches, type Deps, type SmsMessage } from '../api/deps.ts'
import { startRunner } from '../api/pushes/runner.ts'
import { createStreamHub } from '../api/pushes/stream-hub.ts'

const migrations = fileURLToPath(new URL('../migrations', import.meta.url))

export interface World {
  app: FastifyInstance
  deps: Deps
  db: Database
  clock: SteeredClock
  sent: SmsMessage[]
  suite: Suite
  isv: FakeIsv
  person(name?: string, phone?: string): Promise<Person>
  orgWithAdmin(name?: string): Promise<{ admin: Person; orgId: string; corpId: string; userid: string }>
  startPushes(): Promise<void>
  oapi(
    path: string,
    given?: { query?: Record<string, string>; body?: unknown; get?: boolean },
  ): Promise<Record<string, unknown>>
  /** As `oapi`, on the side that answers failure with a status. */
  openapi(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    given?: { token?: string; body?: unknown },
  ): Promise<{ status: number; body: Json }>
  /** A corp token of the suite for the org, as an ISV gets it. */
  corpToken(corpId: string): Promise<string>
  close(): Promise<void>
}

export interface Person {
  phone: string
  token: string
  call(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: Json }>
  upload(path: string, name: string, bytes: Buffer): Promise<{ status: number; body: Json }>
  /** As `upload`, in place of what is there. */
  put(path: string, name: string, bytes: Buffer): Promise<{ status: number; body: Json }>
}

// Tests read whatever fields they expect; a missing one fails the expectation.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any

/** A workplace of its own: own database, own clock, a fake ISV that decrypts what it is pushed. */
export async function newWorld(
  given: {
    pushStyle?: Suite['pushStyle']
    suite?: Partial<Suite>
    /** Beside the first, and like it but for what is given. */
    moreSuites?: readonly Partial<Suite>[]
    limits?: Partial<Config['limits']>
    requestLimits?: Config['requestLimits']
    adminPasswordRule?: Config['adminPasswordRule']
    staticDir?: string
    helpContact?: Config['helpContact']
    /** Whatever else of the configuration a test is about. */
    config?: Partial<Config>
  } = {},
): Promise<World> {
  const database = await createTestDatabase({
    template: 'workplace',
    migrate: (url) => migrate(url, migrations),
  })
  const isv = await startFakeIsv()
  const suite: Suite = {
    suiteId: '1489999001',
    appId: 45678,
    suiteKey: 'suitetestkey0001',
    suiteSecret: 'testsuitesecret0001',
    callbackToken: isv.keys.token,
    callbackAesKey: isv.keys.aesKey,
    callbackUrl: `${isv.url}/callback`,
    pushStyle: given.pushStyle ?? 'synchttp',
    name: '智能填表',
    icon: '',
    description: '',
    developer: '康报',
    homeUrl: 'http://localhost:7200/m/forms/?corpId=$CORPID$',
    pcHomeUrl: '',
    adminUrl: '',
    ssoSecret: '',
    redirectUrls: [],
    templatesOnly: false,
    templates: [
      {
        templateId: 'remind',
        msg: { msgtype: 'markdown', markdown: { title: '${name}', text: '${name}请填写' } },
      },
    ],
    ...given.suite,
  }
  const defaults = loadConfig({
    CLOCK_CONTROL: '1',
    SESSION_SECRET: 'x'.repeat(32),
    PUBLIC_URL: 'http://localhost:7100',
    LOG_LEVEL: 'silent',
  })
  const config: Config = {
    ...defaults,
    databaseUrl: database.url,
    suites: [suite, ...(given.moreSuites ?? []).map((more) => ({ ...suite, ...more }))],
    limits: { ...defaults.limits, qps: 0, ...given.limits },
    requestLimits: given.requestLimits ?? defaults.requestLimits,
    adminPasswordRule: given.adminPasswordRule ?? defaults.adminPasswordRule,
    staticDir: given.staticDir ?? defaults.staticDir,
    helpContact: given.helpContact ?? defaults.helpContact,
    ...given.config,
  }
  const log = pino({ level: process.env['TEST_LOG'] ?? 'silent' })
  const db = openDatabase(database.url, log)
  const sent: SmsMessage[] = []
  const clock = createClock()
  const sms = { send: async (message: SmsMessage) => void sent.push(message) }
  const deps = { config, clock, db, sms, log, switches: noSwitches(), streams: createStreamHub() }
  const app = await buildApp(deps)
  let runner: { stop(): Promise<void> } | null = null

  const world: World = {
    app,
    deps,
    db,
    clock,
    sent,
    suite,
    isv,
    person: (name, phone) => signUp(app, sent, name, phone),
    async orgWithAdmin(name = '河南测试有限公司') {
      const admin = await world.person('王管理')
      const org = await admin.call('POST', '/orgs', {
        name,
        industry: '信息技术',
        location: '河南省郑州市',
        sizeBand: '100-499',
        acceptTerms: true,
      })
      const { orgId, corpId, userid } = org.body
      await admin.call('PUT', `/orgs/${orgId}/admin-access/password`, { password: 'Qy123456' })
      return { admin, orgId, corpId, userid }
    },
    async startPushes() {
      runner = await startRunner(deps)
    },
    async oapi(path, { query = {}, body, get } = {}) {
      const answer = await app.inject({
        method: get ? 'GET' : 'POST',
        url: `/oapi${path}?${new URLSearchParams(query).toString()}`,
        ...(body === undefined ? {} : { payload: body as object }),
      })
      return answer.json()
    },
    async openapi(method, path, { token, body } = {}) {
      const answer = await app.inject({
        method,
        url: `/openapi${path}`,
        headers: token ? { 'x-acs-dingtalk-access-token': token } : {},
        ...(body === undefined ? {} : { payload: body as object }),
      })
      return { status: answer.statusCode, body: answer.json() }
    },
    async corpToken(corpId) {
      const ticket = await db.one<{ ticket: string }>(
        (await import('drizzle-orm')).sql`select ticket from suites`,
      )
      const answer = await app.inject({
        method: 'POST',
        url: '/openapi/v1.0/oauth2/corpAccessToken',
        payload: {
          suiteKey: suite.suiteKey,
          suiteSecret: suite.suiteSecret,
          authCorpId: corpId,
          suiteTicket: ticket?.ticket,
        },
      })
      return answer.json<{ accessToken: string }>().accessToken
    },
    async close() {
      await app.close()
      await runner?.stop()
      await db.close()
      await isv.close()
      await database.drop()
    },
  }
  return world
}

export const newPhone = (): string => `138${String(randomInt(100_000_000)).padStart(8, '0')}`

async function signUp(
  app: FastifyInstance,
  sent: SmsMessage[],
  name = '测试人',
  phone = newPhone(),
): Promise<Person> {
  await app.inject({ method: 'POST', url: '/client-api/sms-codes', payload: { phone } })
  const code = sent.findLast((message) => message.to === phone)?.params['code']
  const answer = await app.inject({
    method: 'POST',
    url: '/client-api/sessions',
    payload: { phone, code, name, acceptTerms: true },
  })
  const { token } = answer.json<{ token: string }>()
  const headers = { authorization: `Bearer ${token}` }
  async function sendFile(
    method: 'POST' | 'PUT',
    path: string,
    { name, bytes }: { name: string; bytes: Buffer },
  ) {
    const boundary = 'xxBOUNDARYxx'
    const payload = Buffer.concat([
      Buffer.from(
        `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: application/octet-stream\r\n\r\n`,
      ),
      bytes,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ])
    const reply = await app.inject({
      method,
      url: `/client-api${path}`,
      headers: { ...headers, 'content-type': `multipart/form-data; boundary=${boundary}` },
      payload,
    })
    return { status: reply.statusCode, body: reply.json() }
  }
  return {
    phone,
    token,
    async call(method, path, body) {
      const reply = await app.inject({
        method,
        url: `/client-api${path}`,
        headers,
        ...(body === undefined ? {} : { payload: body as object }),
      })
      return { status: reply.statusCode, body: reply.json() }
    },
    upload: (path, name, bytes) => sendFile('POST', path, { name, bytes }),
    put: (path, name, bytes) => sendFile('PUT', path, { name, bytes }),
  }
}

export interface FakeIsv {
  url: string
  keys: CallbackKeys
  received: Record<string, Json>[]
  /** While true it answers 500. */
  isDown: boolean
  close(): Promise<void>
}

/** The first check of an app of long ago comes under the name all apps have before they are made. */
function openPush(keys: CallbackKeys, envelope: Envelope): string {
  try {
    return decryptCallback(keys, envelope)
  } catch {
    return decryptCallback({ ...keys, ownerKey: 'suite4xxxxxxxxxxxxxxx' }, envelope)
  }
}

/** Decrypts what it is pushed and answers the encrypted success, as an ISV does. */
async function startFakeIsv(): Promise<FakeIsv> {
  const keys = {
    token: 'testtoken',
    aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE',
    ownerKey: 'suitetestkey0001',
  }
  const isv: FakeIsv = { url: '', keys, received: [], isDown: false, close: () => Promise.resolve() }
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (isv.isDown) return response.writeHead(500).end()
      const query = new URL(request.url ?? '', 'http://isv').searchParams
      const { encrypt } = JSON.parse(Buffer.concat(chunks).toString()) as { encrypt: string }
      const [signature, timestamp, nonce] = [
        query.get('signature') ?? '',
        query.get('timestamp') ?? '',
        query.get('nonce') ?? '',
      ]
      isv.received.push(
        JSON.parse(openPush(keys, { signature, timestamp, nonce, encrypt })) as Record<string, Json>,
      )
      const sealed = encryptCallback(keys, 'success', { timestamp: String(Date.now()) })
      response.setHeader('content-type', 'application/json')
      response.end(
        JSON.stringify({
          msg_signature: sealed.signature,
          timeStamp: sealed.timestamp,
          nonce: sealed.nonce,
          encrypt: sealed.encrypt,
        }),
      )
      return undefined
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  isv.url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  isv.close = () =>
    new Promise((resolve) => {
      server.closeAllConnections()
      server.close(() => resolve())
    })
  return isv
}

/** Items of all SyncHTTP envelopes so far, with biz_data read. */
export const bizItems = (isv: FakeIsv): { biz_type: number; biz_id: string; corp_id: string; data: Json }[] =>
  isv.received.flatMap((message) =>
    ((message['bizData'] as Json[] | undefined) ?? []).map((item: Json) => ({
      ...item,
      data: JSON.parse(item.biz_data),
    })),
  )

/** Waits for something that happens in the background. */
export async function eventually<T>(
  read: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  ms = 20_000,
): Promise<T> {
  const end = Date.now() + ms
  for (;;) {
    const value = await read()
    if (value) return value
    if (Date.now() > end) throw new Error('waited in vain')
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
