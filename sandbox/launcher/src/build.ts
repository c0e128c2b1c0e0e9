import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { delimiter, join, relative } from 'node:path'
import { repoRoot, workspaces, type Workspace } from './layout.ts'
import { PlainError } from './plain-error.ts'

const skipped = new Set(['node_modules', 'dist', 'test', 'test-results', 'coverage', 'out'])
const alwaysInputs = ['pnpm-lock.yaml', 'tsconfig.base.json', 'migrations']

export interface BuildEvents {
  readonly onBuild?: (name: string) => void
}

/** Builds every package whose inputs changed since its last build, and says which ones it built. */
export async function buildChanged(events: BuildEvents = {}): Promise<string[]> {
  const all = workspaces()
  const due = all
    .filter((workspace) => workspace.scripts['build'] !== undefined)
    .map((workspace) => ({ workspace, hash: inputHash(workspace, all) }))
    .filter(({ workspace, hash }) => readMarker(workspace) !== hash)
  const queue = [...due]
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      events.onBuild?.(next.workspace.name)
      await build(next.workspace).catch((error: unknown) => {
        queue.length = 0 // what failed is to be read, not buried under what goes on
        throw error
      })
      writeFileSync(markerOf(next.workspace), next.hash)
    }
  }
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, lane))
  return due.map(({ workspace }) => workspace.name)
}

const markerOf = (workspace: Workspace): string => join(workspace.folder, 'dist', '.inputs')

function readMarker(workspace: Workspace): string | undefined {
  const file = markerOf(workspace)
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

/** Its own files and those of our packages it uses, however deep; tests do not count. */
function inputHash(workspace: Workspace, all: readonly Workspace[]): string {
  const hash = createHash('sha256').update(process.versions.node.split('.')[0] ?? '')
  const folders = new Set(all.map((one) => one.folder))
  for (const one of withDependencies(workspace, all)) addFolder(hash, one.folder, folders)
  for (const input of alwaysInputs) {
    const path = join(repoRoot, input)
    if (!existsSync(path)) continue
    if (/\.\w+$/.test(input)) hash.update(readFileSync(path))
    else addFolder(hash, path, folders)
  }
  return hash.digest('hex')
}

function withDependencies(workspace: Workspace, all: readonly Workspace[]): Workspace[] {
  const found = new Set<Workspace>()
  const visit = (one: Workspace): void => {
    if (found.has(one)) return
    found.add(one)
    for (const name of one.uses) {
      const used = all.find((other) => other.name === name)
      // The launcher runs and tests packages; it is never built into them.
      if (used && used.name !== '@kangbao/launcher') visit(used)
    }
  }
  visit(workspace)
  return [...found].sort((a, b) => a.folder.localeCompare(b.folder))
}

function addFolder(hash: ReturnType<typeof createHash>, folder: string, packages: ReadonlySet<string>): void {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (!skipped.has(entry.name) && !packages.has(path)) addFolder(hash, path, packages)
    } else if (entry.isFile() && !/\.(test|spec)\.ts$/.test(entry.name)) {
      hash.update(relative(repoRoot, path)).update('\0').update(readFileSync(path)).update('\0')
    }
  }
}

async function build(workspace: Workspace): Promise<void> {
  mkdirSync(join(workspace.folder, 'dist'), { recursive: true })
  const { code, output } = await runScript(workspace, 'build')
  if (code === 0) return
  throw new PlainError(
    `构建 ${workspace.name} 失败。\nBuilding ${workspace.name} failed:\n${output.trim().split('\n').slice(-30).join('\n')}`,
  )
}

/** Runs a package's script as its package manager would, without needing one. */
export function runScript(
  workspace: Pick<Workspace, 'folder' | 'scripts'>,
  script: string,
): Promise<{ code: number; output: string }> {
  const bins = [workspace.folder, repoRoot].map((folder) => join(folder, 'node_modules', '.bin'))
  const path = [...bins, process.env['PATH']].join(delimiter)
  return new Promise((done) => {
    const child = spawn('/bin/sh', ['-c', workspace.scripts[script] ?? 'true'], {
      cwd: workspace.folder,
      env: {
        ...process.env,
        PATH: path,
        NO_COLOR: '1',
        NODE_ENV: script === 'build' ? 'production' : process.env['NODE_ENV'],
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    const keep = (chunk: Buffer): void => void (output += chunk.toString())
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.once('error', (error) => done({ code: 1, output: error.message }))
    child.once('close', (code) => done({ code: code ?? 1, output }))
  })
}
