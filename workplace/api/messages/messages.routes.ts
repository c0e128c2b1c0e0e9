import type { FastifyInstance } from 'fastify'
import * as contracts from '../../contracts/messages.ts'
import { AppError, found } from '../errors.ts'
import { orgRoute, publicRoute, sessionRoute, slowOrgRoute } from '../http/route.ts'
import { readUpload } from '../http/upload.ts'
import * as media from '../media/media.ts'
import * as conversations from './conversations.service.ts'
import * as dings from './dings.service.ts'
import * as messages from './messages.service.ts'

export function messageRoutes(app: FastifyInstance): void {
  sessionRoute(app, contracts.listConversations, ({ query }, ctx) => conversations.list(ctx, query))
  orgRoute(app, contracts.getConversation, ({ params }, ctx) => conversations.get(ctx, params.conversationId))
  orgRoute(app, contracts.openDirect, ({ body }, ctx) => conversations.openDirect(ctx, body.userid))
  orgRoute(app, contracts.changeConversationSettings, ({ params, body }, ctx) =>
    conversations.changeSettings(ctx, params.conversationId, body),
  )
  orgRoute(app, contracts.listMessages, ({ params, query }, ctx) =>
    messages.list(ctx, params.conversationId, query),
  )
  orgRoute(app, contracts.sendMessage, ({ params, body }, ctx) =>
    messages.send(ctx, params.conversationId, body),
  )
  orgRoute(app, contracts.recallMessage, ({ params }, ctx) =>
    messages.recall(ctx, params.conversationId, params.messageId),
  )
  orgRoute(app, contracts.markRead, ({ params, body }, ctx) =>
    messages.markRead(ctx, params.conversationId, body.upTo),
  )

  sessionRoute(app, contracts.listDings, ({ query }, ctx) => dings.list(ctx, query))
  sessionRoute(app, contracts.countDings, (_input, ctx) => dings.count(ctx))
  orgRoute(app, contracts.getDing, ({ params }, ctx) => dings.get(ctx, params.dingId))
  orgRoute(app, contracts.createDing, ({ body }, ctx) => dings.create(ctx, body))
  orgRoute(app, contracts.confirmDing, ({ params }, ctx) => dings.confirm(ctx, params.dingId))
  orgRoute(app, contracts.listDingReceivers, ({ params, query }, ctx) =>
    dings.receivers(ctx, params.dingId, query),
  )
  orgRoute(app, contracts.remindDing, ({ params }, ctx) => dings.remind(ctx, params.dingId))

  slowOrgRoute(app, contracts.uploadMedia, async (_input, ctx) => {
    const file = await readUpload(ctx.request, {
      maxBytes: contracts.maxMediaBytes,
      tooLarge: 'media.too-large',
    })
    if (file.bytes.length === 0) throw new AppError('media.type')
    const mediaId = await media.store(ctx.deps.db, ctx.orgId, file, ctx.now)
    return { mediaId, url: media.mediaUrl(ctx.deps, mediaId) }
  })
  publicRoute(app, contracts.getMedia, async ({ params }, ctx, reply) => {
    const file = found(await media.read(ctx.deps, params.mediaId))
    return reply
      .type(file.mime)
      .header('content-disposition', media.disposition(file))
      .header('content-security-policy', "default-src 'none'; sandbox")
      .header('cross-origin-resource-policy', 'cross-origin')
      .header('cache-control', 'private, max-age=31536000, immutable')
      .send(file.bytes)
  })
}
