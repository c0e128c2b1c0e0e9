import { createHmac } from 'node:crypto'
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { accountOwning } from './account.ts'
import { findBinaries } from './postgres-binaries.ts'
import {
  forgetHome,
  initialise,
  isAlive,
  openHome,
  readLog,
  readPidFile,
  removeStalePidFile,
  spawnServer,
  type Home,
  type Running,
} from './postgres-cluster.ts'
import { isRecord } from './layout.ts'
import { freePort, isFree, PortBusyError } from './ports.ts'

export interface Postgres {
  /** A superuser's address; only the launcher and tests hold it. */
  readonly adminUrl: string
  readonly port: number
  /** Undefined for a server outside. */
  readonly pid: number | undefined
  /** Whether it ran before it was asked for. */
  readonly wasRunning: boolean
  /** Makes the database when missing, with an owner role of its own that is no superuser and obeys row security. */
  createDatabase(name: string): Promise<string>
  /** Makes the role a program runs as, which owns nothing; its rights come with the migrations. Returns its address. */
  createApp(database: string): Promise<string>
  /** Makes the role that reads every row of a database and writes none; returns its address of it. */
  createReader(database: string): Promise<string>
  stop(): Promise<void>
}

export interface StartPostgres {
  readonly dataDir: string
  /** Left out: any free port. */
  readonly port?: number
  readonly settings?: Readonly<Record<string, string>>
  /** False only for clusters that are thrown away. */
  readonly isDurable?: boolean
}

const baseSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Statements may hold people's data; the log keeps errors only.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
}

const throwAway = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_wal_size: '4GB' }

/** Starts, or finds still running, the embedded PostgreSQL of a folder. */
export async function startPostgres(options: StartPostgres): Promise<Postgres> {
  const account = accountOwning(join(options.dataDir, 'cluster'))
  const binaries = findBinaries(account)
  const home = openHome(options.dataDir, account)
  const isDurable = options.isDurable ?? true
  initialise(home, binaries, account, isDurable)

  const onStopped = isDurable ? (): void => undefined : (): void => forgetHome(home)
  const adopted = await adopt(home, options.port)
  if (adopted) return { ...embedded(home, adopted.port, adopted, onStopped), wasRunning: true }

  const port = options.port ?? (await freePort())
  if (!(await isFree(port, '127.0.0.1'))) throw new PortBusyError(port, 'database')
  const settings = {
    ...baseSettings,
    ...(isDurable ? {} : throwAway),
    ...options.settings,
    port: String(port),
  }
  const running = await spawnAndWait(() => spawnServer(home, binaries, account, settings), home, port)
  return embedded(home, port, running, onStopped)
}

/** After a kill -9 of the server its sessions need a moment to notice; until then a new one refuses the old memory. */
async function spawnAndWait(
  spawnIt: () => Running,
  home: Home,
  port: number,
  triesLeft = 20,
): Promise<Running> {
  const running = spawnIt()
  try {
    await answering(home, port, running)
    return running
  } catch (error) {
    if (triesLeft === 0 || !readLog(home).includes('shared memory block')) throw error
    await new Promise((done) => setTimeout(done, 250))
    return spawnAndWait(spawnIt, home, port, triesLeft - 1)
  }
}

/** A server outside, reached by an address that may create databases and roles. */
export function usePostgres(adminUrl: string): Postgres {
  return {
    adminUrl,
    port: Number(new URL(adminUrl).port || 5432),
    pid: undefined,
    wasRunning: true,
    createDatabase: (name) => createDatabase(adminUrl, name),
    createApp: (database) => createApp(adminUrl, database),
    createReader: (database) => createReader(adminUrl, database),
    stop: () => Promise.resolve(),
  }
}

const adminUrlOf = (home: Home, port: number): string =>
  `postgres://postgres:${encodeURIComponent(home.password)}@127.0.0.1:${port}/postgres`

function embedded(home: Home, port: number, running: Running, onStopped: () => void): Postgres {
  const adminUrl = adminUrlOf(home, port)
  return {
    adminUrl,
    port,
    pid: running.pid,
    wasRunning: false,
    createDatabase: (name) => createDatabase(adminUrl, name),
    createApp: (database) => createApp(adminUrl, database),
    createReader: (database) => createReader(adminUrl, database),
    async stop() {
      await stopServer(running.pid)
      onStopped()
    },
  }
}

/** After a kill -9 of the launcher the server lives on; it is ours if it takes our password and holds our folder. */
async function adopt(
  home: Home,
  wanted: number | undefined,
): Promise<(Running & { port: number }) | undefined> {
  const found = readPidFile(home)
  if (!found) {
    removeStalePidFile(home)
    return undefined
  }
  const running = { ...found, exited: new Promise<string>(() => undefined) }
  await answering(home, found.port, running)
  if (wanted === undefined || wanted === found.port) return running
  await stopServer(found.pid)
  return undefined
}

const retryMs = 25
const startLimitMs = 90_000

async function answering(home: Home, port: number, running: Running): Promise<void> {
  let end: string | undefined
  void running.exited.then((how) => (end = how))
  const giveUpAt = Date.now() + startLimitMs
  for (;;) {
    if (end !== undefined) throw new Error(`PostgreSQL stopped at once (${end}):\n${readLog(home)}`)
    try {
      return await checkItIsOurs(home, port)
    } catch (error) {
      if (isRefusal(error) || Date.now() > giveUpAt) {
        const text = error instanceof Error ? error.message : String(error)
        throw new Error(
          `A PostgreSQL (pid ${running.pid}) holds ${home.cluster} on port ${port}, but does not accept us: ${text}\n` +
            `Stop it (kill -INT ${running.pid}) and start again.\n${readLog(home)}`,
          { cause: error },
        )
      }
    }
    await new Promise((done) => setTimeout(done, retryMs))
  }
}

class WrongServerError extends Error {}

async function checkItIsOurs(home: Home, port: number): Promise<void> {
  await withClient(adminUrlOf(home, port), async (client) => {
    const { rows } = await client.query<{ data_directory: string }>('show data_directory')
    const held = rows[0]?.data_directory ?? ''
    if (held !== home.cluster && held !== realpathSync(home.cluster))
      throw new WrongServerError(`it serves ${held}`)
  })
}

/** Invalid password, invalid authorisation: waiting will not help. */
const isRefusal = (error: unknown): boolean =>
  error instanceof WrongServerError ||
  (error instanceof pg.DatabaseError && (error.code === '28P01' || error.code === '28000'))

async function stopServer(pid: number): Promise<void> {
  // SIGINT is PostgreSQL's "fast": it rolls back what is open and writes a checkpoint. SIGQUIT leaves recovery to later.
  for (const [signal, limitMs] of [
    ['SIGINT', 30_000],
    ['SIGQUIT', 10_000],
    ['SIGKILL', 5_000],
  ] as const) {
    if (!isAlive(pid)) return
    process.kill(pid, signal)
    const giveUpAt = Date.now() + limitMs
    while (isAlive(pid) && Date.now() < giveUpAt) await new Promise((done) => setTimeout(done, retryMs))
  }
}

function checkName(name: string): void {
  if (!/^[a-z][a-z0-9_]{0,40}$/.test(name)) throw new Error(`"${name}" is no database name`)
}

async function createDatabase(adminUrl: string, name: string): Promise<string> {
  checkName(name)
  const role = `${name}_owner`
  await withClient(adminUrl, async (client) => {
    await makeRole(client, { adminUrl, role, bypass: 'nobypassrls' })
    const hasDatabase = await client.query('select from pg_database where datname = $1', [name])
    if (hasDatabase.rowCount) return
    // A managed server's administrator is no superuser and must be a member of the role it gives a database to.
    await client.query(`grant ${role} to current_user`)
    await client.query(`create database ${name} owner ${role} template template0 encoding 'UTF8'`)
    await client.query(`revoke connect, temporary on database ${name} from public`)
  })
  return addressOf(adminUrl, role, name)
}

/** Row security hides rows from everybody else but a superuser, who could also write. */
const readerRole = 'kangbao_backup'

async function createReader(adminUrl: string, database: string): Promise<string> {
  checkName(database)
  await withClient(adminUrl, async (client) => {
    await makeRole(client, { adminUrl, role: readerRole, bypass: 'bypassrls' })
    await client.query(`grant pg_read_all_data to ${readerRole}`)
    await client.query(`grant connect on database ${database} to ${readerRole}`)
  })
  return addressOf(adminUrl, readerRole, database)
}

async function createApp(adminUrl: string, database: string): Promise<string> {
  checkName(database)
  const role = `${database}_app`
  await withClient(adminUrl, async (client) => {
    await makeRole(client, { adminUrl, role, bypass: 'nobypassrls' })
    // The queue stages what it takes in temporary tables.
    await client.query(`grant connect, temporary on database ${database} to ${role}`)
  })
  return addressOf(adminUrl, role, database)
}

interface Role {
  readonly adminUrl: string
  readonly role: string
  readonly bypass: 'bypassrls' | 'nobypassrls'
}

async function makeRole(client: pg.Client, { adminUrl, role, bypass }: Role): Promise<void> {
  const password = rolePassword(adminUrl, role)
  const rights = `login nosuperuser ${bypass} nocreatedb nocreaterole noreplication password '${password}'`
  const found = await client.query('select from pg_roles where rolname = $1', [role])
  await client.query(`${found.rowCount ? 'alter' : 'create'} role ${role} ${rights}`)
}

function addressOf(adminUrl: string, role: string, database: string): string {
  const url = new URL(adminUrl)
  url.username = role
  url.password = rolePassword(adminUrl, role)
  url.pathname = `/${database}`
  return url.toString()
}

/** Derived, so that nothing but the administrator's password has to be kept. */
const rolePassword = (adminUrl: string, role: string): string =>
  createHmac('sha256', `kangbao-role:${new URL(adminUrl).password}`)
    .update(role)
    .digest('base64url')

/**
 * The server's database of the product that runs on a data folder, as its owner; null when nothing runs there.
 * @param adminUrl of a database outside.
 */
export function ownerUrlOfRun(dataDir: string, adminUrl?: string): string | null {
  const runFile = join(dataDir, 'run.json')
  if (!existsSync(runFile)) return null
  const run: unknown = JSON.parse(readFileSync(runFile, 'utf8'))
  if (!isRecord(run) || typeof run['database'] !== 'string') return null
  const url = new URL(run['database'])
  const password = () => readFileSync(join(dataDir, 'postgres', 'password'), 'utf8').trim()
  url.password = rolePassword(
    adminUrl ?? `postgres://postgres:${password()}@127.0.0.1/postgres`,
    url.username,
  )
  return url.toString()
}

export async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined) // a server that stops under us is reported by the query, not by a crash
  try {
    await client.connect()
    return await use(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}
