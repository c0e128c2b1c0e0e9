import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { stopChild } from '../bench.ts'

/** When those on line heard of one thing, from the moment it was sent. */
export interface Heard {
  readonly heard: number
  /** Streams that ended, since they were opened. */
  readonly lost: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly lastMs: number
}

export interface Listeners {
  readonly greeted: number
  /** Sends something while all of them listen. */
  round(send: () => Promise<unknown>): Promise<Heard>
  stop(): Promise<void>
}

const longestMs = 20_000

/** Opens a stream for every token, in a process of its own. */
export async function listen(url: string, folder: string, tokens: readonly string[]): Promise<Listeners> {
  const file = join(folder, `tokens-${String(tokens.length)}-${new URL(url).port}.txt`)
  writeFileSync(file, tokens.join('\n'))
  const child = spawn(process.execPath, [join(import.meta.dirname, 'listeners.mjs'), url, file], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async <T>(): Promise<T> => {
    const line = await lines.next()
    if (line.done === true) throw new Error('the listeners ended')
    return JSON.parse(line.value) as T // printed by listeners.mjs
  }
  const { greeted } = await next<{ greeted: number }>()
  return {
    greeted,
    async round(send) {
      child.stdin.write(`${String(longestMs)}\n`)
      await next()
      await send()
      return next<Heard>()
    },
    stop: () => stopChild(child),
  }
}
