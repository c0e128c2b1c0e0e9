import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { repoRoot } from './layout.ts'
import { PlainError } from './plain-error.ts'
import { add, closingLine, fromVitest, nothing, oneCheck, type Tally } from './tally.ts'
import { dashboard } from './verify/dashboard.ts'
import { readFigures, type Measured, type Reading } from './verify/figures.ts'
import { runGuards } from './verify/guards.ts'
import { commitOfTree, keep, latest, trendLength } from './verify/history.ts'
import { judge, tiers, type JudgedLine, type Tier } from './verify/judge.ts'
import { render } from './verify/print.ts'

const usage = `npm run verify -- [--tier T1|T2|T3] [--only TEXT]
npm run verify -- --guards [--only TEXT]
npm run verify -- [--tier T1|T2|T3] --from LOG [--from LOG]

Runs a tier (T1: everything npm test runs; T2: faults and guards as well) and shows what it measured as fifteen lines.
--only keeps the test files whose path contains TEXT, and the guards whose name or test file does.
--guards only tries whether the tests notice when a guard is taken away.
--from runs nothing and reads the figures from the saved output of earlier runs.`

interface Part {
  readonly name: string
  readonly args: readonly string[]
  /** Where vitest leaves its report; without one the output closes with the tally. */
  readonly report?: string
}

/** `npm run verify`: ends with the closing line over all tests, guards and dashboard lines. */
export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      tier: { type: 'string', default: 'T1' },
      only: { type: 'string' },
      guards: { type: 'boolean' },
      from: { type: 'string', multiple: true },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  if (values.guards) return closed(await runGuards(values.only))
  const tier = tierOf(values.tier)
  return values.from ? rebuild(tier, values.from) : runTier(tier, values.only)
}

function tierOf(text: string): Tier {
  const tier = tiers.find((each) => each === text.toUpperCase())
  if (!tier) throw new PlainError(`没有 ${text} 这一级。\nThere is no tier ${text}: ${tiers.join(', ')}.`)
  return tier
}

function rebuild(tier: Tier, files: readonly string[]): number {
  for (const file of files)
    if (!existsSync(file)) throw new PlainError(`找不到 ${file}。\nThere is no file ${file}.`)
  return closed(show(tier, readFigures(files.map((file) => readFileSync(file, 'utf8')).join('\n'))))
}

async function runTier(tier: Tier, only: string | undefined): Promise<number> {
  const at = new Date().toISOString()
  const commit = commitOfTree()
  const seed = Number(process.env['FAULTS_SEED'] ?? randomInt(2 ** 31))
  let log = ''
  let tests = nothing
  const folder = mkdtempSync(join(tmpdir(), 'kangbao-verify-'))
  for (const part of partsOf(tier, only, folder)) {
    const { code, output } = await runPart(part, seed)
    log += output
    tests = add(tests, tallyOf(part, output, code))
  }
  rmSync(folder, { recursive: true, force: true })
  if (tier !== 'T1') {
    const lines: string[] = []
    tests = add(tests, await runGuards(only, (text) => lines.push(text)))
    log += `\n${lines.join('\n')}\n`
  }
  const reading = readFigures(log)
  console.log(`\n${tier} of ${at} at ${commit}, seed ${seed}: ${reading.figures.length} figures`)
  const lines = show(tier, reading)
  console.log(`kept in ${keep({ at, tier, seed, commit, figures: reading.figures })}`)
  return closed(add(tests, lines))
}

function partsOf(tier: Tier, only: string | undefined, folder: string): Part[] {
  const launcher = join(repoRoot, 'sandbox', 'launcher')
  const filter = only ? ['--filter', only] : []
  const t1 = { name: 'npm test', args: [join(launcher, 'test.mjs'), ...filter] }
  if (tier === 'T1') return [t1]
  const vitest = join(repoRoot, 'node_modules', 'vitest', 'vitest.mjs')
  const report = join(folder, 'faults.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const faults = ['run', '--project', 'faults', '--passWithNoTests', ...reporters, ...(only ? [only] : [])]
  return [t1, { name: 'faults', args: [vitest, ...faults], report }]
}

/** Its output stands on the terminal as it comes, and is read afterwards. */
function runPart({ name, args }: Part, seed: number): Promise<{ code: number; output: string }> {
  const head = `\n━━ ${name}\n`
  process.stdout.write(head)
  return new Promise((done) => {
    let output = head
    const child = spawn(process.execPath, args, {
      cwd: repoRoot,
      env: { ...process.env, FAULTS_SEED: String(seed) },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      process.stdout.write(text)
    })
    child.once('error', () => done({ code: 1, output }))
    child.once('close', (code) => done({ code: code ?? 1, output }))
  })
}

const tallyOf = ({ report }: Part, output: string, code: number): Tally =>
  report === undefined
    ? closingOf(output, code)
    : fromVitest(existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined, code)

/** What a part said about itself; one that ended badly without saying so has failed. */
export function closingOf(output: string, code: number): Tally {
  const [, passed, failed, skipped] =
    [...output.matchAll(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/gm)].at(-1) ?? []
  if (passed === undefined) return oneCheck(code === 0)
  const tally = { passed: Number(passed), failed: Number(failed), skipped: Number(skipped ?? 0) }
  return code !== 0 && tally.failed === 0 ? add(tally, oneCheck(false)) : tally
}

/** Prints the dashboard and whatever else is not as it should be; returns how many of it were good. */
function show(tier: Tier, { figures, unreadable }: Reading): Tally {
  const lines = judge(dashboard, figures, tier)
  const view = { tier, before: latest(trendLength - 1), colours: process.stdout.isTTY }
  console.log(`\n${render(lines, view).join('\n')}\n`)
  const others = figures.filter((figure) => !figure.ok && !isShown(lines, figure))
  for (const { id, value, unit, target, part } of others)
    console.log(`✗ ${id}: ${value} ${unit}, target ${target} (${part})`)
  for (const line of unreadable) console.log(`✗ unreadable: ${line}`)
  const verdicts = lines.map(({ state }) => state)
  const count = (...states: string[]): number => verdicts.filter((state) => states.includes(state)).length
  console.log(
    `${count('met')} of ${verdicts.length} lines met, ${count('missed', 'unmeasured')} red, ` +
      `${count('later tier')} only in a later tier, ${count('no such feature yet')} without a feature yet`,
  )
  return {
    passed: count('met'),
    failed: count('missed', 'unmeasured') + others.length + unreadable.length,
    skipped: count('later tier', 'no such feature yet'),
  }
}

const isShown = (lines: readonly JudgedLine[], { id, unit }: Measured): boolean =>
  lines.some(({ line }) =>
    line.cells.some((cell) => cell.ids.includes(id) && new RegExp(cell.unit, 'i').test(unit)),
  )

function closed(tally: Tally): number {
  console.log(`\n${closingLine(tally)}`)
  return tally.failed === 0 && tally.passed > 0 ? 0 : 1
}
