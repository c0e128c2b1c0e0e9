import type { FastifyInstance } from 'fastify'
import * as contracts from '@kangbao/shared/contracts/own-data.ts'
import { asMember } from '../../http/context.ts'
import { route } from '../../http/route.ts'
import * as erasures from './erasures.service.ts'

export async function erasureRoutes(app: FastifyInstance) {
  route(app, contracts.getMyErasure, (_input, ctx) => erasures.mine(asMember(ctx)))
  route(app, contracts.askErasure, (_input, ctx) => erasures.ask(asMember(ctx)))
  route(app, contracts.takeErasureBack, (_input, ctx) => erasures.takeBackRequest(asMember(ctx)))
  route(app, contracts.listErasures, ({ query }, ctx) => erasures.list(asMember(ctx), query))
  route(app, contracts.objectToErasure, ({ params, body }, ctx) =>
    erasures.object(asMember(ctx), params.erasureId, body),
  )
}
