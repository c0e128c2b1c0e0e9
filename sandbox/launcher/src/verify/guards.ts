import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Figure } from '../figure.ts'
import { isRecord } from '../layout.ts'
import { nothing, type Tally } from '../tally.ts'
import type { Guard } from './guard.ts'
import { guards } from './guard-list.ts'
import { scratchCopy } from './scratch.ts'

/** What the tests said while a guard was away. Only `noticed` proves the guard. */
export type Verdict =
  | { readonly kind: 'noticed'; readonly by: string }
  | { readonly kind: 'unnoticed' }
  | { readonly kind: 'broken'; readonly why: string }

type Say = (text: string) => void

/** Takes each guard away in a copy of the tree and demands that the test named for it fails. */
export async function runGuards(only?: string, say: Say = console.log): Promise<Tally> {
  const tell: Say = say === console.log ? say : (text) => (console.log(text), say(text))
  const chosen = guards.filter(({ name, test }) => !only || `${name} ${test.file}`.includes(only))
  tell('\n━━ guards')
  const scratch = scratchCopy()
  try {
    const red = await redWithGuards(scratch.folder, chosen)
    for (const why of red) tell(`✗ not green with all guards in place: ${why}`)
    let noticed = 0
    for (const guard of chosen) {
      const startedAt = performance.now()
      const verdict = await tryWithout(scratch.folder, guard)
      if (verdict.kind === 'noticed') noticed += 1
      tell(lineOf(guard, verdict, performance.now() - startedAt))
    }
    const unnoticed = chosen.length - noticed
    const figure: Figure = {
      id: 'GUARDS',
      n: chosen.length,
      value: unnoticed,
      unit: 'unnoticed removals of a guard',
      target: '=0',
      ok: unnoticed === 0 && red.length === 0,
    }
    tell(`FIG ${JSON.stringify(figure)}`)
    return { ...nothing, passed: noticed, failed: unnoticed + red.length }
  } finally {
    scratch.remove()
  }
}

const lineOf = ({ name }: Guard, verdict: Verdict, ms: number): string => {
  const seconds = `(${(ms / 1_000).toFixed(0)} s)`
  if (verdict.kind === 'noticed') return `✓ ${name}: ${verdict.by} ${seconds}`
  return `✗ ${name}: ${verdict.kind === 'broken' ? verdict.why : 'nobody noticed'} ${seconds}`
}

/** A test that is red anyway proves nothing. Run together: those with a name, and those that are whole files. */
async function redWithGuards(folder: string, chosen: readonly Guard[]): Promise<string[]> {
  const red: string[] = []
  for (const project of new Set(chosen.map(({ test }) => test.project))) {
    const tests = chosen.map(({ test }) => test).filter((test) => test.project === project)
    for (const same of [tests.filter(({ name }) => name), tests.filter(({ name }) => !name)]) {
      if (same.length === 0) continue
      const files = [...new Set(same.map(({ file }) => file))]
      const names = [...new Set(same.flatMap(({ name }) => name ?? []))].join('|')
      const verdict = verdictOf(await runTests(folder, project, files, names || undefined))
      if (verdict.kind === 'noticed') red.push(`${project}: ${verdict.by}`)
      if (verdict.kind === 'broken') red.push(`${project}: ${verdict.why}`)
    }
  }
  return red
}

async function tryWithout(folder: string, guard: Guard): Promise<Verdict> {
  const file = join(folder, guard.file)
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const broken = withoutHeart(text, guard)
  if (broken === undefined)
    return { kind: 'broken', why: `its text is not found exactly once in ${guard.file}` }
  writeFileSync(file, broken)
  try {
    const { project, file: test, name } = guard.test
    return verdictOf(await runTests(folder, project, [test], name))
  } finally {
    writeFileSync(file, text)
  }
}

/** The file without the guard; nothing when its text is not there exactly once, so that no guard can rot. */
export function withoutHeart(
  text: string,
  { heart, without }: Pick<Guard, 'heart' | 'without'>,
): string | undefined {
  const parts = text.split(heart)
  return parts.length === 2 ? parts.join(without) : undefined
}

async function runTests(
  folder: string,
  project: string,
  files: readonly string[],
  name?: string,
): Promise<unknown> {
  const report = join(folder, 'guards-report.json')
  rmSync(report, { force: true })
  const args = ['run', '--project', project, '--reporter=json', `--outputFile.json=${report}`, ...files]
  await new Promise<void>((done) => {
    const child = spawn(
      process.execPath,
      [join(folder, 'node_modules', 'vitest', 'vitest.mjs'), ...args, ...(name ? ['-t', name] : [])],
      { cwd: folder, env: { ...process.env, REDIS_URL: '' }, stdio: 'ignore' },
    )
    child.once('error', () => done())
    child.once('close', () => done())
  })
  return existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined
}

/** Faults of the code itself: whoever gets one has not tried the guard. */
const notATest = /^(SyntaxError|ReferenceError|Error: Transform failed|TypeError: .* is not a function)/

/** Reads vitest's report. A file that cannot be loaded or names that do not exist are no proof. */
export function verdictOf(report: unknown): Verdict {
  const files = isRecord(report) && Array.isArray(report['testResults']) ? report['testResults'] : []
  const tests = files.flatMap((file: unknown) =>
    isRecord(file) && Array.isArray(file['assertionResults']) ? file['assertionResults'] : [],
  )
  const ran = tests.filter(
    (test: unknown) => isRecord(test) && (test['status'] === 'passed' || test['status'] === 'failed'),
  )
  if (ran.length === 0) return { kind: 'broken', why: 'no test ran' }
  const failed = ran.filter((test: unknown) => isRecord(test) && test['status'] === 'failed')
  const proof = failed.find((test: unknown) => !messagesOf(test).some((each) => notATest.test(each)))
  if (isRecord(proof)) return { kind: 'noticed', by: String(proof['fullName'] ?? proof['title']) }
  if (failed.length > 0) return { kind: 'broken', why: messagesOf(failed[0])[0]?.split('\n')[0] ?? 'failed' }
  return { kind: 'unnoticed' }
}

const messagesOf = (test: unknown): string[] =>
  isRecord(test) && Array.isArray(test['failureMessages']) ? test['failureMessages'].map(String) : []
