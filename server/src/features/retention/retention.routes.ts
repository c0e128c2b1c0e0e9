import type { FastifyInstance } from 'fastify'
import * as contracts from '@kangbao/shared/contracts/retention.ts'
import { asMember } from '../../http/context.ts'
import { route } from '../../http/route.ts'
import * as retention from './retention.service.ts'

export async function retentionRoutes(app: FastifyInstance) {
  route(app, contracts.previewRetention, (_input, ctx) => retention.preview(asMember(ctx)))
  route(app, contracts.listSweeps, ({ query }, ctx) => retention.listSweeps(asMember(ctx), query))
  route(app, contracts.listHolds, ({ query }, ctx) => retention.listHolds(asMember(ctx), query))
  route(app, contracts.setHold, ({ body }, ctx) => retention.setHold(asMember(ctx), body))
  route(app, contracts.releaseHold, ({ params }, ctx) => retention.releaseHold(asMember(ctx), params.holdId))
}
