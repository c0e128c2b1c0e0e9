import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { isRecord, repoRoot, workspaces } from '../layout.ts'
import { secretRules } from './secret-rules.ts'
import { printOf, secretsIn, type Finding } from './secrets.ts'
import { knownFakes } from './known-fakes.ts'
import { git, trackedFiles } from './tree.ts'

export interface Scan {
  /** How many files, or versions of files, were looked at. */
  readonly files: number
  readonly findings: readonly Finding[]
}

const known = new Set(Object.keys(knownFakes))

/** The files of the tree as they are now. */
export function scanTree(): Scan {
  const names = trackedFiles().filter((name) => existsSync(join(repoRoot, name)))
  return scanned(names, (name) => readFileSync(join(repoRoot, name)))
}

/** What the build made: bundles, and source maps with the sources in them. */
export function scanBundles(): Scan {
  const files = workspaces()
    .map(({ folder }) => join(folder, 'dist'))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(repoRoot, join(entry.parentPath, entry.name))),
    )
  return scanned(files, (name) => readFileSync(join(repoRoot, name)))
}

function scanned(names: readonly string[], read: (name: string) => Buffer): Scan {
  return { files: names.length, findings: names.flatMap((name) => secretsIn(name, read(name), known)) }
}

const cacheFile = join(repoRoot, '.cache', 'secrets-history.json')
const rulesPrint = printOf(
  JSON.stringify(
    secretRules.map(({ pattern, unless, leastEntropy }) => [String(pattern), String(unless), leastEntropy]),
  ) + [...known].join(),
)

/** Every version of every file the branch has ever held. A version that was clean is not read again. */
export function scanHistory(): Scan {
  const versions = versionsOfHistory()
  const clean = cleanBefore()
  const fresh = [...versions].filter(([id]) => !clean.has(id))
  const findings: Finding[] = []
  for (const { id, bytes } of contents(fresh.map(([each]) => each))) {
    const found = secretsIn(`${versions.get(id) ?? ''} (${id.slice(0, 12)})`, bytes, known)
    if (found.length === 0) clean.add(id)
    findings.push(...found)
  }
  mkdirSync(join(repoRoot, '.cache'), { recursive: true })
  writeFileSync(cacheFile, JSON.stringify({ rules: rulesPrint, clean: [...clean] }))
  return { files: versions.size, findings }
}

/** Ids of file versions, each with a path it had; empty without git. */
function versionsOfHistory(): Map<string, string> {
  try {
    const lines = git('rev-list', '--objects', 'HEAD').split('\n')
    return new Map(
      lines.flatMap((line) => {
        const at = line.indexOf(' ')
        return at > 0 && at < line.length - 1 ? [[line.slice(0, at), line.slice(at + 1)] as const] : []
      }),
    )
  } catch {
    return new Map()
  }
}

function cleanBefore(): Set<string> {
  try {
    const cache: unknown = JSON.parse(readFileSync(cacheFile, 'utf8'))
    if (!isRecord(cache) || cache['rules'] !== rulesPrint) return new Set()
    return new Set(Array.isArray(cache['clean']) ? cache['clean'].map(String) : [])
  } catch {
    return new Set()
  }
}

/** Reads many objects with one process; folders among them are left out. */
function* contents(ids: readonly string[]): Generator<{ id: string; bytes: Buffer }> {
  if (ids.length === 0) return
  const out = execFileSync('git', ['cat-file', '--batch'], {
    cwd: repoRoot,
    input: `${ids.join('\n')}\n`,
    maxBuffer: 2_000_000_000,
  })
  for (let at = 0; at < out.length;) {
    const end = out.indexOf(10, at)
    const [id = '', type, size] = out.toString('utf8', at, end).split(' ')
    const length = Number(size)
    if (type === 'blob') yield { id, bytes: out.subarray(end + 1, end + 1 + length) }
    at = end + 1 + length + 1
  }
}
