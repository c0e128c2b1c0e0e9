import { existsSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { parseArgs } from 'node:util'
import { buildChanged } from './build.ts'
import { copyKeys, keyEnvironment } from './key-files.ts'
import { repoRoot } from './layout.ts'
import { PlainError } from './plain-error.ts'
import { startPostgres, type Postgres } from './postgres.ts'
import { databaseNames, outsidePostgres, runServerCommand } from './server-command.ts'
import { loadSecrets } from './secrets.ts'

const usage = `npm run backup -- --to DIR [--keys DIR] [--keep N] [--data DIR]

  --to DIR     备份存放处，每次一个子目录   where backups are kept, a folder each; best on another disk
  --keys DIR   密钥另存处，须与备份分开存放  copies the keys there; keep them apart from the backups
  --keep N     只保留最近 N 份              keeps the newest N; older than 35 days always go
  --data DIR   数据目录，默认 .data         data folder`

/** `npm run backup`: copies databases and files of a data folder, also while it runs. Returns the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const wanted = readArguments(args)
  if (wanted.help) {
    console.log(usage)
    return 0
  }
  const at = (path: string): string => resolve(process.env['INIT_CWD'] ?? '.', path)
  const [dataDir, shelf] = [at(wanted.data), at(wanted.to)]
  if (!existsSync(join(dataDir, 'secrets.json')))
    throw new PlainError(`${dataDir} 中没有数据。\nThere is no data in ${dataDir}.`)
  loadSecrets(dataDir) // an older folder gets its backup key now
  if (wanted.keys) keepKeys(dataDir, at(wanted.keys), shelf)
  else sayWhereKeysAre(dataDir)
  const postgres = outsidePostgres() ?? (await startPostgres({ dataDir: join(dataDir, 'postgres') }))
  try {
    // What runs must not have its code built anew under its feet.
    if (!postgres.wasRunning) await buildChanged()
    const keep = wanted.keep === undefined ? [] : ['--keep', wanted.keep]
    return await runServerCommand('backup', ['--to', shelf, ...keep], await environmentOf(dataDir, postgres))
  } finally {
    if (!postgres.wasRunning) await postgres.stop()
  }
}

function readArguments(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        to: { type: 'string' },
        keys: { type: 'string' },
        keep: { type: 'string' },
        data: { type: 'string', default: join(repoRoot, '.data') },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    if (values.to === undefined && !values.help) throw new Error('--to')
    return { ...values, to: values.to ?? '' }
  } catch (error) {
    throw new PlainError(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
  }
}

/** Keys beside the backup would open it for whoever takes both. */
function keepKeys(dataDir: string, folder: string, shelf: string): void {
  if (folder === shelf || folder.startsWith(shelf + sep))
    throw new PlainError(
      `密钥不能放在备份目录里：${folder}\nKeep the keys apart from the backups: ${folder} lies inside ${shelf}.`,
    )
  copyKeys(dataDir, folder)
  console.log(
    `密钥已另存到 ${folder}，请与备份分开存放。  The keys are in ${folder}: keep them apart from the backups.`,
  )
}

const sayWhereKeysAre = (dataDir: string): void =>
  console.log(
    `备份不含密钥。请用 --keys 另行保管 ${dataDir} 的密钥，没有它们备份无法恢复。\n` +
      `The backup holds no keys. Keep those of ${dataDir} elsewhere (--keys DIR): without them no backup can be restored.`,
  )

async function environmentOf(dataDir: string, postgres: Postgres): Promise<Record<string, string>> {
  const readers: string[] = []
  for (const name of databaseNames) readers.push(await postgres.createReader(name))
  const [own = '', workplace = '', sandbox = ''] = readers
  return {
    BACKUP_DATABASE_URL: own,
    WORKPLACE_DATABASE_URL: workplace,
    SANDBOX_DATABASE_URL: sandbox,
    DATA_DIR: join(dataDir, 'server'),
    SUITES_JSON: join(dataDir, 'suites.json'),
    ...keyEnvironment(dataDir),
  }
}
