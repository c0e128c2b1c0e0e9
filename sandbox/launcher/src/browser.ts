import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join, resolve } from 'node:path'
import { repoRoot } from './layout.ts'

export interface Browser {
  readonly path: string
  /** Needed to run it: where its libraries and fonts are. */
  readonly env: Readonly<Record<string, string>>
  readonly source: 'environment' | 'system' | 'package'
}

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge']
const macPaths = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
]

/** A browser for the journeys: the one named, else the system's, else the one inside @sparticuz/chromium. */
export function findBrowser(env: NodeJS.ProcessEnv = process.env): Browser {
  const named = env['CHROMIUM_PATH']
  if (named) {
    if (!isExecutable(named)) throw new Error(`CHROMIUM_PATH names ${named}, which cannot be run.`)
    return { path: named, env: {}, source: 'environment' }
  }
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean)
  const candidates = [...folders.flatMap((folder) => names.map((name) => join(folder, name))), ...macPaths]
  const system = candidates.find((path) => isExecutable(path) && answersVersion(path))
  return system ? { path: system, env: {}, source: 'system' } : unpackBrowser()
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Ubuntu's chromium may be a stub that only says to install a snap. */
const answersVersion = (path: string): boolean =>
  spawnSync(path, ['--version'], { timeout: 20_000, stdio: ['ignore', 'pipe', 'ignore'] }).status === 0

/**
 * The package unpacks into the temporary folder, and its libraries and fonts only where it believes it is in the
 * cloud; both are arranged for in a process of its own.
 */
export function unpackBrowser(cache = join(repoRoot, '.cache')): Browser {
  const entry = packageEntry()
  const version = /"version":\s*"([^"]+)"/.exec(
    readFileSync(join(entry, '..', '..', '..', 'package.json'), 'utf8'),
  )?.[1]
  const folder = resolve(cache, `chromium-${version ?? 'unknown'}`)
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'chromium')
  if (!existsSync(path)) {
    const script = `const m = require(${JSON.stringify(entry)}); (m.default ?? m).executablePath()`
    const run = spawnSync(process.execPath, ['-e', script], {
      env: { ...process.env, TMPDIR: folder, AWS_LAMBDA_JS_RUNTIME: 'nodejs20.x' },
      encoding: 'utf8',
    })
    if (run.status !== 0)
      throw new Error(`The browser of @sparticuz/chromium could not be unpacked:\n${run.stderr}`)
  }
  const lib = join(folder, 'al2023', 'lib')
  const libraries = lacksLibraries(path) ? { LD_LIBRARY_PATH: lib } : {}
  return { path, env: { ...libraries, FONTCONFIG_PATH: fonts(folder) }, source: 'package' }
}

function packageEntry(): string {
  try {
    return createRequire(import.meta.url).resolve('@sparticuz/chromium')
  } catch {
    throw new Error('No browser: install Chromium or Chrome, or name one in CHROMIUM_PATH.')
  }
}

const lacksLibraries = (path: string): boolean =>
  spawnSync('ldd', [path], { encoding: 'utf8' }).stdout?.includes('not found') ?? false

/** The system's fonts when it has any set-up for them: Chinese text needs them; the package brings Latin only. */
const fonts = (folder: string): string =>
  existsSync('/etc/fonts/fonts.conf') ? '/etc/fonts' : join(folder, 'fonts')
