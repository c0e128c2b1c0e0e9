import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './ports.ts'

export interface Redis {
  readonly url: string
  stop(): Promise<void>
}

const startLimitMs = 10_000

const findProgram = (): string | undefined =>
  ['redis-server', 'valkey-server'].find(
    (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
  )

/** A throw-away Redis of our own on a free port; undefined when the machine has none. */
export async function startRedis(): Promise<Redis | undefined> {
  const program = findProgram()
  if (!program) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'kangbao-redis-'))
  const port = await freePort()
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    folder,
  ]
  // BullMQ refuses to work on a Redis that may throw its keys away.
  const child = spawn(program, [...args, '--maxmemory-policy', 'noeviction'], { stdio: 'ignore' })
  const ended = new Promise<void>((done) => child.once('exit', () => done()))
  const onExit = (): void => void child.kill('SIGKILL')
  process.once('exit', onExit)
  await answering(port)
  return {
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      process.off('exit', onExit)
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
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
