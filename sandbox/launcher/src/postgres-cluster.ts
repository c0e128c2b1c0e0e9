import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { randomBytes } from 'node:crypto'
import { canReach, giveTo, runAs, type Account } from './account.ts'
import { sharedFolder, type Binaries } from './postgres-binaries.ts'

/** Where one cluster lives. `cluster` belongs to the database's account, the rest to whoever starts it. */
export interface Home {
  readonly folder: string
  readonly cluster: string
  readonly logFile: string
  readonly password: string
}

/**
 * Opens, or makes, the folder of a cluster. As root in a checkout that other accounts cannot enter, the files
 * themselves go to /var/lib/kangbao and a link stays behind.
 */
export function openHome(dataDir: string, account: Account | undefined): Home {
  const folder = resolve(dataDir)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (account && statSync(folder).uid === 0) chmodSync(folder, 0o711)
  if (!canReach(folder, account)) linkElsewhere(folder)
  return {
    folder,
    cluster: join(existsSync(join(folder, 'elsewhere')) ? realFolder(folder) : folder, 'cluster'),
    logFile: join(folder, 'postgres.log'),
    password: readOrMakePassword(join(folder, 'password')),
  }
}

const realFolder = (folder: string): string => readFileSync(join(folder, 'elsewhere'), 'utf8').trim()

function linkElsewhere(folder: string): void {
  const note = join(folder, 'elsewhere')
  if (existsSync(note) && existsSync(realFolder(folder))) return
  const place = mkdtempSync(join(sharedFolder('lib', 'kangbao'), 'postgres-'))
  chmodSync(place, 0o711)
  writeFileSync(note, `${place}\n`)
  rmSync(join(folder, 'cluster'), { force: true })
  symlinkSync(join(place, 'cluster'), join(folder, 'cluster'))
}

/** A thrown-away cluster whose files went elsewhere would stay there when its folder is deleted. */
export function forgetHome(home: Home): void {
  const note = join(home.folder, 'elsewhere')
  if (!existsSync(note)) return
  rmSync(realFolder(home.folder), { recursive: true, force: true })
  rmSync(note)
}

function readOrMakePassword(file: string): string {
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 })
  return readFileSync(file, 'utf8').trim()
}

const environment = (): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  LC_ALL: 'C',
  TZ: 'UTC',
})

/** initdb into a side folder and rename, so that an interrupted first start leaves nothing half made. */
export function initialise(
  home: Home,
  binaries: Binaries,
  account: Account | undefined,
  isDurable: boolean,
): void {
  if (existsSync(join(home.cluster, 'PG_VERSION'))) return checkMajor(home, binaries)
  const parent = resolve(home.cluster, '..')
  const side = mkdtempSync(join(parent, 'init-'))
  chmodSync(side, 0o700)
  try {
    const passwordFile = join(side, 'password')
    writeFileSync(passwordFile, home.password, { mode: 0o600 })
    giveTo(account, passwordFile)
    giveTo(account, side)
    const made = join(side, 'cluster')
    const locale =
      binaries.major >= 17
        ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
        : ['--locale=C.UTF-8']
    const run = spawnSync(
      binaries.initdb,
      [
        `--pgdata=${made}`,
        '--username=postgres',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        ...locale,
        ...(isDurable ? [] : ['--no-sync']),
      ],
      { ...runAs(account), cwd: '/', env: environment(), encoding: 'utf8' },
    )
    if (run.status !== 0) {
      const why = run.error?.message ?? `${run.stdout}${run.stderr}`.trim()
      throw new Error(`The database could not be created in ${parent} (initdb):\n${lastLines(why, 12)}`)
    }
    rmSync(home.cluster, { recursive: true, force: true })
    renameSync(made, home.cluster)
  } finally {
    rmSync(side, { recursive: true, force: true })
  }
}

function checkMajor(home: Home, binaries: Binaries): void {
  const written = Number(readFileSync(join(home.cluster, 'PG_VERSION'), 'utf8').trim())
  if (written === binaries.major) return
  throw new Error(
    `The data in ${home.folder} was written by PostgreSQL ${written}, but the one found here is ${binaries.major}. ` +
      `Install PostgreSQL ${written}, or move the folder away to begin with an empty database.`,
  )
}

export interface Running {
  readonly pid: number
  /** Settles when a server that we spawned ends; never for an adopted one. */
  readonly exited: Promise<string>
}

/**
 * Spawns the server in a session of its own with a file for its log: Ctrl-C in the terminal must reach the
 * servers that use it first, and a killed launcher must not break its output.
 */
export function spawnServer(
  home: Home,
  binaries: Binaries,
  account: Account | undefined,
  settings: Readonly<Record<string, string>>,
): Running {
  const log = openSync(home.logFile, 'w', 0o600)
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawn(binaries.postgres, ['-D', home.cluster, ...args], {
    ...runAs(account),
    cwd: '/',
    env: environment(),
    stdio: ['ignore', log, log],
    detached: true,
  })
  closeSync(log)
  const exited = new Promise<string>((done) => {
    child.once('error', (error) => done(error.message))
    child.once('exit', (code, signal) => done(`exit ${code ?? signal}`))
  })
  child.unref()
  return { pid: child.pid ?? 0, exited }
}

export const readLog = (home: Home): string =>
  existsSync(home.logFile) ? lastLines(readFileSync(home.logFile, 'utf8'), 12) : ''

export const lastLines = (text: string, count: number): string =>
  text.trimEnd().split('\n').slice(-count).join('\n')

/** pid and port of the server that says it holds this cluster, if its process lives. */
export function readPidFile(home: Home): { pid: number; port: number } | undefined {
  const file = join(home.cluster, 'postmaster.pid')
  if (!existsSync(file)) return undefined
  const lines = readFileSync(file, 'utf8').split('\n')
  const pid = Number(lines[0])
  return isAlive(pid) && isPostgres(pid) ? { pid, port: Number(lines[3]) } : undefined
}

/** A pid may have been given to another program since; PostgreSQL would then refuse to start over it. */
export function removeStalePidFile(home: Home): void {
  rmSync(join(home.cluster, 'postmaster.pid'), { force: true })
}

export function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** By the program's own name: its arguments may well contain the word without its being one. */
function isPostgres(pid: number): boolean {
  const ps = spawnSync('ps', ['-p', String(pid), '-o', 'comm='], { encoding: 'utf8' })
  if (!ps.error) return basename(ps.stdout.trim()) === 'postgres'
  const proc = `/proc/${pid}/comm`
  return existsSync(proc) ? readFileSync(proc, 'utf8').trim() === 'postgres' : true
}
