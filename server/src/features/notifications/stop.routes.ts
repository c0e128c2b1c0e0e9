import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { localeOf } from '../../http/locale.ts'
import { stopByLink } from './choices.service.ts'
import { readStopToken } from './stop-links.ts'
import { stopPage, stopPagePolicy, type StopStep } from './stop-page.ts'

export const stopPath = '/mail/stop'
const longestBody = 1_024
const open = { config: { permission: 'public', rate: 'page' } } as const

interface Named {
  readonly Params: { readonly token: string }
}

/**
 * Where the link of a mail leads: a page that asks, and what mail programs post to by themselves when their reader says
 * "unsubscribe" (RFC 8058). Neither wants a session: the link is signed, and stops one thing for one person.
 */
export async function stopRoutes(app: FastifyInstance) {
  await app.register(async (scope) => {
    // `List-Unsubscribe=One-Click` in one form or another: that it was posted says all there is to say.
    scope.addContentTypeParser('*', { bodyLimit: longestBody, parseAs: 'string' }, (_request, _body, done) =>
      done(null, undefined),
    )
    scope.get<Named>(`${stopPath}/:token`, open, async (request, reply) => {
      const isOurs = (await readStopToken(app.deps, request.params.token)) !== null
      return answer(request, reply, isOurs ? 'asks' : 'unknown')
    })
    scope.post<Named>(`${stopPath}/:token`, open, async (request, reply) => {
      const stopping = await readStopToken(app.deps, request.params.token)
      if (stopping) await stopByLink(app.deps, stopping)
      return answer(request, reply, stopping ? 'done' : 'unknown')
    })
  })
}

function answer(request: FastifyRequest, reply: FastifyReply, step: StopStep): FastifyReply {
  return reply
    .code(step === 'unknown' ? 404 : 200)
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('content-security-policy', stopPagePolicy)
    .send(stopPage(step, localeOf(request)))
}
