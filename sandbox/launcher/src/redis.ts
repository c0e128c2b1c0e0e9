import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './ports.ts'

export interface Redis {
  readonly url: string
  /** Where it keeps its files. */
  readonly folder: string
  /** `kill -9`; it stays ended until `start`. */
  kill(): Promise<void>
  /** On the same port and files. */
  start(): Promise<void>
  /** `kill -9`, its files deleted, and a start with nothing. */
  loseEverything(): Promise<void>
  stop(): Promise<void>
}

export interface StartRedis {
  /** Keeps what it holds on disk, as in production (append-only file, synced every second). */
  readonly isDurable?: boolean
}

const startLimitMs = 10_000

const findProgram = (): string | undefined =>
  ['redis-server', 'valkey-server'].find(
    (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
  )

/** A throw-away Redis of our own on a free port; undefined when the machine has none. */
export async function startRedis({ isDurable = false }: StartRedis = {}): Promise<Redis | undefined> {
  const program = findProgram()
  if (!program) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'kangbao-redis-'))
  const port = await freePort()
  const found = program
  let running = await startOn(found, { port, folder, isDurable })

  async function end(signal: NodeJS.Signals): Promise<void> {
    running.child.kill(signal)
    await running.ended
  }
  async function start(): Promise<void> {
    running = await startOn(found, { port, folder, isDurable })
  }
  const onExit = (): void => void running.child.kill('SIGKILL')
  process.once('exit', onExit)
  return {
    url: `redis://127.0.0.1:${port}`,
    folder,
    kill: () => end('SIGKILL'),
    start,
    async loseEverything() {
      await end('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
      mkdirSync(folder)
      await start()
    },
    async stop() {
      process.off('exit', onExit)
      await end('SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<void>
}

async function startOn(
  program: string,
  { port, folder, isDurable }: { port: number; folder: string; isDurable: boolean },
): Promise<Running> {
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    save: '',
    appendonly: isDurable ? 'yes' : 'no',
    appendfsync: 'everysec',
    dir: folder,
    // BullMQ refuses to work on a Redis that may throw its keys away.
    'maxmemory-policy': 'noeviction',
  }
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
  const child = spawn(program, args, { stdio: 'ignore' })
  const ended = new Promise<void>((done) => child.once('exit', () => done()))
  await answering(port)
  return { child, ended }
}

async function answering(port: number): Promise<void> {
  const giveUpAt = Date.now() + startLimitMs
  while (!(await canConnect(port))) {
    if (Date.now() > giveUpAt) throw new Error(`redis-server did not start on port ${port}`)
    await new Promise((done) => setTimeout(done, 25))
  }
}

const canConnect = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      done(true)
    })
    socket.once('error', () => done(false))
  })
