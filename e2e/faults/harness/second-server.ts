import { join } from 'node:path'
import { defineChild, type Child } from '@kangbao/launcher/child.ts'
import { repoRoot } from '@kangbao/launcher/layout.ts'
import { freePort } from '@kangbao/launcher/ports.ts'
import type { OwnStack } from '../../support/own-stack.ts'

export interface SecondServer extends Child {
  /** How often it ended without having been told to. */
  readonly crashes: () => number
  /** `kill -9`, and a start at the stack's time. */
  killAndRestart(): Promise<void>
}

/** One more process of the server on the same database, on a port of its own: a worker, or an API. */
export async function startSecondServer(
  own: OwnStack,
  role: 'api' | 'worker' | 'all',
  options: { readonly env?: Readonly<Record<string, string>>; readonly isAwaited?: boolean } = {},
): Promise<SecondServer> {
  const port = await freePort()
  let crashes = 0
  const child = defineChild({
    name: 'server',
    url: `http://127.0.0.1:${port}`,
    folder: join(repoRoot, 'server'),
    env: { ...own.stack.environmentOf('server'), ROLE: role, PORT: String(port), ...options.env },
    logFile: join(own.stack.dataDir, 'logs', `${role}-${port}.log`),
    onCrash: () => (crashes += 1),
  })
  const started = child.start(own.clockEnv)
  // False: it cannot be ready yet, and that is what is looked at.
  if (options.isAwaited ?? true) await started
  else started.catch(() => (crashes += 1))
  await own.follow(child.url)
  return {
    name: child.name,
    url: child.url,
    get pid() {
      return child.pid
    },
    start: (more) => child.start({ ...own.clockEnv, ...more }),
    stop: () => child.stop(),
    kill: (signal) => child.kill(signal),
    logTail: () => child.logTail(),
    crashes: () => crashes,
    async killAndRestart() {
      await child.kill('SIGKILL')
      await child.start(own.clockEnv)
    },
  }
}
