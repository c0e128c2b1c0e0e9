import type { FastifyInstance } from 'fastify'
import * as contracts from '../../contracts/container.ts'
import { orgRoute } from '../http/route.ts'
import * as container from './container.service.ts'

export function containerRoutes(app: FastifyInstance): void {
  orgRoute(app, contracts.launchApp, ({ params, body }, ctx) => container.launch(ctx, params.agentId, body))
  orgRoute(app, contracts.mintAuthCode, ({ params }, ctx) => container.mintAuthCode(ctx, params.agentId))
  orgRoute(app, contracts.allowPersonal, ({ params, body }, ctx) =>
    container.allowPersonal(ctx, params.agentId, body.scopes),
  )
  orgRoute(app, contracts.checkConfig, ({ params, body }, ctx) =>
    container.checkConfig(ctx, params.agentId, body),
  )
  orgRoute(app, contracts.browsePicker, ({ params, query }, ctx) =>
    container.browse(ctx, params.agentId, query),
  )
  orgRoute(app, contracts.resolvePicker, ({ params, body }, ctx) =>
    container.resolve(ctx, params.agentId, body),
  )
  orgRoute(app, contracts.createAppDing, ({ params, body }, ctx) => container.ding(ctx, params.agentId, body))
  orgRoute(app, contracts.shareToConversation, ({ params, body }, ctx) =>
    container.share(ctx, params.agentId, body),
  )
}
