import { createServer, type AddressInfo } from 'node:net'
import type { Config, Suite } from '../src/config.ts'
import { startTestServer, type TestServer } from './server.ts'

// Fields are looked up as the test expects them; a missing one fails the expectation.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any

export interface WorkplaceAdmin {
  call(method: string, path: string, body?: unknown): Promise<{ status: number; body: Json }>
}

export interface Workplace {
  readonly app: { listen(at: { port: number; host: string }): Promise<string> }
  readonly clock: { advance(ms: number): void }
  orgWithAdmin(name: string): Promise<{
    readonly admin: WorkplaceAdmin
    readonly orgId: string
    readonly corpId: string
    readonly userid: string
  }>
  startPushes(): Promise<void>
  close(): Promise<void>
}

/**
 * Loaded by address, not imported: the two programs know nothing of each other, and each describes Fastify to the
 * compiler in its own way. Only these tests see both.
 */
async function newWorkplace(given: { suite: object; moreSuites: readonly object[] }): Promise<Workplace> {
  const address = new URL('../../workplace/test/world.ts', import.meta.url).href
  const { newWorld }: { newWorld(given: object): Promise<Workplace> } = await import(address)
  return newWorld(given)
}

export interface BothHalves {
  readonly server: TestServer
  readonly workplace: Workplace
  /** Where the server listens. */
  readonly origin: string
  close(): Promise<void>
}

/**
 * The server and the embedded workplace over real HTTP: the workplace pushes encrypted callbacks to the server, the
 * server reads the workplace through the adapter it uses for DingTalk.
 */
export async function startBothHalves(
  suites: readonly [Suite, ...Suite[]],
  config: Partial<Config> = {},
): Promise<BothHalves> {
  const port = await freePort()
  const server = await startTestServer({
    config: {
      WORKPLACE_OAPI_URL: `http://127.0.0.1:${port}/oapi`,
      WORKPLACE_API_URL: `http://127.0.0.1:${port}/openapi`,
      ...config,
    },
    suites,
  })
  server.startJobs()
  const origin = await server.app.listen({ port: 0, host: '127.0.0.1' })
  const [suite, ...moreSuites] = suites.map((each) => ({
    ...each,
    callbackUrl: `${origin}/callback/dingtalk/${each.app}`,
  }))
  if (!suite) throw new Error('no suite')
  const workplace = await newWorkplace({ suite, moreSuites })
  await workplace.app.listen({ port, host: '127.0.0.1' })
  await workplace.startPushes()
  return {
    server,
    workplace,
    origin,
    async close() {
      await server.close()
      await workplace.close()
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo // listening on TCP
      probe.close(() => resolve(port))
    })
  })
}
