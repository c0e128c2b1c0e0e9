import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import * as contracts from '@kangbao/shared/contracts/files.ts'
import { AppError } from '../../errors.ts'
import { asMember } from '../../http/context.ts'
import { route } from '../../http/route.ts'
import { asAttachment } from './file-names.ts'
import * as files from './files.service.ts'
import { readRange } from './ranges.ts'

export async function fileRoutes(app: FastifyInstance) {
  // Bytes are read as they come, by the feature; only here, and only under this type.
  app.addContentTypeParser('application/octet-stream', (_request, body, done) => done(null, body))

  route(app, contracts.uploadFile, async ({ query }, ctx) => {
    const { body, ...given } = incoming(ctx.request)
    try {
      return await files.upload(asMember(ctx), { ...query, ...given, bytes: whole(body) })
    } finally {
      // A sender hears an answer when he has sent all: what is left unread is let run out.
      body.resume()
    }
  })
  route(app, contracts.getFile, ({ params }, ctx) => files.get(asMember(ctx), params.fileId))
  route(app, contracts.deleteFile, ({ params }, ctx) => files.remove(asMember(ctx), params.fileId))
  route(app, contracts.readFileContent, async ({ query }, { deps, request, reply }) =>
    send(request, reply, await files.content(deps, query.link)),
  )
}

function incoming({ body, headers }: FastifyRequest) {
  if (!(body instanceof Readable)) throw new AppError('file.empty')
  const name = headers[contracts.fileNameHeader]
  const length = headers['content-length']
  return {
    name: typeof name === 'string' ? name : undefined,
    announcedBytes: length === undefined ? undefined : Number(length),
    body,
  }
}

/** A line that breaks off is the sender's trouble, not a fault of ours. */
async function* whole(body: Readable): AsyncGenerator<Buffer> {
  try {
    // Left open when the rest is not wanted, so that the answer still gets through.
    for await (const piece of body.iterator({ destroyOnReturn: false })) yield piece
  } catch (cause) {
    throw new AppError('file.cut-off', {}, { cause })
  }
}

/** Hands bytes out in a way that no browser runs or draws them in our origin (S-66, S-67). */
function send({ headers }: FastifyRequest, reply: FastifyReply, content: files.Content): Readable {
  reply
    .type(content.type)
    .header('content-disposition', asAttachment(content.name))
    .header('x-content-type-options', 'nosniff')
    .header('content-security-policy', "default-src 'none'; sandbox; frame-ancestors 'none'")
    .header('cross-origin-resource-policy', 'same-origin')
    .header('referrer-policy', 'no-referrer')
    .header('accept-ranges', 'bytes')
  const range = readRange(headers.range, content.length)
  const { start, end } = range ?? { start: 0, end: content.length }
  if (range) reply.status(206).header('content-range', `bytes ${start}-${end - 1}/${content.length}`)
  reply.header('content-length', end - start)
  return Readable.from(content.read({ start, end }), { objectMode: false })
}
