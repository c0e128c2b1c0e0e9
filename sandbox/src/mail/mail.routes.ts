import type { FastifyInstance } from 'fastify'
import { Type, type Static } from 'typebox'
import type { Deps } from '../deps.ts'
import { sendProblem } from '../problem.ts'
import * as store from './mail.store.ts'
import { mailPage, onePage } from './mail.page.ts'

const ListQuery = Type.Object({
  to: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Integer({ default: 50, minimum: 1, maximum: 1_000 }),
})
type ListQuery = Static<typeof ListQuery>

const IdParams = Type.Object({ id: Type.String({ format: 'uuid' }) })
const FileParams = Type.Object({
  id: Type.String({ format: 'uuid' }),
  position: Type.Integer({ minimum: 0 }),
})

const missing = { status: 404, code: 'resource.missing', title: 'Not found' } as const

export function mailInbox(deps: Deps) {
  return async (app: FastifyInstance): Promise<void> => {
    app.get<{ Querystring: ListQuery }>(
      '/mail/messages',
      { schema: { querystring: ListQuery } },
      async (request) => ({ messages: await store.list(deps.database, request.query) }),
    )
    app.get<{ Params: Static<typeof IdParams> }>(
      '/mail/messages/:id',
      { schema: { params: IdParams } },
      async (request, reply) =>
        (await store.byId(deps.database, request.params.id)) ?? sendProblem(reply, missing),
    )
    app.get<{ Params: Static<typeof FileParams> }>(
      '/mail/messages/:id/attachments/:position',
      { schema: { params: FileParams } },
      async (request, reply) => {
        const file = await store.attachment(deps.database, request.params.id, request.params.position)
        if (!file) return sendProblem(reply, missing)
        // Always a download: a mail must not be able to run in this origin.
        return reply
          .type('application/octet-stream')
          .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file.fileName)}`)
          .send(file.content)
      },
    )
    app.get('/mail/live', (request, reply) => deps.live.stream('mail', request, reply))
    app.get<{ Querystring: ListQuery }>(
      '/mail',
      { schema: { querystring: ListQuery } },
      async (request, reply) => mailPage(request, reply, await store.list(deps.database, request.query)),
    )
    app.get<{ Params: Static<typeof IdParams> }>(
      '/mail/:id',
      { schema: { params: IdParams } },
      async (request, reply) => {
        const mail = await store.byId(deps.database, request.params.id)
        return mail ? onePage(request, reply, mail) : sendProblem(reply, missing)
      },
    )
  }
}
