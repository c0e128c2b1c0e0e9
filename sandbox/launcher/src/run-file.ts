import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRecord, processNames } from './layout.ts'
import { PlainError } from './plain-error.ts'
import { isAlive } from './postgres-cluster.ts'
import type { Stack } from './stack.ts'

const fileOf = (dataDir: string): string => join(dataDir, 'run.json')

/** Tells other programs where everything is. */
export function writeRunFile(dataDir: string, stack: Stack, postgresPid: number | undefined): void {
  const children = Object.fromEntries(processNames.map((name) => [name, stack.pidOf(name)]))
  const content = {
    ...stack.urls,
    startedAt: new Date().toISOString(),
    pids: { launcher: process.pid, ...(postgresPid ? { postgres: postgresPid } : {}), ...children },
  }
  writeFileSync(fileOf(dataDir), `${JSON.stringify(content, null, 2)}\n`)
}

export function removeRunFile(dataDir: string): void {
  rmSync(fileOf(dataDir), { force: true })
}

/**
 * A launcher that was killed leaves its children behind, and they hold the ports. Refuses when that launcher still
 * lives; otherwise ends what it left, but only processes that are visibly ours. The database is adopted, not ended.
 */
export async function endOrphans(dataDir: string): Promise<void> {
  const pids = readPids(fileOf(dataDir))
  const launcher = pids['launcher']
  if (
    launcher !== undefined &&
    launcher !== process.pid &&
    isAlive(launcher) &&
    /node|tsx|npm/.test(commandOf(launcher))
  ) {
    throw new PlainError(
      `康报已在运行（进程 ${launcher}），数据目录 ${dataDir}。\n` +
        `Kangbao is running already (pid ${launcher}) on ${dataDir}. Stop it first (Ctrl-C in its terminal, or kill ${launcher}), ` +
        `or use another folder and ports: npm start -- --data DIR --port-base N`,
    )
  }
  const orphans = processNames
    .flatMap((name) => pids[name] ?? [])
    .filter((pid) => isAlive(pid) && commandOf(pid).includes('dist/main.js'))
  for (const pid of orphans) process.kill(pid, 'SIGTERM')
  const giveUpAt = Date.now() + 20_000
  while (orphans.some(isAlive) && Date.now() < giveUpAt) await new Promise((done) => setTimeout(done, 50))
  for (const pid of orphans.filter(isAlive)) process.kill(pid, 'SIGKILL')
}

function readPids(file: string): Readonly<Record<string, number>> {
  if (!existsSync(file)) return {}
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'))
    const pids = isRecord(content) ? content['pids'] : undefined
    if (!isRecord(pids)) return {}
    return Object.fromEntries(
      Object.entries(pids).flatMap(([name, pid]) => (typeof pid === 'number' ? [[name, pid]] : [])),
    )
  } catch {
    return {} // half written by a crash: nothing to learn from it
  }
}

const commandOf = (pid: number): string =>
  spawnSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' }).stdout ||
  (existsSync(`/proc/${pid}/cmdline`) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : '')
