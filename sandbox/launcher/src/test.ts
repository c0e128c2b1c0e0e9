import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { findBrowser } from './browser.ts'
import { buildChanged } from './build.ts'
import { runChecks, type CheckPart } from './checks.ts'
import { repoRoot } from './layout.ts'
import { testsOfTheQueue } from './queue-tests.ts'
import { startRedis } from './redis.ts'
import { audit, bundles } from './supply.ts'
import { add, closingLine, fromPlaywright, fromVitest, nothing, oneCheck, type Tally } from './tally.ts'

const usage = `npm test -- [--types] [--lint] [--unit] [--integration] [--supply] [--e2e] [--filter TEXT]

Without a flag everything runs. --filter keeps the test files whose path contains TEXT.`

const parts = ['types', 'lint', 'unit', 'integration', 'supply', 'e2e'] as const
type Part = (typeof parts)[number]
const checkParts: readonly CheckPart[] = ['types', 'lint']

interface Step {
  readonly name: string
  /** Of one part, or of two that run side by side. */
  readonly part: readonly Part[]
  readonly run: () => Promise<Tally>
}

/** `npm test`: runs every part to its end, shows what failed, and closes with one line. */
export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      types: { type: 'boolean' },
      lint: { type: 'boolean' },
      unit: { type: 'boolean' },
      integration: { type: 'boolean' },
      supply: { type: 'boolean' },
      e2e: { type: 'boolean' },
      filter: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const named = parts.filter((part) => values[part])
  const wanted = named.length > 0 ? named : parts
  const steps = allSteps(values.filter, wanted).filter(({ part }) =>
    wanted.some((each) => part.includes(each)),
  )
  const results: { name: string; tally: Tally; seconds: number }[] = []
  for (const step of steps) {
    console.log(`\n━━ ${step.name}`)
    const startedAt = performance.now()
    const tally = await step.run().catch((error: unknown) => {
      console.error(error instanceof Error ? (error.stack ?? error.message) : error)
      return oneCheck(false)
    })
    results.push({ name: step.name, tally, seconds: (performance.now() - startedAt) / 1_000 })
  }
  console.log('')
  for (const { name, tally, seconds } of results)
    console.log(`${name.padEnd(30)} ${closingLine(tally)} (${seconds.toFixed(0)} s)`)
  const total = results.reduce((sum, { tally }) => add(sum, tally), nothing)
  console.log(`\n${closingLine(total)}`)
  return total.failed === 0 && total.passed > 0 ? 0 : 1
}

function allSteps(filter: string | undefined, wanted: readonly Part[]): Step[] {
  const paths = filter ? [filter] : []
  return [
    {
      name: 'types and lint',
      part: checkParts,
      run: () => runChecks(checkParts.filter((part) => wanted.includes(part))),
    },
    { name: 'unit', part: ['unit'], run: () => vitest({ projects: ['unit', 'client'], paths }) },
    {
      name: 'integration on PostgreSQL',
      part: ['integration'],
      run: () =>
        vitest({ projects: ['integration'], paths, env: { REDIS_URL: '' }, workers: integrationWorkers }),
    },
    { name: 'queue on Redis', part: ['integration'], run: () => onRedis(filter) },
    { name: 'build', part: ['e2e'], run: build },
    { name: 'advisories', part: ['supply'], run: audit },
    { name: 'browser journeys', part: ['e2e'], run: () => journeys(paths) },
  ]
}

/** One more than cores: who waits for the database, a timer or a child process leaves his core to another. */
const integrationWorkers = availableParallelism() + 1

interface VitestRun {
  readonly projects: readonly string[]
  readonly paths: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Left out: one for each core. */
  readonly workers?: number
}

function vitest({ projects, paths, env = {}, workers }: VitestRun): Promise<Tally> {
  return withReport(async (file) => {
    const chosen = projects.flatMap((project) => ['--project', project])
    const args = [
      'run',
      ...chosen,
      ...(workers === undefined ? [] : [`--maxWorkers=${workers}`]),
      '--passWithNoTests',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ]
    const code = await command('vitest/vitest.mjs', [...args, ...paths], env)
    return fromVitest(readReport(file), code)
  })
}

/** What meets the queue once more with the queue on Redis: the one named, or one of our own. */
async function onRedis(filter: string | undefined): Promise<Tally> {
  const files = testsOfTheQueue().filter((file) => relative(repoRoot, file).includes(filter ?? ''))
  if (files.length === 0) return nothing
  const named = process.env['REDIS_URL']
  const own = named ? undefined : await startRedis()
  const url = named ?? own?.url
  if (!url) {
    console.log('No redis-server here and no REDIS_URL: left out.')
    return nothing
  }
  try {
    return await vitest({
      projects: ['integration'],
      paths: files,
      env: { REDIS_URL: url },
      workers: integrationWorkers,
    })
  } finally {
    await own?.stop()
  }
}

async function build(): Promise<Tally> {
  const built = await buildChanged({ onBuild: (name) => console.log(`building ${name}`) })
  console.log(built.length === 0 ? 'nothing changed' : `${built.length} built`)
  return add(oneCheck(true), bundles())
}

async function journeys(paths: readonly string[]): Promise<Tally> {
  const folder = join(repoRoot, 'e2e')
  if (!existsSync(join(folder, 'playwright.config.ts'))) {
    console.log('No journeys yet.')
    return nothing
  }
  const browser = findBrowser()
  console.log(`browser: ${browser.source === 'package' ? relative(repoRoot, browser.path) : browser.path}`)
  return withReport(async (file) => {
    const env = { ...browser.env, CHROMIUM_PATH: browser.path, PLAYWRIGHT_JSON_OUTPUT_NAME: file }
    const code = await command(
      '@playwright/test/cli.js',
      ['test', '--reporter=list,json', ...paths],
      env,
      folder,
    )
    return fromPlaywright(readReport(file), code)
  })
}

async function withReport(use: (file: string) => Promise<Tally>): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), 'kangbao-report-'))
  try {
    return await use(join(folder, 'report.json'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const readReport = (file: string): unknown =>
  existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined

/** Runs a tool out of a package's node_modules with its output on this terminal. */
function command(
  path: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd = repoRoot,
): Promise<number> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [join(cwd, 'node_modules', path), ...args], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    child.once('error', () => done(1))
    child.once('close', (code) => done(code ?? 1))
  })
}
