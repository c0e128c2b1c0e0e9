import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs'
import { lastLines } from './postgres-cluster.ts'
import { PlainError } from './plain-error.ts'
import type { ProcessName } from './layout.ts'

export interface ChildOptions {
  readonly name: ProcessName
  readonly url: string
  /** Folder of its package. */
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  readonly logFile: string
  /** Called when it ends without having been asked to. */
  readonly onCrash: (child: Child, how: string) => void
}

export interface Child {
  readonly name: ProcessName
  readonly url: string
  readonly pid: number | undefined
  /** Resolves when it answers /readyz; `env` is added for this start. */
  start(env?: Readonly<Record<string, string>>): Promise<void>
  stop(): Promise<void>
  kill(signal: NodeJS.Signals): Promise<void>
  logTail(): string
}

const readyLimitMs = 90_000
const stopLimitMs = 25_000
const logLimitBytes = 20_000_000

/** One of our processes: `node dist/main.js` of its package, with its output in a file. */
export function defineChild(options: ChildOptions): Child {
  let current: ChildProcess | undefined
  let ended: Promise<string> = Promise.resolve('not started')
  let isStopping = false
  let logStart = 0

  const child: Child = {
    name: options.name,
    url: options.url,
    get pid() {
      return current?.pid
    },
    async start(env = {}) {
      isStopping = false
      const started = spawnProcess({ ...options, env: { ...options.env, ...env } })
      logStart = statSync(options.logFile).size
      current = started
      let how: string | undefined
      ended = new Promise((done) => {
        started.once('error', (error) => done(error.message))
        started.once('exit', (code, signal) => done(`exit ${code ?? signal}`))
      })
      void ended.then((text) => {
        how = text
        if (current === started) current = undefined
      })
      await ready(options, () => how, child)
      void ended.then((text) => {
        if (!isStopping) options.onCrash(child, text)
      })
    },
    async stop() {
      isStopping = true
      const stopping = current
      if (!stopping) return
      stopping.kill('SIGTERM')
      const timer = setTimeout(() => stopping.kill('SIGKILL'), stopLimitMs)
      await ended
      clearTimeout(timer)
    },
    async kill(signal) {
      isStopping = true
      current?.kill(signal)
      await ended
    },
    // Of this start only: older lines would explain an older fault.
    logTail: () => lastLines(readFileSync(options.logFile).subarray(logStart).toString('utf8'), 25),
  }
  return child
}

function spawnProcess({ folder, env, logFile }: ChildOptions): ChildProcess {
  if (existsSync(logFile) && statSync(logFile).size > logLimitBytes) renameSync(logFile, `${logFile}.1`)
  const log = openSync(logFile, 'a', 0o600)
  // A session of its own: Ctrl-C must reach the launcher only, which then stops everything in order.
  const started = spawn(process.execPath, ['--enable-source-maps', 'dist/main.js'], {
    cwd: folder,
    env,
    stdio: ['ignore', log, log],
    detached: true,
  })
  closeSync(log)
  return started
}

async function ready(
  { name, url }: ChildOptions,
  how: () => string | undefined,
  child: Child,
): Promise<void> {
  const giveUpAt = Date.now() + readyLimitMs
  for (;;) {
    const end = how()
    if (end !== undefined)
      throw new PlainError(
        `${name} 启动失败（${end}）。\n${name} did not start (${end}):\n${child.logTail()}`,
      )
    if (await answers(`${url}/readyz`)) return
    if (Date.now() > giveUpAt) {
      await child.kill('SIGKILL')
      throw new PlainError(`${name} 长时间未就绪。\n${name} was not ready in time:\n${child.logTail()}`)
    }
    await new Promise((done) => setTimeout(done, 100))
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok
  } catch {
    return false
  }
}
