import type { FastifyInstance } from 'fastify'
import * as contracts from '@kangbao/shared/contracts/absences.ts'
import { asMember } from '../../http/context.ts'
import { route } from '../../http/route.ts'
import * as absences from './absences.service.ts'

export async function absencesRoutes(app: FastifyInstance) {
  route(app, contracts.listAbsences, ({ query }, ctx) => absences.list(asMember(ctx), query))
  route(app, contracts.enterAbsences, ({ body }, ctx) => absences.enter(asMember(ctx), body))
  route(app, contracts.endAbsence, ({ params }, ctx) => absences.end(asMember(ctx), params.absenceId))
}
