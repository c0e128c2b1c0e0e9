import { spawn, type ChildProcess } from 'node:child_process'
import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import pg from 'pg'
import { startPostgres, type Postgres } from '@kangbao/launcher/postgres.ts'
import type { Profile } from './scenario.ts'

/** The key ring of every server that is measured. */
export const masterKeys = `bench:${Buffer.alloc(32, 7).toString('base64')}`

export const root = resolve(import.meta.dirname, '..')

/** A database, and the built server against it: started for the benchmark, stopped with it. */
export interface Bench {
  readonly profile: Profile
  readonly folder: string
  readonly postgres: Postgres
  readonly databaseUrl: string
  readonly pool: pg.Pool
  /** A superuser in the product's database, past row security: only to put it back as it was. */
  readonly admin: pg.Pool
  readonly jwtSecret: string
  /** Starts the built server; its outside addresses default to ports nobody listens on. */
  startServer(env?: Readonly<Record<string, string>>): Promise<Subject>
  /** Waits for the disk to be quiet: every measurement starts from there. */
  settle(): Promise<void>
  token(orgId: string, memberId: string, role: string): string
  operatorToken(): string
  viewerToken(viewerId: string): string
  stop(): Promise<void>
}

export interface Subject {
  readonly url: string
  readonly child: ChildProcess
  /** Highest resident set so far, in MB (Linux). */
  peakMb(): number
  stop(): Promise<void>
}

export async function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer()
    server.once('error', failed)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address ? done(address.port) : failed(new Error('no port')),
      )
    })
  })
}

export async function startBench(folder: string, profile: Profile): Promise<Bench> {
  const postgres = await startPostgres({
    dataDir: join(folder, 'postgres'),
    port: await freePort(),
    settings: { shared_buffers: '512MB', max_wal_size: '4GB', checkpoint_timeout: '30min' },
  })
  const databaseUrl = await postgres.createDatabase('kangbao')
  const appUrl = await postgres.createApp('kangbao')
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 4 })
  const adminUrl = new URL(postgres.adminUrl)
  adminUrl.pathname = new URL(databaseUrl).pathname
  const admin = new pg.Pool({ connectionString: adminUrl.toString(), max: 1 })
  // Idle connections go down with the server; unheard that would end the run.
  for (const each of [pool, admin]) each.on('error', () => undefined)
  const jwtSecret = randomBytes(32).toString('hex')
  const subjects = new Set<Subject>()

  return {
    profile,
    folder,
    postgres,
    databaseUrl,
    pool,
    admin,
    jwtSecret,
    async startServer(env = {}) {
      const subject = await startServer({ databaseUrl, appUrl, jwtSecret }, env)
      subjects.add(subject)
      return { ...subject, stop: () => (subjects.delete(subject), subject.stop()) }
    },
    async settle() {
      await admin.query('checkpoint')
      await new Promise((done) => setTimeout(done, 1000))
    },
    token: (orgId, memberId, role) => signToken(jwtSecret, { sub: memberId, org: orgId, role }),
    operatorToken: () => signToken(jwtSecret, { sub: 'operator', role: 'operator' }),
    viewerToken: (viewerId) => signToken(jwtSecret, { sub: viewerId, role: 'viewer' }),
    async stop() {
      await Promise.all([...subjects].map((subject) => subject.stop()))
      await Promise.all([pool.end(), admin.end()])
      await postgres.stop()
    },
  }
}

async function startServer(
  { databaseUrl, appUrl, jwtSecret }: { databaseUrl: string; appUrl: string; jwtSecret: string },
  env: Readonly<Record<string, string>>,
): Promise<Subject> {
  const entry = join(root, 'server', 'dist', 'main.js')
  if (!existsSync(entry)) throw new Error('server/dist is missing: run `npm run build` first')
  const port = await freePort()
  const child = spawn(process.execPath, [entry], {
    cwd: join(root, 'server'),
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'] ?? '',
      PORT: String(port),
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      DATABASE_URL: appUrl,
      MIGRATION_DATABASE_URL: databaseUrl,
      MIGRATIONS_DIR: join(root, 'migrations'),
      STATIC_DIR: root,
      MASTER_KEYS: masterKeys,
      JWT_SECRET: jwtSecret,
      SETUP_TOKEN: 'a-set-up-token-for-benchmarks',
      SUITES_JSON: join(import.meta.dirname, 'data', 'suites.json'),
      GOVERNMENT_URL: 'http://127.0.0.1:9',
      GOVERNMENT_KEY_ID: 'bench',
      GOVERNMENT_SECRET: 'bench-government-secret',
      SMS_URL: 'http://127.0.0.1:9',
      SMS_SECRET: 'bench-sms-secret-123',
      LOG_LEVEL: 'error',
      CLOCK_CONTROL: 'true',
      // All load comes from one address.
      RATE_LIMIT_SCALE: '1000',
      ...env,
    },
  })
  const url = `http://127.0.0.1:${port}`
  await untilReady(`${url}/readyz`, child)
  return {
    url,
    child,
    peakMb: () => peakMbOf(child.pid ?? 0),
    stop: () => stopChild(child),
  }
}

/** Resolves when an address answers 200; fails when the process ends first or nothing comes within 60 s. */
export async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const until = performance.now() + 60_000
  while (performance.now() < until) {
    if (child.exitCode !== null)
      throw new Error(`the process ended with ${child.exitCode} before it was ready`)
    const isReady = await fetch(url).then(
      (response) => response.ok,
      () => false,
    )
    if (isReady) return
    await new Promise((done) => setTimeout(done, 20))
  }
  throw new Error(`${url} was not ready within 60 s`)
}

export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((done) => child.once('exit', done))
  child.kill('SIGTERM')
  await ended
}

/** The kernel's high-water mark of a process's memory, in MB; NaN where there is no /proc. */
export const peakMbOf = (pid: number): number => statusMbOf(pid, /VmHWM:\s+(\d+)/)

/** What a process has in memory now, in MB. */
export const currentMbOf = (pid: number): number => statusMbOf(pid, /VmRSS:\s+(\d+)/)

function statusMbOf(pid: number, line: RegExp): number {
  try {
    return Math.round(Number(line.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024)
  } catch {
    return Number.NaN
  }
}

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** As the server signs, with the key of its environment, which names itself by a hash of the secret. */
function signToken(secret: string, claims: { sub: string; org?: string; role: string }): string {
  const now = Math.floor(Date.now() / 1000)
  const kid = `env-${createHash('sha256').update(`kid ${secret}`).digest('hex').slice(0, 12)}`
  const header = base64url({ alg: 'HS256', typ: 'at+jwt', kid })
  const body = base64url({
    ...claims,
    sid: randomUUID(),
    iss: 'kangbao',
    aud: 'kangbao-api',
    iat: 1,
    nbf: 1,
    exp: now + 365 * 86_400,
    prf: now + 365 * 86_400,
  })
  return `${header}.${body}.${createHmac('sha256', secret).update(`${header}.${body}`).digest('base64url')}`
}
