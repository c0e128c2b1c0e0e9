import type { FastifyInstance } from 'fastify'
import * as contracts from '@kangbao/shared/contracts/completeness.ts'
import { asMember } from '../../http/context.ts'
import { route } from '../../http/route.ts'
import { letsViewersIn } from '../forms/index.ts'
import { answerStatistics } from './statistics.service.ts'

export async function statisticsRoutes(app: FastifyInstance) {
  route(
    app,
    contracts.getAnswerStatistics,
    ({ params, query }, ctx) => answerStatistics(asMember(ctx), params.formId, query),
    letsViewersIn,
  )
}
