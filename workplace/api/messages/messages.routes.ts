import type { FastifyInstance } from 'fastify'
import * as contracts from '../../contracts/messages.ts'
import { AppError, found } from '../errors.ts'
import { orgRoute, publicRoute, sessionRoute, slowOrgRoute } from '../http/route.ts'
import { readUpload } from '../http/upload.ts'
import * as media from '../media/media.ts'
import * as dings from './dings.service.ts'
import * as messages from './messages.service.ts'

export function messageRoutes(app: FastifyInstance): void {
  sessionRoute(app, contracts.listConversations, ({ query }, ctx) =>
    messages.listConversations(ctx, query.orgId),
  )
  orgRoute(app, contracts.getConversation, ({ params }, ctx) =>
    messages.getConversation(ctx, params.conversationId),
  )
  orgRoute(app, contracts.listMessages, ({ params, query }, ctx) =>
    messages.listMessages(ctx, params.conversationId, query),
  )
  orgRoute(app, contracts.sendMessage, ({ params, body }, ctx) =>
    messages.send(ctx, params.conversationId, body.content),
  )
  orgRoute(app, contracts.markRead, ({ params, body }, ctx) =>
    messages.markRead(ctx, params.conversationId, body.upTo),
  )
  orgRoute(app, contracts.openDirect, ({ body }, ctx) => messages.openDirect(ctx, body.userid))

  sessionRoute(app, contracts.listDings, ({ query }, ctx) => dings.list(ctx, query.box))
  orgRoute(app, contracts.createDing, ({ body }, ctx) => dings.create(ctx, body))
  orgRoute(app, contracts.confirmDing, ({ params }, ctx) => dings.confirm(ctx, params.dingId))
  orgRoute(app, contracts.listDingReceivers, ({ params }, ctx) => dings.receivers(ctx, params.dingId))

  slowOrgRoute(app, contracts.uploadMedia, async (_input, ctx) => {
    const file = await readUpload(ctx.request, { maxBytes: media.maxMediaBytes, tooLarge: 'media.too-large' })
    if (file.bytes.length === 0) throw new AppError('media.type')
    const mediaId = await media.store(ctx.deps.db, ctx.orgId, file, ctx.now)
    return { mediaId, url: media.mediaUrl(ctx.deps, mediaId) }
  })
  publicRoute(app, contracts.getMedia, async ({ params }, ctx, reply) => {
    const file = found(await media.read(ctx.deps, params.mediaId))
    const isImage = file.mime.startsWith('image/')
    return reply
      .type(file.mime)
      .header('content-disposition', isImage ? 'inline' : 'attachment')
      .header('content-security-policy', "default-src 'none'; sandbox")
      .header('cross-origin-resource-policy', 'cross-origin')
      .header('cache-control', 'private, max-age=31536000, immutable')
      .send(file.bytes)
  })
}
