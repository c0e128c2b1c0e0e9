import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { open, seal, type CallbackKeys } from './callback.ts'
import { at, listAt } from './expect.ts'
import type { Body } from './platform.ts'
import { waitFor } from './waiting.ts'

/** A push as it came, and what it says; `fault` when it could not be opened. */
export interface Push {
  readonly query: URLSearchParams
  readonly type: string
  readonly body: Body
  readonly message: Body
  readonly fault: string | null
}

/** One object of a SyncHTTP envelope, its `biz_data` read. */
export interface Item extends Body {
  readonly data: Body
}

export interface Receiver {
  readonly url: string
  readonly received: readonly Push[]
  /** The items of all envelopes so far, oldest first. */
  items(): readonly Item[]
  /** The last ticket, waited for when none has come. */
  ticket(): Promise<string>
  /** Pushes are refused (HTTP 500) while this is false. */
  isUp: boolean
  /** How many were refused so. */
  refused: number
  /** Answered in place of `success`. */
  answer: (push: Push) => string
  close(): Promise<void>
}

/** The callback URL of an app: opens what comes, answers the sealed `success`, and keeps both for the cases. */
export async function startReceiver(
  keys: CallbackKeys,
  { port = 0, host = '127.0.0.1' }: { port?: number; host?: string } = {},
): Promise<Receiver> {
  const received: Push[] = []
  const server = createServer((request, response) => void take(request, response))
  const receiver: Receiver = {
    url: '',
    received,
    isUp: true,
    refused: 0,
    answer: () => 'success',
    items: () => received.flatMap(itemsOf),
    ticket: () => waitFor(() => ticketsIn(received).at(-1)),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!receiver.isUp) {
      receiver.refused += 1
      return void response.writeHead(500).end()
    }
    const push = await read(keys, request)
    received.push(push)
    const { signature, timestamp, nonce, encrypt } = seal(keys, receiver.answer(push))
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ msg_signature: signature, timeStamp: timestamp, nonce, encrypt }))
  }

  await new Promise<void>((resolve) => server.listen(port, host, resolve))
  return Object.assign(receiver, { url: `http://127.0.0.1:${addressOf(server.address()).port}/callback` })
}

const addressOf = (address: AddressInfo | string | null): AddressInfo => {
  if (typeof address === 'object' && address) return address
  throw new Error('the receiver has no port')
}

async function read(keys: CallbackKeys, request: IncomingMessage): Promise<Push> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array))
  const query = new URL(request.url ?? '/', 'http://receiver').searchParams
  const came = { query, type: request.headers['content-type'] ?? '' }
  let body: Body = {}
  try {
    body = recordOf(JSON.parse(Buffer.concat(chunks).toString()))
    const plain = openAny(keys, {
      signature: query.get('signature') ?? '',
      timestamp: query.get('timestamp') ?? '',
      nonce: query.get('nonce') ?? '',
      encrypt: String(body['encrypt']),
    })
    return { ...came, body, message: recordOf(JSON.parse(plain)), fault: null }
  } catch (error) {
    return { ...came, body, message: {}, fault: error instanceof Error ? error.message : 'unreadable' }
  }
}

/** The first check of an app of long ago comes under the name all apps have before they are made. */
function openAny(keys: CallbackKeys, sealed: Parameters<typeof open>[1]): string {
  try {
    return open(keys, sealed)
  } catch (error) {
    const text = open({ ...keys, suiteKey: 'suite4xxxxxxxxxxxxxxx' }, sealed)
    if (text.includes('check_create_suite_url')) return text
    throw error
  }
}

const recordOf = (value: unknown): Body =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}

function itemsOf({ message }: Push): Item[] {
  if (at(message, 'bizData') === undefined) return []
  return listAt(message, 'bizData').map((one) => {
    const item = recordOf(one)
    const data = item['biz_data']
    return { ...item, data: recordOf(typeof data === 'string' ? JSON.parse(data) : data) }
  })
}

const ticketsIn = (received: readonly Push[]): string[] =>
  received
    .flatMap((push) => [
      at(push.message, 'SuiteTicket'),
      ...itemsOf(push).map((item) => item.data['suiteTicket']),
    ])
    .filter((ticket) => typeof ticket === 'string')
