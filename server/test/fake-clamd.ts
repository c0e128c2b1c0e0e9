import { createServer, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'

/** The test virus every scanner knows; put together here, so that none finds it in this repository. */
export const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE', '!$H+H*'].join(
  '',
)

/** How the daemon behaves: as it should, over its size limit, hanging up without a word, or never answering. */
export type ClamdMood = 'well' | 'too-large' | 'hangs-up' | 'talks-nonsense'

export interface FakeClamd {
  readonly url: string
  mood: ClamdMood
  /** Bytes of each stream it has looked through. */
  readonly scanned: number[]
  close(): Promise<void>
}

/** A daemon that speaks clamd's protocol: `zINSTREAM\0`, chunks behind their length, zero at the end. */
export async function startFakeClamd(): Promise<FakeClamd> {
  const scanned: number[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    serve(socket).catch(() => socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // listens on TCP

  async function serve(socket: Socket) {
    const read = reader(socket)
    const command = await read.exactly(10)
    if (command.toString() !== 'zINSTREAM\0') return void socket.end('UNKNOWN COMMAND\0')
    if (clamd.mood === 'hangs-up') return void socket.destroy()
    const pieces: Buffer[] = []
    for (;;) {
      const length = (await read.exactly(4)).readUInt32BE(0)
      if (length === 0) break
      pieces.push(await read.exactly(length))
      if (clamd.mood === 'too-large') return void socket.end('INSTREAM size limit exceeded. ERROR\0')
    }
    const bytes = Buffer.concat(pieces)
    scanned.push(bytes.length)
    if (clamd.mood === 'talks-nonsense') return void socket.end('stream: MAYBE\0')
    socket.end(bytes.includes(eicar) ? 'stream: Eicar-Test-Signature FOUND\0' : 'stream: OK\0')
  }

  const clamd: FakeClamd = {
    url: `tcp://127.0.0.1:${port}`,
    mood: 'well',
    scanned,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
  return clamd
}

/** Reads a socket in the sizes the protocol tells. */
function reader(socket: Socket) {
  const iterator: AsyncIterator<Buffer> = socket[Symbol.asyncIterator]()
  let held = Buffer.alloc(0)
  return {
    async exactly(length: number): Promise<Buffer> {
      while (held.length < length) {
        const next = await iterator.next()
        if (next.done) throw new Error('the line was cut')
        held = Buffer.concat([held, next.value])
      }
      const taken = held.subarray(0, length)
      held = held.subarray(length)
      return taken
    },
  }
}
