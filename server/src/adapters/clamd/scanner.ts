import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import type { ScanVerdict, VirusScanner } from '../../ports/virus-scanner.ts'
import { judgedAddress } from '../outgoing/outgoing.ts'

const timeoutMs = 20_000
const endOfStream = Buffer.alloc(4)
const longestReply = 4_096

/**
 * ClamAV's daemon, by its INSTREAM command: each chunk goes behind its length in four bytes, a length of zero ends.
 * @param address `tcp://host:port` or `unix:/path/to/socket`.
 */
export function clamdScanner(address: string, privateHosts: readonly string[] = []): VirusScanner {
  return {
    async scan(bytes) {
      const socket = await open(address, privateHosts)
      socket.setTimeout(timeoutMs, () => socket.destroy(new Error('clamd does not answer')))
      try {
        const reply = replyOf(socket)
        // A daemon that has seen enough answers midway and hangs up: its reply says more than the broken pipe.
        await Promise.race([send(socket, bytes).catch(() => undefined), reply])
        return verdictOf(await reply)
      } finally {
        // With an error, so that a sender still waiting for room lets go of what it reads from.
        socket.destroy(new Error('the scan is over'))
      }
    },
  }
}

async function open(address: string, privateHosts: readonly string[]): Promise<Socket> {
  if (address.startsWith('unix:')) return connect({ path: address.slice('unix:'.length) })
  const { hostname, port } = new URL(address)
  return connect({ host: await judgedAddress(hostname, privateHosts), port: Number(port || 3310) })
}

async function send(socket: Socket, bytes: AsyncIterable<Buffer>): Promise<void> {
  socket.write('zINSTREAM\0')
  for await (const chunk of bytes) {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(chunk.length)
    socket.write(length)
    if (!socket.write(chunk)) await once(socket, 'drain')
  }
  socket.write(endOfStream)
}

function replyOf(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let reply = ''
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => {
      reply = (reply + text).slice(0, longestReply)
      if (reply.includes('\0')) resolve(reply)
    })
    socket.on('error', reject)
    socket.once('close', () => reject(new Error('clamd closed the line without a verdict')))
  })
}

/** `stream: OK`, `stream: <name> FOUND`, or a complaint. */
function verdictOf(reply: string): ScanVerdict {
  const text = reply.split('\0')[0]?.trim() ?? ''
  if (text === 'stream: OK') return { isClean: true }
  const finding = /^stream: (.+) FOUND$/.exec(text)?.[1]
  if (finding !== undefined) return { isClean: false, finding: finding.slice(0, 200) }
  throw new Error(`clamd gave no verdict: ${text.slice(0, 200)}`)
}
