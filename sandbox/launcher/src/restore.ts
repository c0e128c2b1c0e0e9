import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { buildChanged } from './build.ts'
import { copyKeys, isKeyFile, keyEnvironment } from './key-files.ts'
import { repoRoot } from './layout.ts'
import { PlainError } from './plain-error.ts'
import { startPostgres, type Postgres } from './postgres.ts'
import { endOrphans } from './run-file.ts'
import { databaseNames, outsidePostgres, runServerCommand } from './server-command.ts'

const usage = `npm run restore -- --from DIR [--keys DIR] [--data DIR] [--replace] [--check]

  --from DIR      一份备份，或备份存放处（取最新一份）  a backup, or the folder they are kept in: then the newest
  --keys DIR      单独保存的密钥                       the keys kept apart; left out: those in the data folder
  --erasures DIR  更新的删除记录                       a newer erasure journal than the backup's
  --data DIR      数据目录，默认 .data                 data folder
  --replace       替换已有数据（原目录改名保留）        puts data that is there aside, under another name
  --check         只检查，不写入                       checks the backup and writes nothing`

/** Said by the server's command as well. */
const notEmptyCode = 15

/** `npm run restore`: checks a backup and puts it into an empty data folder. Returns the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const wanted = readArguments(args)
  if (wanted.help) {
    console.log(usage)
    return 0
  }
  const at = (path: string): string => resolve(process.env['INIT_CWD'] ?? '.', path)
  const dataDir = at(wanted.data)
  const from = ['--from', at(wanted.from)]
  await endOrphans(dataDir) // refuses when it is running
  await buildChanged()

  // Beside its place until it is whole: what goes wrong leaves the data folder as it was.
  const staging = `${dataDir}.restoring`
  rmSync(staging, { recursive: true, force: true })
  mkdirSync(staging, { recursive: true, mode: 0o711 })
  try {
    copyKeys(wanted.keys ? at(wanted.keys) : dataDir, staging)
    const checked = await runServerCommand('restore', [...from, '--check'], environmentOf(staging))
    if (checked !== 0 || wanted.check) return checked
    if (holdsData(dataDir) && !wanted.replace) return sayNotEmpty(dataDir)
    const journal = wanted.erasures ? at(wanted.erasures) : join(dataDir, 'server', 'erasures')
    if (existsSync(journal)) cpSync(journal, join(staging, 'server', 'erasures'), { recursive: true })
    const code = await restoreInto(staging, [...from, ...(wanted.replace ? ['--replace'] : [])])
    if (code === 0) swap(staging, dataDir)
    return code
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
}

function readArguments(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        from: { type: 'string' },
        keys: { type: 'string' },
        erasures: { type: 'string' },
        data: { type: 'string', default: join(repoRoot, '.data') },
        replace: { type: 'boolean', default: false },
        check: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    if (values.from === undefined && !values.help) throw new Error('--from')
    return { ...values, from: values.from ?? '' }
  } catch (error) {
    throw new PlainError(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
  }
}

/** Keys alone are no data: they may have been put there for the restore. */
const holdsData = (dataDir: string): boolean =>
  existsSync(dataDir) && readdirSync(dataDir).some((name) => !isKeyFile(name) && name !== 'logs')

function sayNotEmpty(dataDir: string): number {
  console.error(
    `${dataDir} 中已有数据，未做任何改动。请用 --data 指定空目录，或加 --replace（原目录会改名保留）。\n` +
      `There is data in ${dataDir}; nothing was changed. Name an empty folder by --data, or say --replace: the old one is kept under another name.`,
  )
  return notEmptyCode
}

async function restoreInto(staging: string, args: readonly string[]): Promise<number> {
  const postgres = outsidePostgres() ?? (await startPostgres({ dataDir: join(staging, 'postgres') }))
  try {
    return await runServerCommand('restore', args, {
      ...environmentOf(staging),
      ...(await databasesOf(postgres)),
    })
  } finally {
    if (!postgres.wasRunning) await postgres.stop()
  }
}

/** What a check needs as well. */
const environmentOf = (folder: string): Record<string, string> => ({
  DATA_DIR: join(folder, 'server'),
  SUITES_JSON: join(folder, 'suites.json'),
  MIGRATIONS_DIR: join(repoRoot, 'migrations'),
  WORKPLACE_MIGRATIONS_DIR: join(repoRoot, 'workplace', 'migrations'),
  SANDBOX_MIGRATIONS_DIR: join(repoRoot, 'sandbox', 'migrations'),
  ...keyEnvironment(folder),
})

async function databasesOf(postgres: Postgres): Promise<Record<string, string>> {
  const urls: string[] = []
  for (const name of databaseNames) urls.push(await postgres.createDatabase(name))
  const [own = '', workplace = '', sandbox = ''] = urls
  return { DATABASE_URL: own, WORKPLACE_DATABASE_URL: workplace, SANDBOX_DATABASE_URL: sandbox }
}

function swap(staging: string, dataDir: string): void {
  if (existsSync(dataDir)) {
    const aside = `${dataDir}.before-${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}`
    renameSync(dataDir, aside)
    console.log(`原有数据保留在 ${aside}。  What was there before is in ${aside}.`)
  }
  renameSync(staging, dataDir)
  console.log(
    `恢复完成：npm start -- --data ${dataDir}  Restored; start it with npm start -- --data ${dataDir}`,
  )
}
