import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const root = '/sys/fs/cgroup'
const periodUs = 10_000

/**
 * Gives processes, and what they start from now on, a share of one core together (Linux, as root). A driver on the same
 * machine can offer five times the capacity only of a server that does not have the whole of it.
 * Where that cannot be done it is said, and they keep all of it.
 * @returns how to take the share back.
 */
export function giveShare(pids: readonly number[], cores: number): () => Promise<void> {
  const isOneTree = existsSync(join(root, 'cgroup.controllers'))
  const folder = join(isOneTree ? root : join(root, 'cpu'), `kangbao-${process.pid}`)
  const quotaUs = Math.round(cores * periodUs)
  try {
    mkdirSync(folder)
    if (isOneTree) writeFileSync(join(folder, 'cpu.max'), `${quotaUs} ${periodUs}`)
    else {
      writeFileSync(join(folder, 'cpu.cfs_period_us'), String(periodUs))
      writeFileSync(join(folder, 'cpu.cfs_quota_us'), String(quotaUs))
    }
    for (const pid of pids.flatMap(withChildren)) move(pid, folder)
  } catch (error) {
    console.log(`the server has the whole machine: ${String(error)}`)
    return () => Promise.resolve()
  }
  return () => takeBack(folder)
}

/** A process may have started another while they were moved: they are, until there is none. */
async function takeBack(folder: string): Promise<void> {
  for (let tries = 50; ; tries -= 1) {
    const left = readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean)
    for (const pid of left) move(Number(pid), join(folder, '..'))
    try {
      return rmdirSync(folder)
    } catch (error) {
      if (tries === 0) throw error
      await sleep(20)
    }
  }
}

function move(pid: number, folder: string): void {
  try {
    writeFileSync(join(folder, 'cgroup.procs'), String(pid))
  } catch (error) {
    if (existsSync(`/proc/${pid}`)) throw error // else it has ended meanwhile
  }
}

/** The sessions of a database are processes that are there already. */
const withChildren = (pid: number): number[] => [
  pid,
  ...readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === pid)
    .map(Number),
]

function parentOf(pid: string): number {
  try {
    return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  } catch {
    return Number.NaN // it has ended meanwhile
  }
}
