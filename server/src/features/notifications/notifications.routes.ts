import type { FastifyInstance } from 'fastify'
import { remindMissing } from '@kangbao/shared/contracts/completeness.ts'
import { asMember } from '../../http/context.ts'
import { route } from '../../http/route.ts'
import { remindThoseMissing } from './remind-missing.service.ts'

export async function notificationRoutes(app: FastifyInstance) {
  route(app, remindMissing, ({ params, body }, ctx) => remindThoseMissing(asMember(ctx), params, body))
}
