import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface LoadResult {
  readonly perSecond: number
  readonly ok: number
  readonly failed: number
  readonly p50Ms: number
  readonly p99Ms: number
}

export interface Load {
  readonly url: string
  /** Made by `writeRequests`. */
  readonly file: string
  readonly connections: number
  readonly seconds: number
}

const wrk = ['/usr/bin/wrk', '/usr/local/bin/wrk', '/opt/homebrew/bin/wrk'].find((path) => existsSync(path))

/** Which generator is used; it moves the ratios, so it is written into the report. */
export const generator = wrk ? 'wrk' : 'node'

/** Runs a closed-loop load in a process of its own: wrk when it is there, else a small Node client. */
export async function generate(load: Load): Promise<LoadResult> {
  return wrk ? byWrk(wrk, load) : byNode(load)
}

async function byWrk(path: string, { url, file, connections, seconds }: Load): Promise<LoadResult> {
  const { stdout } = await run(
    path,
    [
      '-t1',
      `-c${connections}`,
      `-d${seconds}s`,
      '--timeout',
      '10s',
      '-s',
      join(import.meta.dirname, 'replay.lua'),
      url,
    ],
    { env: { ...process.env, REQUESTS: file }, maxBuffer: 1 << 24 },
  )
  return lastJson(stdout)
}

async function byNode({ url, file, connections, seconds }: Load): Promise<LoadResult> {
  const client = join(import.meta.dirname, 'node-client.mjs')
  const args = [client, url, file, String(connections), String(seconds)]
  const { stdout } = await run(process.execPath, args, { maxBuffer: 1 << 24 })
  return lastJson(stdout)
}

function lastJson(stdout: string): LoadResult {
  const line = stdout.trim().split('\n').at(-1) ?? ''
  return JSON.parse(line) as LoadResult // printed by replay.lua or node-client.mjs
}
