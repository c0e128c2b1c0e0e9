import type { FastifyInstance } from 'fastify'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import type { Deps } from '../deps.ts'
import { headerOf } from '../http.ts'
import { sendProblem } from '../problem.ts'
import { hmacHex, isSameText } from '../signature.ts'
import * as store from './sms.store.ts'
import { smsPage } from './sms.page.ts'

const SmsRequest = Type.Object({
  to: Type.String({ pattern: '^\\+?[0-9]{5,20}$' }),
  template: Type.String({ minLength: 1, maxLength: 80 }),
  params: Type.Record(Type.String(), Type.String()),
  text: Type.String({ minLength: 1, maxLength: 1_000 }),
  signName: Type.String({ minLength: 1, maxLength: 40 }),
})

const ListQuery = Type.Object({
  to: Type.Optional(Type.String({ maxLength: 30 })),
  limit: Type.Integer({ default: 50, minimum: 1, maximum: 1_000 }),
})
type ListQuery = Static<typeof ListQuery>

/** The carrier's side: POST {SMS_URL}, signed. */
export function smsReceiver(deps: Deps) {
  return async (app: FastifyInstance): Promise<void> => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    )
    app.post('/sms', { bodyLimit: 16 * 1024 }, async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      if (!isSameText(hmacHex(deps.config.smsSecret, body), headerOf(request, 'x-signature') ?? '')) {
        return sendProblem(reply, { status: 401, code: 'signature.invalid', title: 'The signature is wrong' })
      }
      const message = parse(body)
      if (!Value.Check(SmsRequest, message)) {
        return sendProblem(reply, {
          status: 400,
          code: 'sms.invalid',
          title: 'The message does not fit its schema',
        })
      }
      const received = { ...message, receivedAt: deps.clock.now() }
      const messageId = await store.insert(deps.database, received, headerOf(request, 'idempotency-key'))
      deps.live.changed('sms')
      return reply.send({ messageId })
    })
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

export function smsPhone(deps: Deps) {
  return async (app: FastifyInstance): Promise<void> => {
    app.get<{ Querystring: ListQuery }>(
      '/sms/messages',
      { schema: { querystring: ListQuery } },
      async (request) => ({ messages: await store.list(deps.database, request.query) }),
    )
    app.get('/sms/live', (request, reply) => deps.live.stream('sms', request, reply))
    app.get<{ Querystring: ListQuery }>(
      '/sms',
      { schema: { querystring: ListQuery } },
      async (request, reply) => {
        const phones = await store.listPhones(deps.database, 200)
        const chosen = request.query.to
        const messages = await store.list(deps.database, { limit: 60, ...(chosen ? { to: chosen } : {}) })
        return smsPage(request, reply, { phones, messages, ...(chosen ? { chosen } : {}) })
      },
    )
  }
}
