import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { createTestDatabase, testAppRole } from '@kangbao/launcher/test-database.ts'
import { buildApp } from '../src/app.ts'
import { movableClock } from '../src/adapters/clocks.ts'
import type { Config, Suite } from '../src/config.ts'
import { migrate } from '../src/db/migrate.ts'
import { makeDeps, type Deps } from '../src/deps.ts'
import { features } from '../src/features/index.ts'
import { startRunner, type Runner } from '../src/jobs/runner.ts'
import { FakePorts } from './fake-ports.ts'

const migrationsDir = fileURLToPath(new URL('../../migrations', import.meta.url))

/** 2026-03-02 is a Monday; 10:00 in Shanghai. */
export const testNow = Date.parse('2026-03-02T02:00:00Z')

export interface TestServer {
  readonly app: FastifyInstance
  readonly deps: Deps
  readonly ports: FakePorts
  /** Address of the owner, who may do to tables what the server may not. */
  readonly ownerUrl: string
  /** Address of a role that reads every row and writes none. */
  readonly backupUrl: string
  /** Runs jobs as the worker does; not started unless asked for. */
  startJobs(): Runner
  close(): Promise<void>
}

interface TestServerOptions {
  readonly config?: Partial<Config>
  readonly deps?: (config: Config) => Partial<Deps>
  /** With suites of a workplace that runs, the server talks to it, by the true time, instead of to a fake. */
  readonly suites?: readonly Suite[]
}

/** A whole server on a database of its own: one per test file. Ports to the outside are fakes unless overridden. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const database = await createTestDatabase({
    template: 'server',
    migrate: (url) => migrate(url, migrationsDir, testAppRole),
  })
  const clock = movableClock()
  if (!options.suites) clock.set(testNow)
  const ports = new FakePorts()
  const redisUrl = process.env['REDIS_URL']
  const dataDir = await mkdtemp(join(tmpdir(), 'kangbao-server-'))
  const config: Config = {
    PORT: 0,
    HOST: '127.0.0.1',
    PUBLIC_URL: 'http://localhost:7200',
    TRUST_PROXY: '',
    DEPLOYMENT: 'development',
    ROLE: 'all',
    DATABASE_URL: database.appUrl,
    DATABASE_POOL: 8,
    MIGRATIONS_DIR: migrationsDir,
    MASTER_KEYS: `t1:${randomBytes(32).toString('base64')}`,
    JWT_SECRET: randomBytes(32).toString('hex'),
    SETUP_TOKEN: 'a-set-up-token-for-tests',
    SUITES_JSON: '',
    WORKPLACE_OAPI_URL: 'http://127.0.0.1:9/oapi',
    WORKPLACE_API_URL: 'http://127.0.0.1:9/openapi',
    WORKPLACE_ORIGINS: 'http://localhost:7100',
    WORKPLACE_CALLS_PER_SECOND: 40,
    WORKPLACE_SUITE_CALLS_PER_SECOND: 150,
    WORKPLACE_CALLS_PER_MONTH: 5_000,
    GOVERNMENT_URL: 'http://127.0.0.1:9',
    GOVERNMENT_KEY_ID: 'test',
    GOVERNMENT_CALLS_PER_SECOND: 0,
    GOVERNMENT_SECRET: 'test-government-secret',
    GOVERNMENT_SIGNATURE: 'hmac-sha256',
    SMS_URL: 'http://127.0.0.1:9',
    SMS_SECRET: 'test-sms-secret-1234',
    SMS_HOURLY_BUDGET: 1_000,
    SMTP_MAILS_PER_SECOND: 100,
    RATE_LIMIT_SCALE: 1,
    WEBHOOKS_INSIDE: false,
    DATA_DIR: dataDir,
    S3_REGION: 'us-east-1',
    S3_PATH_STYLE: false,
    FILES_PER_MEMBER_MB: 200,
    FILES_PER_ORG_MB: 1_000,
    DRAIN_MS: 0,
    LOG_LEVEL: 'silent',
    CLOCK_CONTROL: true,
    ...(redisUrl ? { REDIS_URL: redisUrl } : {}),
    ...options.config,
  }
  const deps = makeDeps(config, {
    log: pino({ level: process.env['TEST_LOG'] ?? 'silent' }),
    clock,
    suites: options.suites ?? ports.suites,
    ...(options.suites ? {} : { workplace: ports.workplace }),
    government: ports.government,
    governments: ports.governments,
    sms: ports.sms,
    mail: ports.mail,
    webhooks: ports.webhooks,
    ...options.deps?.(config),
  })
  const app = await buildApp(deps)
  await app.ready()
  let runner: Runner | null = null
  return {
    app,
    deps,
    ports,
    ownerUrl: database.url,
    backupUrl: database.backupUrl,
    startJobs() {
      runner ??= startRunner(
        deps,
        features.flatMap((feature) => feature.jobs ?? []),
        features.flatMap((feature) => feature.ticks ?? []),
      )
      return runner
    },
    async close() {
      await app.close()
      await (runner ? runner.close() : deps.queues.close())
      await deps.live.close()
      await deps.database.close()
      await database.drop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
