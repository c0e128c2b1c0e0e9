import type { FastifyInstance } from 'fastify'
import { remindMissing } from '@kangbao/shared/contracts/completeness.ts'
import * as contracts from '@kangbao/shared/contracts/ledger.ts'
import * as own from '@kangbao/shared/contracts/my-notifications.ts'
import { asMember } from '../../http/context.ts'
import { route } from '../../http/route.ts'
import * as choices from './choices.service.ts'
import * as ledger from './ledger.service.ts'
import { remindThoseMissing } from './remind-missing.service.ts'
import { stopRoutes } from './stop.routes.ts'
import { usageOfMonth } from './usage.service.ts'

export async function notificationRoutes(app: FastifyInstance) {
  await app.register(stopRoutes)
  route(app, remindMissing, ({ params, body }, ctx) => remindThoseMissing(asMember(ctx), params, body))
  route(app, own.getMyNotifications, (_input, ctx) => choices.mine(asMember(ctx)))
  route(app, own.chooseMyNotifications, ({ body }, ctx) => choices.choose(asMember(ctx), body))
  route(app, contracts.getMessageUsage, (_input, ctx) => usageOfMonth(asMember(ctx)))
  route(app, contracts.listPushes, ({ params, query }, ctx) => ledger.pushesOf(asMember(ctx), params, query))
  route(app, contracts.listDeliveries, ({ params, query }, ctx) =>
    ledger.deliveriesOf(asMember(ctx), params, query),
  )
  route(app, contracts.searchDeliveries, ({ params, body }, ctx) =>
    ledger.deliveriesOf(asMember(ctx), params, body),
  )
}
