import type { FastifyInstance } from 'fastify'
import * as contracts from '@kangbao/shared/contracts/cases.ts'
import { asMember } from '../../http/context.ts'
import { route } from '../../http/route.ts'
import { letsViewersIn } from '../forms/index.ts'
import * as cases from './cases.service.ts'

export async function caseRoutes(app: FastifyInstance) {
  route(
    app,
    contracts.listCases,
    ({ params, query }, ctx) => cases.list(asMember(ctx), params.formId, query),
    letsViewersIn,
  )
  route(
    app,
    contracts.countCases,
    ({ params, query }, ctx) => cases.counts(asMember(ctx), params.formId, query),
    letsViewersIn,
  )
  route(app, contracts.getCase, ({ params }, ctx) => cases.read(asMember(ctx), params), letsViewersIn)
  route(app, contracts.actOnCase, ({ params, body }, ctx) => cases.act(asMember(ctx), params, body))
}
