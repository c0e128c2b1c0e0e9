import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'

/** Where what is measured runs, and where the one who measures does. */
export const cores = { server: 0, driver: 1 } as const

/**
 * Keeps a process, and what it starts from now on, to one core (Linux). Server and database on one and the driver on
 * another are as apart as two machines: a driver that offers five times the capacity would otherwise take it away itself.
 */
export function keepToCore(pid: number, core: number): void {
  if (process.platform !== 'linux' || availableParallelism() < 2) {
    console.log('driver and server share all cores: the capacity measured is less than it is')
    return
  }
  for (const each of [pid, ...childrenOf(pid)])
    execFileSync('taskset', ['-a', '-c', '-p', String(core), String(each)], { stdio: 'ignore' })
}

/** The sessions of a database are processes that are there already. */
function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => parentOf(name) === pid)
    .map(Number)
}

function parentOf(pid: string): number {
  try {
    return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  } catch {
    return Number.NaN // it has ended meanwhile
  }
}
