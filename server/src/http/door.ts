import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { mayEnter, refuse, type Load } from './overload.ts'
import { problemOf } from './problem.ts'

export interface DoorOptions {
  readonly load: Load
  /** What every reply says, those of the door too. */
  readonly headers: Readonly<Record<string, string>>
  /** For a request to come whole, in milliseconds. */
  readonly requestTimeoutMs: number
}

const keepAliveMs = 72_000

/**
 * The HTTP server, with a door before the routes: while even filings are refused, whoever else comes is told so before
 * anything is made of the request. In a crowd refusals are what most of the work goes into, and what they cost is taken
 * from those inside. Open screens, pages and health checks are let in as ever.
 */
export function serverBehindDoor(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
  { load, headers, requestTimeoutMs }: DoorOptions,
): Server {
  const options = { requestTimeout: requestTimeoutMs, keepAliveTimeout: keepAliveMs }
  // As a flat list Node writes them in two thirds of the time it takes for an object.
  const always = Object.entries({ ...headers, 'content-type': 'application/problem+json' }).flat()
  return createServer(options, (request, response) => {
    if (mayEnter(load, false) || !isShed(request.url ?? '')) handle(request, response)
    else turnAway(response, always, refuse(load))
  })
}

const isShed = (path: string): boolean => path.startsWith('/api/') && !path.startsWith('/api/live')

function turnAway(response: ServerResponse, always: readonly string[], retryAfterS: number): void {
  const requestId = randomUUID()
  const problem = problemOf(requestId, 'server.overloaded', { retryAfterS })
  const text = JSON.stringify(problem)
  const own = ['x-request-id', requestId, 'retry-after', String(retryAfterS)]
  response.writeHead(problem.status, [...always, ...own, 'content-length', String(Buffer.byteLength(text))])
  response.end(text)
}
