import type { FastifyInstance } from 'fastify'
import * as contracts from '@kangbao/shared/contracts/colleagues.ts'
import { asMember } from '../../http/context.ts'
import { route } from '../../http/route.ts'
import * as service from './colleagues.service.ts'

export async function colleagueRoutes(app: FastifyInstance) {
  route(app, contracts.listColleagueForms, (_input, ctx) => service.forms(asMember(ctx)))
  route(app, contracts.listColleagues, ({ params, query }, ctx) =>
    service.colleagues(asMember(ctx), params.formId, query),
  )
  route(app, contracts.searchColleagues, ({ params, body }, ctx) =>
    service.colleagues(asMember(ctx), params.formId, body),
  )
  route(app, contracts.getColleagueFilling, ({ params }, ctx) => service.filling(asMember(ctx), params))
  route(app, contracts.fileForColleague, ({ params, body }, ctx) =>
    service.fileFor(asMember(ctx), params, body),
  )
}
