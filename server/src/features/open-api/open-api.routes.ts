import type { FastifyInstance } from 'fastify'
import * as tokenContracts from '@kangbao/shared/contracts/api-tokens.ts'
import * as eventContracts from '@kangbao/shared/contracts/events.ts'
import * as webhookContracts from '@kangbao/shared/contracts/webhooks.ts'
import { asMember } from '../../http/context.ts'
import { route } from '../../http/route.ts'
import * as deliveries from './deliveries.service.ts'
import * as events from './events.service.ts'
import * as tokens from './tokens.service.ts'
import * as webhooks from './webhooks.service.ts'

export async function openApiRoutes(app: FastifyInstance) {
  route(app, eventContracts.listEvents, ({ query }, ctx) => events.list(asMember(ctx), query))
  route(app, eventContracts.openEventFeed, (_input, ctx) => events.open(asMember(ctx)))
  route(app, tokenContracts.listApiTokens, ({ query }, ctx) => tokens.list(asMember(ctx), query))
  route(app, tokenContracts.makeApiToken, ({ body }, ctx) => tokens.make(asMember(ctx), body))
  route(app, tokenContracts.revokeApiToken, ({ params }, ctx) => tokens.revoke(asMember(ctx), params.tokenId))
  webhookRoutes(app)
}

function webhookRoutes(app: FastifyInstance): void {
  const hook = webhookContracts
  route(app, hook.listWebhooks, (_input, ctx) => webhooks.list(asMember(ctx)))
  route(app, hook.addWebhook, ({ body }, ctx) => webhooks.add(asMember(ctx), body))
  route(app, hook.changeWebhook, ({ params, body }, ctx) =>
    webhooks.change(asMember(ctx), params.endpointId, body),
  )
  route(app, hook.removeWebhook, ({ params }, ctx) => webhooks.remove(asMember(ctx), params.endpointId))
  route(app, hook.rotateWebhookSecret, ({ params }, ctx) => webhooks.rotate(asMember(ctx), params.endpointId))
  route(app, hook.replayWebhook, ({ params, body }, ctx) =>
    webhooks.replay(asMember(ctx), params.endpointId, body.after),
  )
  route(app, hook.testWebhook, ({ params }, ctx) => deliveries.test(asMember(ctx), params.endpointId))
  route(app, hook.listWebhookDeliveries, ({ params, query }, ctx) =>
    deliveries.list(asMember(ctx), params.endpointId, query),
  )
  route(app, hook.resendWebhookDelivery, ({ params }, ctx) =>
    deliveries.resend(asMember(ctx), params.endpointId, params.deliveryId),
  )
}
