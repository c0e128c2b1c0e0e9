import type { FastifyInstance } from 'fastify'
import * as contracts from '@kangbao/shared/contracts/consents.ts'
import { asMember } from '../../http/context.ts'
import { route } from '../../http/route.ts'
import * as consents from './consents.service.ts'

export async function consentRoutes(app: FastifyInstance) {
  route(app, contracts.getNotice, ({ params }, ctx) => consents.notice(asMember(ctx), params.formId))
  route(app, contracts.decideConsents, ({ params, body }, ctx) =>
    consents.decide(asMember(ctx), params.formId, body),
  )
}
