import { execFileSync } from 'node:child_process'
import { createServer } from 'node:net'

/** True when nothing listens there yet. */
export function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((done) => {
    const probe = createServer()
    probe.once('error', () => done(false))
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => done(true)))
  })
}

/** Any port of the machine that is free now. */
export function freePort(host = '127.0.0.1'): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer()
    probe.once('error', fail)
    probe.listen({ port: 0, host }, () => {
      const address = probe.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      probe.close(() => done(port))
    })
  })
}

/** Above what is well known, and below where systems take the ports of outgoing connections from (Linux: 32768). */
const [firstBase, bases] = [11_000, 216]

/** First base whose whole row of ports is free, so that parallel stacks do not collide. */
export async function freePortBase(offsets: readonly number[], tries = 50): Promise<number> {
  for (let attempt = 0; attempt < tries; attempt++) {
    const base = firstBase + Math.floor(Math.random() * bases) * 100
    const free = await Promise.all(offsets.map((offset) => isFree(base + offset, '127.0.0.1')))
    if (free.every(Boolean)) return base
  }
  throw new Error('No free row of ports found.')
}

/** "node (pid 123)" for the listener of a port, as far as this account may see it. */
export function whoListens(port: number): string | undefined {
  const ask = (command: string, args: readonly string[]): string => {
    try {
      return execFileSync(command, args, { stdio: ['ignore', 'pipe', 'ignore'], timeout: 5_000 }).toString()
    } catch {
      return ''
    }
  }
  const lsof = ask('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'])
  const pid = /^p(\d+)/m.exec(lsof)?.[1]
  if (pid) return `${/^c(.+)/m.exec(lsof)?.[1] ?? '?'} (pid ${pid})`
  const ss = /users:\(\("([^"]+)",pid=(\d+)/.exec(ask('ss', ['-ltnpH', `sport = :${port}`]))
  return ss ? `${ss[1]} (pid ${ss[2]})` : undefined
}

export class PortBusyError extends Error {
  override readonly name = 'PortBusyError'
  constructor(
    readonly port: number,
    readonly purpose: string,
  ) {
    super(`Port ${port} (${purpose}) is taken by ${whoListens(port) ?? 'another program'}.`)
  }
}
