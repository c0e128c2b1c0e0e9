import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import * as contracts from '@kangbao/shared/contracts/files.ts'
import { asMember } from '../../http/context.ts'
import { route } from '../../http/route.ts'
import { asAttachment } from './file-names.ts'
import * as files from './files.service.ts'
import { received, takesBytes } from './incoming.ts'
import { readRange } from './ranges.ts'

export async function fileRoutes(app: FastifyInstance) {
  takesBytes(app)
  route(app, contracts.uploadFile, ({ query }, ctx) =>
    received(ctx.request, (arriving) => files.upload(asMember(ctx), { ...query, ...arriving })),
  )
  route(app, contracts.getFile, ({ params }, ctx) => files.get(asMember(ctx), params.fileId))
  route(app, contracts.deleteFile, ({ params }, ctx) => files.remove(asMember(ctx), params.fileId))
  route(app, contracts.readFileContent, async ({ query }, { deps, request, reply }) =>
    send(request, reply, await files.content(deps, query.link)),
  )
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
