import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { buildChanged } from './build.ts'
import { keyEnvironment } from './key-files.ts'
import { repoRoot } from './layout.ts'
import { PlainError } from './plain-error.ts'
import { startPostgres } from './postgres.ts'
import { outsidePostgres, runServerCommand } from './server-command.ts'

const usage = `npm run audit:verify -- [--org ID] [--data DIR]

  --org ID     只校验一个组织          the log of one organisation only
  --data DIR   数据目录，默认 .data    data folder, also of a running product

  退出码 exit code: 0 完整 whole · 1 不完整 not whole · 2 无法校验 could not be verified`

/** `npm run audit:verify`: follows the chains with a role that can only read. Returns the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const wanted = readArguments(args)
  if (wanted.help) {
    console.log(usage)
    return 0
  }
  const dataDir = resolve(process.env['INIT_CWD'] ?? '.', wanted.data)
  if (!existsSync(join(dataDir, 'secrets.json'))) {
    console.error(`${dataDir} 中没有数据。\nThere is no data in ${dataDir}.`)
    return 2
  }
  const postgres = outsidePostgres() ?? (await startPostgres({ dataDir: join(dataDir, 'postgres') }))
  try {
    // What runs must not have its code built anew under its feet.
    if (!postgres.wasRunning) await buildChanged()
    return await runServerCommand('audit-verify', wanted.org === undefined ? [] : [wanted.org], {
      DATABASE_URL: await postgres.createReader('kangbao'),
      DATA_DIR: join(dataDir, 'server'),
      ...keyEnvironment(dataDir),
    })
  } finally {
    if (!postgres.wasRunning) await postgres.stop()
  }
}

function readArguments(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        org: { type: 'string' },
        data: { type: 'string', default: join(repoRoot, '.data') },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    return values
  } catch (error) {
    throw new PlainError(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
  }
}
