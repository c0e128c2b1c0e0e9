import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repoRoot } from '../layout.ts'
import { installedPackages } from './installed.ts'
import type { Tree } from './lock-gate.ts'
import { lockfileText, readLockfile } from './lockfile.ts'

/** What is really there. */
export function realTree(): Tree {
  return {
    lock: readLockfile(lockfileText()),
    workspace: readFileSync(join(repoRoot, 'pnpm-workspace.yaml'), 'utf8'),
    installed: installedPackages(),
    npmrc: trackedFiles()
      .filter((name) => /(^|\/)\.npmrc$/.test(name))
      .map((name) => readFileSync(join(repoRoot, name), 'utf8')),
  }
}

/** Names of the files of the tree; without git those that lie there, what is built and fetched aside. */
export function trackedFiles(): string[] {
  try {
    return git('ls-files', '-z').split('\0').filter(Boolean)
  } catch {
    return readdirSync(repoRoot, { recursive: true, encoding: 'utf8' }).filter(
      (name) => !/(^|\/)(node_modules|dist|\.data|\.cache|\.git)(\/|$)/.test(name),
    )
  }
}

/** @throws when this is no git repository. */
export const git = (...args: string[]): string =>
  execFileSync('git', args, {
    cwd: repoRoot,
    encoding: 'utf8',
    maxBuffer: 500_000_000,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
