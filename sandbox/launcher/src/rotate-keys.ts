import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { isRecord, repoRoot } from './layout.ts'
import { loadMasterKeys, masterKeysFile, newMasterKey, saveMasterKeys } from './master-keys.ts'
import { PlainError } from './plain-error.ts'
import { ownerUrlOfRun } from './postgres.ts'

const usage = `npm run keys:rotate -- [--data DIR] [--drop-old]

  --data DIR   数据目录，默认 .data     data folder of the running product
  --drop-old   轮换后删除旧主密钥       forget the old master keys afterwards; backups made before need them`

/** `npm run keys:rotate`: adds a master key, wraps and seals everything anew, and says when the old key may go. */
export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string', default: join(repoRoot, '.data') },
      'drop-old': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const dataDir = resolve(process.env['INIT_CWD'] ?? '.', values.data)
  const databaseUrl = ownerUrlOfRun(dataDir, process.env['DATABASE_URL'])
  if (databaseUrl === null)
    throw new PlainError(
      '请先运行 npm start，再在另一个终端轮换密钥。\nStart the product first (npm start), then change the keys from another terminal.',
    )
  const command = { dataDir, databaseUrl }
  const [status] = await runCommand(command, ['--status'])
  // One that was cut off goes on with the key it began with.
  if (status?.['isUnderWay'] !== true) saveMasterKeys(dataDir, [newMasterKey(), ...loadMasterKeys(dataDir)])
  const lines = await runCommand(command, [])
  const needed = lines.at(-1)?.['needed']
  return conclude(dataDir, Array.isArray(needed) ? needed : [], values['drop-old'])
}

function conclude(dataDir: string, needed: readonly unknown[], isDropping: boolean): number {
  const ring = loadMasterKeys(dataDir)
  const idOf = (entry: string) => entry.slice(0, entry.indexOf(':'))
  const spare = ring.filter((entry) => !needed.includes(idOf(entry)))
  if (needed.length === 0) throw new PlainError('轮换未完成，请重新运行。\nNot finished; run it again.')
  if (isDropping)
    saveMasterKeys(
      dataDir,
      ring.filter((entry) => !spare.includes(entry)),
    )
  const names = spare.map(idOf).join(', ') || '—'
  console.log(
    isDropping
      ? `已删除旧主密钥 ${names}。\nForgot the old master keys ${names}.`
      : `数据不再需要旧主密钥 ${names}；此前的备份仍需要。\nThe data needs the old master keys ${names} no more; backups made before still do.`,
  )
  return 0
}

/** Runs the server's command and shows its progress; returns the lines it printed. */
async function runCommand(
  { dataDir, databaseUrl }: { dataDir: string; databaseUrl: string },
  args: readonly string[],
): Promise<Record<string, unknown>[]> {
  const child = spawn(process.execPath, [join(repoRoot, 'server/dist/commands/rotate-keys.js'), ...args], {
    env: {
      PATH: process.env['PATH'] ?? '',
      DATABASE_URL: databaseUrl,
      MASTER_KEYS_FILE: masterKeysFile(dataDir),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: Record<string, unknown>[] = []
  for await (const text of createInterface({ input: child.stdout })) {
    const line: unknown = JSON.parse(text)
    if (!isRecord(line)) continue
    lines.push(line)
    if (args.length === 0) console.log(text)
  }
  const code = child.exitCode ?? (await new Promise<number | null>((done) => child.once('exit', done)))
  if (code !== 0)
    throw new PlainError(`密钥轮换中断（${code}）。\nThe change of keys ended early (${code}); run it again.`)
  return lines
}
