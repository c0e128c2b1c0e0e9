import type { FastifyInstance } from 'fastify'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import type { Deps } from '../deps.ts'
import { headerOf } from '../http.ts'
import { sendProblem } from '../problem.ts'
import { checkSignature } from './verify.ts'
import { webhooksPage } from './webhooks.page.ts'
import * as store from './webhooks.store.ts'

const Params = Type.Object({ receiver: Type.String({ pattern: '^[a-z0-9-]{1,40}$' }) })
type Params = Static<typeof Params>

const Settings = Type.Object({
  secret: Type.String({ maxLength: 200 }),
  answer: Type.Integer({ minimum: 200, maximum: 599 }),
})

const mostShown = 100

/** A receiver for each path: checks signatures, answers as it is told to, keeps what came in. */
export function webhookReceiver(deps: Deps) {
  return async (app: FastifyInstance): Promise<void> => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    )
    app.post<{ Params: Params }>(
      '/webhooks/:receiver',
      { bodyLimit: 64 * 1024, schema: { params: Params } },
      async (request, reply) => {
        const { receiver } = request.params
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
        const told = await store.receiverOf(deps.database, receiver)
        const webhookId = headerOf(request, 'webhook-id') ?? ''
        const signed = {
          id: webhookId,
          timestamp: headerOf(request, 'webhook-timestamp') ?? '',
          signatures: headerOf(request, 'webhook-signature') ?? '',
          body,
        }
        const receivedAt = deps.clock.now()
        const signature = checkSignature(told.secret, signed, receivedAt)
        const answer = signature === 'bad' || signature === 'stale' ? 401 : told.answer
        await store.insert(deps.database, {
          receiver,
          receivedAt,
          webhookId,
          body: parse(body),
          signature,
          answer,
        })
        deps.live.changed('webhooks')
        return reply.code(answer).send()
      },
    )
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return {}
  }
}

/** What people see and set. */
export function webhookDesk(deps: Deps) {
  return async (app: FastifyInstance): Promise<void> => {
    app.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    )
    app.post<{ Params: Params }>(
      '/webhooks/:receiver/settings',
      { schema: { params: Params } },
      async (request, reply) => {
        const settings = Value.Convert(Settings, request.body)
        if (!Value.Check(Settings, settings))
          return sendProblem(reply, {
            status: 400,
            code: 'settings.invalid',
            title: 'Secret and answer, please',
          })
        const { secret, answer } = settings
        await store.save(deps.database, { name: request.params.receiver, secret: secret.trim(), answer })
        deps.live.changed('webhooks')
        return reply.redirect('/webhooks', 303)
      },
    )
    app.get<{ Params: Params }>(
      '/webhooks/:receiver/messages',
      { schema: { params: Params } },
      async (request) => ({ messages: await store.list(deps.database, request.params.receiver, mostShown) }),
    )
    app.get('/webhooks/live', (request, reply) => deps.live.stream('webhooks', request, reply))
    app.get('/webhooks', async (request, reply) =>
      webhooksPage(request, reply, {
        receivers: await store.listReceivers(deps.database),
        messages: await store.list(deps.database, null, mostShown),
      }),
    )
  }
}
