import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRecord, repoRoot } from '../layout.ts'
import { isFigure, type Measured } from './figures.ts'
import { tiers, type Tier } from './judge.ts'

/** One run of a tier, as it is kept. */
export interface KeptRun {
  /** UTC, ISO 8601. */
  readonly at: string
  readonly tier: Tier
  readonly seed: number
  readonly commit: string
  readonly figures: readonly Measured[]
}

/** How many runs a trend shows, this one included. */
export const trendLength = 10

const folder = join(repoRoot, '.data', 'verify')

/** Writes a run down; returns the file. */
export function keep(run: KeptRun, into = folder): string {
  mkdirSync(into, { recursive: true, mode: 0o700 })
  const file = join(into, `${run.at.replaceAll(':', '-')}.json`)
  writeFileSync(file, `${JSON.stringify(run, null, 2)}\n`)
  return file
}

/** The latest kept runs, oldest first. A file that is no run (any more) is left out. */
export function latest(count: number, from = folder): KeptRun[] {
  if (!existsSync(from)) return []
  return readdirSync(from)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .slice(-count)
    .flatMap((name) => readRun(join(from, name)))
}

function readRun(file: string): KeptRun[] {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return isRun(value) ? [value] : []
  } catch {
    return []
  }
}

const isRun = (value: unknown): value is KeptRun =>
  isRecord(value) &&
  typeof value['at'] === 'string' &&
  typeof value['seed'] === 'number' &&
  typeof value['commit'] === 'string' &&
  tiers.some((tier) => tier === value['tier']) &&
  Array.isArray(value['figures']) &&
  value['figures'].every(
    (figure: unknown) => isFigure(figure) && isRecord(figure) && typeof figure['part'] === 'string',
  )

/** What is measured: the short commit, with a `+` when the tree differs from it. */
export function commitOfTree(): string {
  try {
    const git = (...args: string[]): string =>
      execFileSync('git', args, {
        cwd: repoRoot,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim()
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') === '' ? '' : '+')
  } catch {
    return 'no git'
  }
}
