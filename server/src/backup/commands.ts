import { inspect, parseArgs } from 'node:util'
import { commandPorts } from '../deps.ts'
import { productVersion } from '../features/operations/index.ts'
import { makeBackup } from './backup.ts'
import { loadBackupConfig } from './config.ts'
import { eraseAgain } from './erasures.ts'
import { BackupFault } from './faults.ts'
import { checkBackup, restoreBackup } from './restore.ts'

type Env = Readonly<Record<string, string | undefined>>

/**
 * `backup --to FOLDER [--keep N]`.
 * @returns the exit code.
 */
export function runBackup(args: readonly string[], env: Env): Promise<number> {
  return explained(async () => {
    const { values } = parsed(args, { to: { type: 'string' }, keep: { type: 'string' } })
    const shelf = text(values['to'], '--to')
    const keep = values['keep'] === undefined ? undefined : count(values['keep'])
    const config = loadBackupConfig(env)
    const { folder, manifest, removed } = await makeBackup({
      config,
      shelf,
      ...(keep === undefined ? {} : { keep }),
      ...commandPorts(config),
      product: productVersion,
    })
    const rows = manifest.databases
      .flatMap(({ tables }) => tables)
      .reduce((sum, table) => sum + table.rows, 0)
    say(`备份完成：${folder}`, `The backup is done: ${folder}`)
    say(`${rows} 行数据，${manifest.files.count} 个文件`, `${rows} rows, ${manifest.files.count} files`)
    if (removed.length > 0)
      say(`已删除过期备份：${removed.join(', ')}`, `Old ones removed: ${removed.join(', ')}`)
  })
}

/**
 * `restore --from FOLDER [--check] [--replace]`.
 * @returns the exit code.
 */
export function runRestore(args: readonly string[], env: Env): Promise<number> {
  return explained(async () => {
    const { values } = parsed(args, {
      from: { type: 'string' },
      check: { type: 'boolean' },
      replace: { type: 'boolean' },
    })
    const config = loadBackupConfig(env)
    const from = text(values['from'], '--from')
    if (values['check']) {
      const { manifest } = await checkBackup({ config, from })
      return say(
        `备份完整，生成于 ${manifest.takenAt}。`,
        `The backup is whole; it was taken at ${manifest.takenAt}.`,
      )
    }
    const { files, ...ports } = commandPorts(config)
    const manifest = await restoreBackup({
      config,
      from,
      files,
      isReplacing: values['replace'] === true,
      replayErasures: () => eraseAgain(config, ports),
    })
    say(`已恢复 ${manifest.takenAt} 的备份。`, `The backup of ${manifest.takenAt} is restored.`)
  })
}

type Options = NonNullable<Parameters<typeof parseArgs>[0]>['options']

function parsed(args: readonly string[], options: NonNullable<Options>) {
  try {
    return parseArgs({ args: [...args], options })
  } catch (error) {
    throw new BackupFault('usage', error instanceof Error ? error.message : String(error))
  }
}

function text(value: unknown, name: string): string {
  if (typeof value === 'string' && value !== '') return value
  throw new BackupFault('usage', name)
}

function count(value: unknown): number {
  const number = Number(value)
  if (Number.isInteger(number) && number > 0) return number
  throw new BackupFault('usage', '--keep N, N ≥ 1')
}

async function explained(work: () => Promise<void>): Promise<number> {
  try {
    await work()
    return 0
  } catch (error) {
    if (error instanceof BackupFault) {
      process.stderr.write(`${error.message}\n`)
      return error.exitCode
    }
    process.stderr.write(`${inspect(error)}\n`)
    return 1
  }
}

const say = (chinese: string, english: string): void => void process.stdout.write(`${chinese}  ${english}\n`)
