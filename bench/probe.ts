import { closeSync, fdatasyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'

/** What the machine was like around a run: figures of a busy one are not compared. */
export interface Probe {
  readonly spinsPerMs: number
  readonly fdatasyncPerS: number
  readonly stealPercent: number
  readonly cores: number
}

function spin(): number {
  const until = performance.now() + 200
  let spins = 0
  while (performance.now() < until) for (let i = 0; i < 1000; i += 1) spins += 1
  return Math.round(spins / 200)
}

function fdatasync(folder: string): number {
  const file = join(folder, 'probe')
  const fd = openSync(file, 'w')
  const block = Buffer.alloc(8192)
  const until = performance.now() + 500
  let writes = 0
  while (performance.now() < until) {
    writeSync(fd, block, 0, block.length, 0)
    fdatasyncSync(fd)
    writes += 1
  }
  closeSync(fd)
  rmSync(file)
  return writes * 2
}

function cpuTimes(): { steal: number; total: number } | null {
  try {
    const [, ...fields] = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '').split(/\s+/)
    const numbers = fields.map(Number)
    return { steal: numbers[7] ?? 0, total: numbers.reduce((sum, each) => sum + each, 0) }
  } catch {
    return null // not Linux
  }
}

/** Measures the machine; call the returned function at the end for the share of time stolen meanwhile. */
export function probe(folder: string): () => Probe {
  const before = cpuTimes()
  const spinsPerMs = spin()
  const fdatasyncPerS = fdatasync(folder)
  return () => {
    const after = cpuTimes()
    const total = after && before ? after.total - before.total : 0
    const steal = after && before && total > 0 ? (100 * (after.steal - before.steal)) / total : 0
    return { spinsPerMs, fdatasyncPerS, stealPercent: Math.round(steal * 10) / 10, cores: cpus().length }
  }
}
