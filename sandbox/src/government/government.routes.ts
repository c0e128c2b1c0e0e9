import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Type, type Static } from 'typebox'
import {
  governmentHeaders,
  governmentReceiptTextToSign,
  governmentTakenTarget,
  type GovernmentReceipt,
} from '@kangbao/shared/contracts/government.ts'
import type { Deps } from '../deps.ts'
import { sendProblem, type Problem } from '../problem.ts'
import { headerOf } from '../http.ts'
import { Behaviour, type BehaviourSwitch } from './behaviour.ts'
import * as store from './government.store.ts'
import { nobodysKey } from './keys.ts'
import { verify, verifySender } from './verify.ts'
import { governmentPage } from './government.page.ts'

const bodyLimitBytes = 64 * 1024

const ListQuery = Type.Object({
  after: Type.Optional(Type.String({ format: 'date-time' })),
  corpId: Type.Optional(Type.String()),
  kind: Type.Optional(Type.Union([Type.Literal('employment'), Type.Literal('health')])),
  limit: Type.Integer({ default: 200, minimum: 1, maximum: 5_000 }),
})

const TakenQuery = Type.Object(
  { day: Type.String({ format: 'date' }), after: Type.Optional(Type.String({ format: 'uuid' })) },
  { additionalProperties: false },
)

/** The endpoint itself; its body is kept as bytes, because the signature is over bytes. */
export function governmentReceiver(deps: Deps, behaviour: BehaviourSwitch) {
  return async (app: FastifyInstance): Promise<void> => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    )
    app.post('/v1/reports', { bodyLimit: bodyLimitBytes }, (request, reply) =>
      receive(deps, behaviour, request, reply),
    )
    app.get<{ Querystring: Static<typeof TakenQuery> }>(
      '/v1/receipts',
      { schema: { querystring: TakenQuery } },
      (request, reply) => giveTaken(deps, request, reply),
    )
  }
}

/** What the caller brought for a day, so that it can compare. */
async function giveTaken(
  deps: Deps,
  request: FastifyRequest<{ Querystring: Static<typeof TakenQuery> }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const header = (name: string): string | undefined => headerOf(request, name)
  const { day, after } = request.query
  const body = Buffer.from(governmentTakenTarget(day, after ?? null))
  const sender = verifySender({ header, body }, deps.config.governmentKeys, deps.clock.now())
  if (!sender.isGood) return sendProblem(reply, sender.problem)
  const keyId = header(governmentHeaders.keyId) ?? ''
  const idempotencyKey = header(governmentHeaders.idempotencyKey) ?? ''
  const text = JSON.stringify(await store.listTaken(deps.database, { keyId, day, after }))
  const signed = governmentReceiptTextToSign({ keyId, idempotencyKey, bodyHash: sender.key.hash(text) })
  return reply
    .header(governmentHeaders.receiptSignature, sender.key.seal(signed))
    .type('application/json')
    .send(text)
}

async function receive(
  deps: Deps,
  behaviour: BehaviourSwitch,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const header = (name: string): string | undefined => headerOf(request, name)
  const note = async (outcome: string, httpStatus: number, detail = ''): Promise<void> => {
    await store.note(deps.database, {
      at: deps.clock.now(),
      idempotencyKey: header(governmentHeaders.idempotencyKey) ?? null,
      keyId: header(governmentHeaders.keyId) ?? null,
      outcome,
      httpStatus,
      detail,
    })
    deps.live.changed('government')
  }
  const refuse = async (outcome: string, problem: Problem): Promise<FastifyReply> => {
    await note(outcome, problem.status, problem.detail ?? problem.title)
    return sendProblem(reply, problem)
  }

  /** Signed with the key the report was signed with. */
  const sealOf = (text: string): string => {
    const keyId = header(governmentHeaders.keyId) ?? ''
    const idempotencyKey = header(governmentHeaders.idempotencyKey) ?? ''
    const key = deps.config.governmentKeys.get(keyId) ?? nobodysKey
    return key.seal(governmentReceiptTextToSign({ keyId, idempotencyKey, bodyHash: key.hash(text) }))
  }

  const told = behaviour.next()
  if (told.mode === 'fail') {
    const status = told.status ?? 503
    if (told.retryAfterSeconds !== undefined) reply.header('retry-after', told.retryAfterSeconds)
    return refuse('told-to-fail', {
      status,
      code: 'receiver.unavailable',
      title: 'The receiver is out of order',
    })
  }
  if (told.mode === 'delay') await sleep(told.delayMs ?? 3_000)

  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
  const verdict = verify({ header, body }, deps.config.governmentKeys, deps.clock.now())
  if (!verdict.isGood) return refuse(verdict.outcome, verdict.problem)
  if (told.mode === 'refuse') {
    const problem = {
      status: told.status ?? 422,
      code: told.code ?? 'report.refused',
      title: 'The report is refused',
    }
    return refuse('told-to-refuse', told.detail === undefined ? problem : { ...problem, detail: told.detail })
  }

  const taken = await store.take(deps.database, verdict.report, {
    keyId: header(governmentHeaders.keyId) ?? '',
    bodyHash: verdict.bodyHash,
    now: deps.clock.now(),
  })
  if (taken.outcome === 'conflict') {
    return refuse('conflict', {
      status: 409,
      code: 'idempotency-key.reused',
      title: 'Another report has this key',
    })
  }
  const detail = taken.outcome === 'accepted' && taken.orderState !== 'in-order' ? taken.orderState : ''
  if (told.mode === 'cut') {
    await note(`${taken.outcome}-then-cut`, 0, detail)
    reply.hijack()
    request.raw.socket.destroy()
    return reply
  }
  await note(taken.outcome, 200, detail)
  const receipt: GovernmentReceipt = { receiptNo: taken.receiptNo, status: 'accepted' }
  const text = JSON.stringify(receipt)
  reply.header(
    governmentHeaders.receiptSignature,
    told.mode === 'forge' ? nobodysKey.seal(text) : sealOf(text),
  )
  return told.mode === 'slow'
    ? drip(reply, text, told.delayMs ?? 5_000)
    : reply.type('application/json').send(text)
}

/** The whole answer in the end, a byte at a time until then. */
async function drip(reply: FastifyReply, text: string, wholeMs: number): Promise<FastifyReply> {
  reply.hijack()
  const signature = reply.getHeader(governmentHeaders.receiptSignature)
  reply.raw.writeHead(200, {
    'content-type': 'application/json',
    [governmentHeaders.receiptSignature]: String(signature),
  })
  const bytes = Buffer.from(text)
  for (const byte of bytes) {
    if (reply.raw.destroyed) return reply
    reply.raw.write(Buffer.of(byte))
    await sleep(wholeMs / bytes.length)
  }
  reply.raw.end()
  return reply
}

/** What people and tests use to look and to steer. */
export function governmentDesk(deps: Deps, behaviour: BehaviourSwitch) {
  return async (app: FastifyInstance): Promise<void> => {
    app.get<{ Querystring: { after?: string; corpId?: string; kind?: string; limit: number } }>(
      '/v1/reports',
      { schema: { querystring: ListQuery } },
      async (request) => ({ reports: await store.listReports(deps.database, request.query) }),
    )
    app.get('/government/attempts', async () => ({ attempts: await store.listAttempts(deps.database, 500) }))
    app.get('/government/totals', () => store.countAll(deps.database))
    app.get('/government/behaviour', async () => behaviour.current())
    app.post<{ Body: Behaviour }>(
      '/government/behaviour',
      { schema: { body: Behaviour } },
      async (request) => {
        behaviour.set(request.body)
        deps.live.changed('government')
        return behaviour.current()
      },
    )
    app.get('/government/live', (request, reply) => deps.live.stream('government', request, reply))
    app.get('/government', async (request, reply) => {
      const [totals, newest, reports, attempts] = await Promise.all([
        store.countAll(deps.database),
        store.listNewestByOrg(deps.database, 60),
        store.listReports(deps.database, { limit: 100 }),
        store.listAttempts(deps.database, 40),
      ])
      return governmentPage(request, reply, {
        totals,
        newest,
        reports,
        attempts,
        behaviour: behaviour.current(),
      })
    })
  }
}
