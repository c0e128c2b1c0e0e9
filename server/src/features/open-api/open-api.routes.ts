import type { FastifyInstance } from 'fastify'
import * as tokenContracts from '@kangbao/shared/contracts/api-tokens.ts'
import * as eventContracts from '@kangbao/shared/contracts/events.ts'
import { asMember } from '../../http/context.ts'
import { route } from '../../http/route.ts'
import * as events from './events.service.ts'
import * as tokens from './tokens.service.ts'

export async function openApiRoutes(app: FastifyInstance) {
  route(app, eventContracts.listEvents, ({ query }, ctx) => events.list(asMember(ctx), query))
  route(app, eventContracts.openEventFeed, (_input, ctx) => events.open(asMember(ctx)))
  route(app, tokenContracts.listApiTokens, ({ query }, ctx) => tokens.list(asMember(ctx), query))
  route(app, tokenContracts.makeApiToken, ({ body }, ctx) => tokens.make(asMember(ctx), body))
  route(app, tokenContracts.revokeApiToken, ({ params }, ctx) => tokens.revoke(asMember(ctx), params.tokenId))
}
