import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Contract } from '@kangbao/shared/contracts/contract.ts'
import { features, type Feature } from '../src/features/index.ts'
import { governmentOpenApi } from '@kangbao/shared/contracts/government-openapi.ts'
import { openApiDocument } from '../src/http/open-api-document.ts'
import { apiPrefix, forbidUndeclaredRoutes } from '../src/http/route.ts'
import { startTestServer, type TestServer } from './server.ts'
import { signToken } from './world.ts'

const contractsDir = fileURLToPath(new URL('../../shared/src/contracts/', import.meta.url))
/** Contracts other processes serve. */
const servedElsewhere = ['government.ts']

function isContract(value: unknown): value is Contract {
  return (
    typeof value === 'object' &&
    value !== null &&
    'method' in value &&
    'path' in value &&
    'permission' in value
  )
}

async function allContracts(): Promise<Contract[]> {
  const files = (await readdir(contractsDir)).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !servedElsewhere.includes(file),
  )
  const modules: object[] = await Promise.all(files.map((file) => import(`${contractsDir}${file}`)))
  return modules.flatMap((each) => Object.values(each)).filter(isContract)
}

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

interface Document {
  readonly info: { readonly title: string; readonly version: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}
interface Operation {
  readonly summary?: string
  readonly description?: string
  readonly security?: readonly object[]
  readonly responses?: Readonly<Record<string, { content?: Readonly<Record<string, unknown>> }>>
}

it('S-01: the routes without a session are those docs/security.md gives a reason for', async () => {
  const text = await readFile(new URL('../../docs/security.md', import.meta.url), 'utf8')
  const section = /### Routes without a session\n([^]*?)\n## /.exec(text)?.[1] ?? ''
  const named = [...section.matchAll(/`((?:GET|POST|PUT|DELETE) [^`]+)`/g)].map(([, route]) => route)
  const open = (await allContracts()).filter(({ permission }) => permission === 'public')
  expect(named.toSorted()).toEqual(open.map(({ method, path }) => `${method} ${path}`).toSorted())
})

describe('every contract', () => {
  it('is registered exactly once, with its permission, and stands in the document', async () => {
    const contracts = await allContracts()
    expect(contracts.length).toBeGreaterThan(30)
    const names = contracts.map(({ method, path }) => `${method} ${path}`)
    expect(names.toSorted()).toEqual([...new Set(names)].toSorted())
    const missing = contracts.filter(
      ({ method, path }) => !server.app.hasRoute({ method, url: `${apiPrefix}${path}` }),
    )
    expect(missing.map(({ method, path }) => `${method} ${path}`)).toEqual([])
    const { info, paths } = (await server.app.inject('/docs/json')).json<Document>()
    expect(info.title).toContain('Kangbao')
    for (const contract of contracts) {
      const path = `${apiPrefix}${contract.path}`.replace(/:(\w+)/g, '{$1}')
      const operation = paths[path]?.[contract.method.toLowerCase()]
      expect([path, operation?.summary]).toEqual([path, contract.summary])
      expect([path, operation?.security]).toEqual([
        path,
        contract.permission === 'public'
          ? []
          : [{ bearer: [] }, ...(contract.scope ? [{ apiToken: [contract.scope] }] : [])],
      ])
      for (const code of contract.errors) expect(operation?.description).toContain(code)
      if ((contract.produces ?? 'application/json') === 'application/json')
        expect(operation?.responses?.['default']?.content).toHaveProperty(['application/problem+json'])
    }
  })

  it('asks for a session where its permission is not public', async () => {
    for (const { method, path, permission } of await allContracts()) {
      if (permission === 'public') continue
      const url = `${apiPrefix}${path}`.replace(/:\w+/g, '01938f6e-3c2a-7c3e-9a55-0d6f8d0a1b2c')
      const response = await server.app.inject({ method, url })
      expect([method, path, response.statusCode, response.json().code]).toEqual([
        method,
        path,
        401,
        'session.missing',
      ])
    }
  })
})

describe('a route that does not say who may call it', () => {
  it('keeps the server from starting', async () => {
    const app = fastify()
    forbidUndeclaredRoutes(app)
    expect(() =>
      app.get('/open', { config: { permission: 'public', rate: 'page' } }, () => 'x'),
    ).not.toThrow()
    expect(() => app.get('/planted', () => 'x')).toThrow('/planted declares no permission')
    await app.close()
  })

  it('keeps the whole server from starting when planted in a feature', async () => {
    const planted: Feature = {
      routes: async (app) => {
        app.get('/planted', () => 'x')
      },
    }
    const list = features as Feature[] // the test plants one and takes it out again
    list.push(planted)
    try {
      await expect(startTestServer()).rejects.toThrow('/planted declares no permission')
    } finally {
      list.pop()
    }
  })
})

describe('limits', () => {
  it('answer 429 with a problem and retry-after, per address and route', async () => {
    const call = () =>
      server.app.inject({
        method: 'POST',
        url: '/api/sessions/setup',
        remoteAddress: '203.0.113.200',
        payload: { token: 'not-the-set-up-token' },
      })
    for (let i = 0; i < 10; i += 1) expect((await call()).statusCode).toBe(401)
    const refused = await call()
    expect(refused.statusCode).toBe(429)
    expect(refused.headers['content-type']).toContain('application/problem+json')
    expect(refused.json()).toMatchObject({ code: 'rate.limited', status: 429 })
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    const elsewhere = await server.app.inject({ url: '/healthz', remoteAddress: '203.0.113.200' })
    expect(elsewhere.statusCode).toBe(200)
  })

  it('count a member wherever he calls from, and nobody else', async () => {
    const token = (sub: string) => signToken(server, { sub, org: sub, role: 'member' })
    const [one, two] = [
      token('01938f6e-3c2a-7c3e-9a55-0d6f8d0a1b2c'),
      token('01938f6e-3c2a-7c3e-9a55-0d6f8d0a1b2d'),
    ]
    const call = (bearer: string, i: number) =>
      server.app.inject({
        url: '/api/sessions',
        remoteAddress: `198.51.100.${i % 250}`,
        headers: { authorization: `Bearer ${bearer}` },
      })
    const statuses: number[] = []
    for (let i = 0; i < 301; i += 1) statuses.push((await call(one, i)).statusCode)
    expect([statuses.filter((status) => status === 200).length, statuses.at(-1)]).toEqual([300, 429])
    expect((await call(two, 1)).statusCode).toBe(200)
  })
})

describe('docs/openapi.json', () => {
  it('is what the contracts say now (pnpm --filter @kangbao/server openapi)', async () => {
    const kept = await readFile(new URL('../../docs/openapi.json', import.meta.url), 'utf8')
    expect(JSON.parse(kept)).toEqual(JSON.parse(await openApiDocument()))
  })
})

describe('Z-47: docs/government-openapi.json', () => {
  it('is what the schema of reports says now (pnpm --filter @kangbao/server openapi)', async () => {
    const kept = await readFile(new URL('../../docs/government-openapi.json', import.meta.url), 'utf8')
    expect(JSON.parse(kept)).toEqual(JSON.parse(JSON.stringify(governmentOpenApi())))
  })
})
