import type { FastifyInstance } from 'fastify'
import * as contracts from '@kangbao/shared/contracts/completeness.ts'
import { asMember } from '../../http/context.ts'
import { route } from '../../http/route.ts'
import { letsViewersIn } from '../forms/index.ts'
import * as completeness from './completeness.service.ts'
import { rangeStatistics } from './statistics.service.ts'

export async function completenessRoutes(app: FastifyInstance) {
  route(
    app,
    contracts.getCompleteness,
    ({ params }, ctx) => completeness.totals(asMember(ctx), params),
    letsViewersIn,
  )
  route(
    app,
    contracts.listDepartmentCompleteness,
    ({ params, query }, ctx) => completeness.departments(asMember(ctx), params, query),
    letsViewersIn,
  )
  route(
    app,
    contracts.listCompletenessPeople,
    ({ params, query }, ctx) => completeness.people(asMember(ctx), params, query),
    letsViewersIn,
  )
  route(
    app,
    contracts.searchCompletenessPeople,
    ({ params, body }, ctx) => completeness.people(asMember(ctx), params, body),
    letsViewersIn,
  )
  route(
    app,
    contracts.getStatistics,
    ({ params, query }, ctx) => completeness.statistics(asMember(ctx), params, query),
    letsViewersIn,
  )
  route(
    app,
    contracts.getRangeStatistics,
    ({ params, query }, ctx) => rangeStatistics(asMember(ctx), params.formId, query),
    letsViewersIn,
  )
  route(
    app,
    contracts.getTrend,
    ({ params, query }, ctx) => completeness.trend(asMember(ctx), params.formId, query),
    letsViewersIn,
  )
}
