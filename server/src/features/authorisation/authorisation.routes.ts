import type { FastifyInstance } from 'fastify'
import { signHostConfig } from '@kangbao/shared/contracts/host.ts'
import { asMember } from '../../http/context.ts'
import { route } from '../../http/route.ts'
import { take } from './callback.service.ts'
import { signPage } from './host.service.ts'
import { countedRefusals } from './refusals.ts'

export async function authorisationRoutes(app: FastifyInstance) {
  route(app, signHostConfig, ({ body }, ctx) => signPage(asMember(ctx), body))
  await app.register(callbackRoute)
}

/** In a context of its own: a push is JSON whatever its content type says, and bad JSON is the service's to judge. */
async function callbackRoute(app: FastifyInstance) {
  const refusals = countedRefusals()
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) =>
    done(null, parsed(String(body))),
  )
  app.post<{ Params: { app: string } }>(
    '/callback/dingtalk/:app',
    {
      config: { permission: 'public', rate: 'machine' },
      schema: { hide: true },
    },
    ({ params, query, body }) => take(app.deps, { app: params.app, query, body }, refusals),
  )
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}
