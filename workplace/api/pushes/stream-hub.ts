import { randomUUID } from 'node:crypto'
import type { WebSocket } from 'ws'

const receiptMs = 3000
const pingMs = 30_000
const closingMs = 1000

/** One event for the suite, in the shape of the Stream form. */
export interface StreamEvent {
  type: string
  id: string
  corpId: string
  unifiedAppId: string
  bornAt: number
  data: Record<string, unknown>
}

/** The web sockets suites have open with this process. */
export interface StreamHub {
  has(suiteId: string): boolean
  add(suiteId: string, socket: WebSocket): void
  /** Sends to one of the suite's connections. @throws unless it says in time that it has it. */
  deliver(suiteId: string, event: StreamEvent): Promise<void>
  close(): void
}

interface Connection {
  id: string
  socket: WebSocket
  isAlive: boolean
  /** By message id: who waits for its receipt. */
  waiting: Map<string, (status: string) => void>
}

export function createStreamHub(): StreamHub {
  const connections = new Map<string, Connection[]>()
  const of = (suiteId: string) => connections.get(suiteId) ?? []
  const heartbeat = setInterval(() => {
    for (const connection of [...connections.values()].flat()) ping(connection)
  }, pingMs)
  heartbeat.unref()
  let turn = 0
  return {
    has: (suiteId) => of(suiteId).length > 0,
    add(suiteId, socket) {
      const connection: Connection = { id: randomUUID(), socket, isAlive: true, waiting: new Map() }
      connections.set(suiteId, [...of(suiteId), connection])
      socket.on('message', (data) => receive(connection, textOf(data)))
      socket.on('error', () => undefined) // `close` follows
      socket.on('close', () => {
        connections.set(
          suiteId,
          of(suiteId).filter((one) => one !== connection),
        )
        for (const settle of connection.waiting.values()) settle('closed')
      })
    },
    async deliver(suiteId, event) {
      const open = of(suiteId)
      const connection = open[(turn += 1) % Math.max(1, open.length)]
      if (!connection) throw new Error('no connection is open')
      const status = await sendAndWait(connection, eventFrame(connection, event))
      if (status !== 'SUCCESS') throw new Error(`the receiver says ${status.slice(0, 40)}`)
    },
    close() {
      clearInterval(heartbeat)
      for (const { socket } of [...connections.values()].flat()) {
        socket.send(JSON.stringify(systemFrame('disconnect', { reason: 'server restart' })))
        socket.close()
        setTimeout(() => socket.terminate(), closingMs).unref() // one that does not answer holds up nobody
      }
    },
  }
}

interface Frame {
  specVersion: '1.0'
  type: 'SYSTEM' | 'EVENT'
  headers: Record<string, string> & { messageId: string }
  data: string
}

const headersOf = (topic: string) => ({
  topic,
  messageId: randomUUID().replaceAll('-', ''),
  contentType: 'application/json',
  time: String(Date.now()),
})

const systemFrame = (topic: 'ping' | 'disconnect', data: object): Frame => ({
  specVersion: '1.0',
  type: 'SYSTEM',
  headers: headersOf(topic),
  data: JSON.stringify(data),
})

const eventFrame = ({ id }: Connection, event: StreamEvent): Frame => ({
  specVersion: '1.0',
  type: 'EVENT',
  headers: {
    ...headersOf('*'),
    connectionId: id,
    eventType: event.type,
    eventId: event.id,
    eventCorpId: event.corpId,
    eventUnifiedAppId: event.unifiedAppId,
    eventBornTime: String(event.bornAt),
  },
  data: JSON.stringify(event.data),
})

/** One that has not answered the last ping is gone. */
function ping(connection: Connection): void {
  if (!connection.isAlive) return connection.socket.terminate()
  connection.isAlive = false
  connection.socket.send(JSON.stringify(systemFrame('ping', { opaque: randomUUID() })))
}

function sendAndWait({ socket, waiting }: Connection, frame: Frame): Promise<string> {
  const { messageId } = frame.headers
  return new Promise((resolve) => {
    const settle = (status: string) => {
      clearTimeout(timer)
      waiting.delete(messageId)
      resolve(status)
    }
    const timer = setTimeout(() => settle('nothing'), receiptMs)
    waiting.set(messageId, settle)
    socket.send(JSON.stringify(frame))
  })
}

/** A receipt: `{code, headers: {messageId}, data: '{"status":"SUCCESS"}'}`; whatever else comes is no concern of ours. */
function receive(connection: Connection, text: string): void {
  connection.isAlive = true
  const receipt = recordOf(parse(text))
  const messageId = recordOf(receipt['headers'])['messageId']
  const settle = typeof messageId === 'string' ? connection.waiting.get(messageId) : undefined
  if (!settle) return
  const { data } = receipt
  const status = recordOf(typeof data === 'string' ? parse(data) : data)['status']
  if (receipt['code'] !== 200) settle(`code ${String(receipt['code'])}`)
  else settle(typeof status === 'string' ? status : 'nothing')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}

const textOf = (data: unknown): string =>
  Buffer.isBuffer(data)
    ? data.toString('utf8')
    : Array.isArray(data)
      ? Buffer.concat(data).toString('utf8')
      : ''
