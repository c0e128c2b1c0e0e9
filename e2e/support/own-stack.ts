import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres, withClient, type Postgres } from '@kangbao/launcher/postgres.ts'
import { startStack, type Stack, type StackOptions } from '@kangbao/launcher/stack.ts'
import { until } from '../drivers/http.ts'

type Process = Parameters<Stack['pidOf']>[0]

/** A stack of one journey, to be broken: its processes are killed, its database restarted, its clocks moved. */
export class OwnStack {
  private offsetMs = 0
  private ownPostgres: Postgres | undefined
  /** Processes beside the stack's own whose clocks move with its. */
  private readonly followers = new Set<string>()

  private constructor(readonly stack: Stack) {}

  static async start(env: StackOptions['env'] = {}): Promise<OwnStack> {
    const dataDir = mkdtempSync(join(tmpdir(), 'kangbao-faults-'))
    const stack = await startStack({
      dataDir,
      hasClockControl: true,
      isBuilding: false,
      isDurable: true,
      // Many people behind one address, more calls than a person makes.
      env: {
        ...env,
        server: { RATE_LIMIT_SCALE: '1000', ...env.server },
        workplace: { WORKPLACE_SMS_PER_ADDRESS: '0', ...env.workplace },
      },
    })
    return new OwnStack(stack)
  }

  get urls() {
    return this.stack.urls
  }

  /** The moment it is in the stack. */
  now(): number {
    return Date.now() + this.offsetMs
  }

  /** Puts all clocks to a time of today's civil day in China, or of one days later; they run on from there. */
  async putClocks(time: string, daysLater = 0): Promise<void> {
    const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(
      Date.now() + daysLater * 86_400_000,
    )
    const seconds = time.length === 5 ? ':00' : ''
    this.offsetMs = Date.parse(`${day}T${time}${seconds}+08:00`) - Date.now()
    await this.setClocks()
  }

  /** Lets a process beside the stack's own follow its time. */
  async follow(url: string): Promise<void> {
    this.followers.add(url)
    await this.setClocks()
  }

  /** What a process has to be started with to begin at the stack's time. */
  get clockEnv(): Readonly<Record<string, string>> {
    return { CLOCK_AHEAD_MS: String(this.offsetMs) }
  }

  private async setClocks(): Promise<void> {
    const now = new Date(this.now()).toISOString()
    await this.stack.clock.set(now)
    const body = JSON.stringify({ now })
    const headers = { 'content-type': 'application/json' }
    const move = (url: string) => fetch(`${url}/__clock`, { method: 'POST', headers, body })
    // One that is down just now begins at the right time by itself.
    await Promise.allSettled([...this.followers].map(move))
  }

  async advance(ms: number): Promise<void> {
    this.offsetMs += ms
    await this.setClocks()
  }

  /** `kill -9`, then a start as an operator's supervisor does it; returns how long it was away. */
  async killAndRestart(name: Process): Promise<number> {
    const from = performance.now()
    await this.stack.kill(name, 'SIGKILL')
    // The server begins where the others are: jobs it takes up before it is ready already bear a time.
    await this.stack.restart(name, this.clockEnv)
    const awayMs = performance.now() - from
    // The other processes begin with true time.
    await this.setClocks()
    return awayMs
  }

  /** Ends the database under everybody and starts it again on the same files and port. */
  async restartDatabase(signal: 'SIGINT' | 'SIGKILL'): Promise<void> {
    await this.endDatabase(signal)
    await this.startDatabase()
  }

  get databasePid(): number | undefined {
    return this.ownPostgres?.pid ?? pidsOf(this.stack.dataDir)['postgres']
  }

  async endDatabase(signal: 'SIGINT' | 'SIGKILL'): Promise<void> {
    const pid = this.databasePid
    if (pid === undefined) throw new Error('this stack has no database of its own')
    process.kill(pid, signal)
    await until(
      'end of the database',
      () => Promise.resolve(isAlive(pid)),
      (lives) => !lives,
    )
  }

  async startDatabase(): Promise<void> {
    const dataDir = join(this.stack.dataDir, 'postgres')
    this.ownPostgres = await startPostgres({ dataDir, port: this.stack.ports.database, isDurable: true })
  }

  /** Rows of one org, seen as the server sees them. */
  async rows<T>(orgId: string, text: string, values: readonly unknown[] = []): Promise<T[]> {
    return withClient(this.stack.databaseUrls.kangbao, async (client) => {
      await client.query(`select set_config('app.org_id', $1, false)`, [orgId])
      return (await client.query(text, [...values])).rows as T[] // the columns the caller names
    })
  }

  /** How many rows every table of the server holds for an org, and those of the whole installation. */
  async rowCounts(orgId: string): Promise<Record<string, number>> {
    const tables = await this.rows<{ name: string }>(
      orgId,
      `select relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'public' and relkind in ('r', 'p') and not relispartition order by 1`,
    )
    const counts = tables.map(({ name }) => `select '${name}' as name, count(*)::int as rows from "${name}"`)
    const rows = await this.rows<{ name: string; rows: number }>(orgId, counts.join(' union all '))
    return Object.fromEntries(rows.map((row) => [row.name, row.rows]))
  }

  /** Everything the processes and the database have written to their logs. */
  logs(): string {
    return readdirSync(this.stack.dataDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.log(\.\d)?$/.test(entry.name))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
      .join('\n')
  }

  async stop(): Promise<void> {
    await this.stack.stop()
    await this.ownPostgres?.stop()
    if (!process.env['KEEP_E2E_DATA']) rmSync(this.stack.dataDir, { recursive: true, force: true })
  }
}

function pidsOf(dataDir: string): Readonly<Record<string, number>> {
  const run = JSON.parse(readFileSync(join(dataDir, 'run.json'), 'utf8')) as { pids: Record<string, number> } // the launcher's
  return run.pids
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
