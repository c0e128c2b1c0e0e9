import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { freePort, stopChild, untilReady } from '../bench.ts'

export interface Fake {
  readonly url: string
  /** What it counted so far. */
  ledger(): Promise<Record<string, number>>
  stop(): Promise<void>
}

/** Starts one of the fakes beside this file in a process of its own. */
export async function startFake(name: 'ledger' | 'platform', argument: number): Promise<Fake> {
  const port = await freePort()
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, `${name}.mjs`), String(port), String(argument)],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
  const url = `http://127.0.0.1:${port}`
  await untilReady(`${url}/ledger`, child)
  return {
    url,
    ledger: async () => (await (await fetch(`${url}/ledger`)).json()) as Record<string, number>, // counts only
    stop: () => stopChild(child),
  }
}
