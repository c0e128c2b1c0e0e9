import { randomInt } from 'node:crypto'
import { urlOf } from '@kangbao/shared/contracts/client.ts'
import type { Contract } from '@kangbao/shared/contracts/contract.ts'
import { uploadFile } from '@kangbao/shared/contracts/files.ts'
import { sendKioskFile } from '@kangbao/shared/contracts/kiosk-tablet.ts'
import { fileElsewhere, newChallenge, send as sendCode } from '../../src/features/codes/index.ts'
import { apiPrefix } from '../../src/http/route.ts'
import { user } from '../host.ts'
import { bitPng, pdf } from '../pictures.ts'
import { xlsForm } from '../workbooks.ts'
import { scanReply } from '../response-scan.ts'
import type { TestServer } from '../server.ts'
import { until } from '../until.ts'
import type { Objects, ObjectName } from './objects.ts'
import type { Entry, Tools } from './registry.ts'

export interface Reply {
  readonly status: number
  readonly code: string | null
  readonly text: string
}

export interface Call {
  readonly params?: Record<string, unknown> | undefined
  readonly query?: Record<string, unknown> | undefined
  readonly body?: unknown
  /** What a route asks for beside its contract’s input. */
  readonly headers?: Record<string, string> | undefined
}

export interface Sent {
  readonly headers?: Record<string, string>
  readonly token: string | null
}

/** One request, as a browser would send it. */
export async function send(
  server: TestServer,
  contract: Contract,
  call: Call,
  { token, headers }: Sent,
): Promise<Reply> {
  const response = await server.app.inject({
    method: contract.method,
    url: urlOf(apiPrefix, contract.path, call.params, call.query),
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(contract.consumes ? { 'content-type': contract.consumes } : {}),
      ...call.headers,
      ...headers,
    },
    ...(contract.consumes ? { payload: bytesFor(contract) } : {}),
    ...(call.body === undefined ? {} : { payload: call.body as object }), // a body of a contract is an object
  })
  const isJson = String(response.headers['content-type']).includes('json')
  if (isJson) scanReply(contract, response.body)
  const code = isJson ? response.json<{ code?: unknown }>().code : null
  return {
    status: response.statusCode,
    code: typeof code === 'string' ? code : null,
    text: isJson ? response.body : response.rawPayload.toString('latin1'),
  }
}

function bytesFor({ path }: Contract): Buffer {
  if (path === sendKioskFile.path) return bitPng(60, 20)
  return path === uploadFile.path ? pdf() : xlsForm()
}

/** The request of an entry on some objects, and which of them it named. */
export async function requestOf(
  entry: Entry,
  objects: Objects,
  tools: Tools,
): Promise<{ call: Call; named: ObjectName[] }> {
  const named = new Set<ObjectName>()
  const watched = new Proxy(objects, {
    get(target, name: ObjectName) {
      named.add(name)
      return target[name]
    },
  })
  const call: Call = await entry.request(watched, tools)
  return { call, named: [...named].filter((name) => name !== 'period') }
}

/** The stand-ins a valid request may need. */
export function toolsOf(server: TestServer): Tools {
  const newPhone = () => `139${String(randomInt(100_000_000)).padStart(8, '0')}`
  const newMailAddress = () => `user${randomInt(1_000_000_000)}@example.com`
  return {
    newPhone,
    newMailAddress,
    pageUrl: `${server.deps.config.PUBLIC_URL}/m/forms/`,
    setupToken: server.deps.config.SETUP_TOKEN ?? '',
    async smsCode(phone, purpose) {
      const challenge = newChallenge()
      const ip = `10.${randomInt(250)}.${randomInt(250)}.${randomInt(250)}`
      const asked = {
        purpose,
        phone,
        asker: challenge,
        orgId: null,
        isKnown: true,
        ip,
        locale: 'zh-CN' as const,
      }
      await sendCode(server.deps, asked)
      const texts = () => server.ports.texts.filter(({ to }) => to === phone)
      const sent = await until(texts, (list) => list.length > 0)
      return { phone, code: sent.at(-1)?.params['code'] ?? '', challenge }
    },
    async mailCode() {
      const address = newMailAddress()
      const challenge = newChallenge()
      const ip = `10.${randomInt(250)}.${randomInt(250)}.${randomInt(250)}`
      const purpose = 'confirm-mail'
      const asked = { purpose, asker: challenge, orgId: null, isKnown: true, ip, locale: 'en' } as const
      const { code } = await fileElsewhere(server.deps, asked, `mail:${address}`, 'mail')
      return { address, code, challenge }
    },
    authCode(corpId, userId) {
      const code = `code-${randomInt(1_000_000_000)}`
      server.ports.orgs.set(corpId, {
        name: '测试企业',
        departments: [],
        users: [user(userId, [1])],
        admins: [],
        codes: new Map([[code, userId]]),
      })
      return code
    },
  }
}
