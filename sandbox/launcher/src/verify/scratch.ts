import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { repoRoot, workspaces } from '../layout.ts'

export interface Scratch {
  readonly folder: string
  remove(): void
}

/**
 * A copy of the tree in which anything may be broken: the files as they are now, and the installed packages by link.
 * Links between our own packages lead to the copy, so that what is broken there is what the tests load.
 */
export function scratchCopy(): Scratch {
  const folder = mkdtempSync(join(tmpdir(), 'kangbao-guards-'))
  for (const name of filesOfTree()) {
    const target = join(folder, name)
    mkdirSync(dirname(target), { recursive: true })
    cpSync(join(repoRoot, name), target)
  }
  linkPackages(repoRoot, folder)
  for (const { folder: own } of workspaces()) linkPackages(own, join(folder, own.slice(repoRoot.length)))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

const filesOfTree = (): string[] =>
  execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: repoRoot,
    encoding: 'utf8',
    maxBuffer: 50_000_000,
  })
    .split('\0')
    .filter((name) => name !== '' && existsSync(join(repoRoot, name)))

/** Relative links (to the store and to our packages) are taken over as they are and so point into the copy. */
function linkPackages(from: string, to: string): void {
  const source = join(from, 'node_modules')
  if (!existsSync(source)) return
  linkFolder(source, join(to, 'node_modules'))
}

function linkFolder(source: string, target: string): void {
  mkdirSync(target, { recursive: true })
  for (const name of readdirSync(source)) {
    const entry = join(source, name)
    if (lstatSync(entry).isSymbolicLink()) symlinkSync(readlinkSync(entry), join(target, name))
    else if (name.startsWith('@')) linkFolder(entry, join(target, name))
    else if (!name.startsWith('.') || name === '.pnpm') symlinkSync(entry, join(target, name))
  }
}
