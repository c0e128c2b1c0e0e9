import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { sql } from 'drizzle-orm'
import type { FastifyInstance } from 'fastify'
import { WebSocketServer } from 'ws'
import { addSeconds } from '../clock.ts'
import { digest, randomToken } from '../crypto/secrets.ts'
import { suiteById, type Deps } from '../deps.ts'
import { refusals } from '../platform/errors.ts'
import { requireText } from '../platform/fields.ts'
import { openapi, type Call } from '../platform/gateway.ts'
import { requireSuite } from '../platform/tokens.ts'
import { wakeSender } from './emit.ts'

const path = '/stream/connect'
const ticketSeconds = 90
const maxFrameBytes = 64 * 1024

/** Stream pushes: a suite asks for an address and a ticket, and opens a web socket with them. */
export function streamRoutes(app: FastifyInstance): void {
  const { deps } = app
  openapi(app, 'POST', '/v1.0/gateway/connections/open', open)
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxFrameBytes })
  app.server.on('upgrade', (request, socket, head) => {
    upgrade(deps, sockets, { request, socket, head }).catch((error: unknown) => {
      deps.log.error({ err: error }, 'a web socket could not be opened')
      socket.destroy()
    })
  })
  app.addHook('preClose', async () => deps.streams.close())
}

async function open({ deps, body, request }: Call): Promise<Record<string, unknown>> {
  const suite = requireSuite(deps, requireText(body, 'clientId'), requireText(body, 'clientSecret'))
  if (suite.pushStyle !== 'stream') throw refusals.badValue('clientId', '应用未选择Stream模式推送')
  const ticket = randomToken(24)
  const now = deps.clock.now()
  await deps.db.run(sql`delete from stream_tickets where expires_at < ${now}`)
  await deps.db.run(sql`
    insert into stream_tickets (ticket_hash, suite_id, expires_at)
    values (${digest(ticket)}, ${suite.suiteId}, ${addSeconds(now, ticketSeconds)})`)
  // Where the suite reached us is where it reaches us again.
  return { endpoint: `${request.protocol === 'https' ? 'wss' : 'ws'}://${request.host}${path}`, ticket }
}

interface Upgrade {
  request: IncomingMessage
  socket: Duplex
  head: Buffer
}

/** A ticket is good for one connection. */
async function upgrade(
  deps: Deps,
  sockets: WebSocketServer,
  { request, socket, head }: Upgrade,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://workplace')
  const row =
    url.pathname === path
      ? await deps.db.one<{ suite_id: string }>(sql`
          delete from stream_tickets
          where ticket_hash = ${digest(url.searchParams.get('ticket') ?? '')} and expires_at > ${deps.clock.now()}
          returning suite_id`)
      : null
  const suite = row && suiteById(deps, row.suite_id)
  if (!suite) {
    socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    return
  }
  sockets.handleUpgrade(request, socket, head, (opened) => {
    deps.streams.add(suite.suiteId, opened)
    void wakeSender(deps.db).catch((error: unknown) =>
      deps.log.error({ err: error }, 'cannot wake the sender'),
    )
  })
}
