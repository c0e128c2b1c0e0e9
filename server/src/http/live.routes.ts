import type { FastifyInstance } from 'fastify'
import { liveEvents } from '@kangbao/shared/contracts/live.ts'
import { asMember } from './context.ts'
import { audienceOf, type SharedForms } from './live-audience.ts'
import { apiPrefix, rateOf } from './route.ts'
import { authorise } from './session.ts'

const beatMs = 20_000
/** Streams end before a session would; the client comes back with its fresh token. */
const longestMs = 30 * 60_000

/** Server-sent events of the caller's org, as far as his role goes: one long reply, so it does not go through `route()`. */
export async function liveRoutes(app: FastifyInstance, { sharedForms }: { sharedForms: SharedForms }) {
  app.get(
    `${apiPrefix}${liveEvents.path}`,
    {
      config: { permission: liveEvents.permission, contract: liveEvents, ...rateOf(liveEvents) },
      schema: { summary: liveEvents.summary, tags: ['live'], security: [{ bearer: [] }] },
      onRequest: async (request) => {
        request.caller = await authorise(request, liveEvents, app.deps)
      },
    },
    async (request, reply) => {
      const member = asMember({ caller: request.caller, deps: app.deps })
      const { orgId, memberId, role, sessionId } = member
      const { raw } = reply
      const hear = await audienceOf(member, sharedForms, (event) =>
        raw.write(`data: ${JSON.stringify(event)}\n\n`),
      )
      reply.hijack()
      for (const [name, value] of Object.entries(reply.getHeaders()))
        if (value !== undefined) raw.setHeader(name, value)
      raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
        // Nothing follows a stream; kept open, its connection would hold up a server that stops.
        connection: 'close',
      })
      raw.write(': open\n\n')
      const stop = app.deps.live.subscribe(orgId, hear)
      const beat = setInterval(() => raw.write(': beat\n\n'), beatMs)
      const end = setTimeout(() => raw.end(), longestMs)
      const closing = () => raw.end()
      // Whoever loses his session or his role stops hearing at once, not at the end of the stream (S-10).
      const stopWatching = app.deps.guard.onRevocation(() => {
        if (app.deps.guard.isRevoked({ sid: sessionId, sub: memberId, org: orgId, role })) raw.end()
      })
      app.closing.addEventListener('abort', closing, { once: true })
      raw.on('close', () => {
        stop()
        stopWatching()
        clearInterval(beat)
        clearTimeout(end)
        app.closing.removeEventListener('abort', closing)
      })
    },
  )
}
