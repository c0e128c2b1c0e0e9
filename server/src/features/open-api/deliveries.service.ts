import type { QueryOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import { testEventType, type WebhookDelivery } from '@kangbao/shared/contracts/webhooks.ts'
import type * as contracts from '@kangbao/shared/contracts/webhooks.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import { idCursor, newId } from '../../db/ids.ts'
import { AppError, found } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import { emit } from '../../jobs/outbox.repo.ts'
import * as deliveries from './deliveries.repo.ts'
import { eventById } from './events.repo.ts'
import { receiverOf } from './sending.repo.ts'
import { sendOnce } from './webhooks.jobs.ts'

const defaultPage = 50

/** @throws AppError `resource.missing` */
export async function list(
  ctx: MemberContext,
  endpointId: string,
  { cursor, state, limit = defaultPage }: QueryOf<typeof contracts.listWebhookDeliveries>,
): Promise<ResponseOf<typeof contracts.listWebhookDeliveries>> {
  const before = idCursor(cursor)
  const rows = await ctx.inOrg(async (scope) => {
    found(await receiverOf(scope, endpointId, ctx.deps.clock.now()))
    return deliveries.list(scope, endpointId, { before, state, limit: limit + 1 })
  })
  const items = rows.slice(0, limit)
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
}

/** Owes a test, also to an endpoint that is paused or disabled. @throws AppError `resource.missing` */
export async function test(ctx: MemberContext, endpointId: string): Promise<WebhookDelivery> {
  const now = ctx.deps.clock.now()
  const id = newId()
  return ctx.inOrg(async (scope) => {
    found(await receiverOf(scope, endpointId, now))
    await deliveries.insertTest(scope, { id, endpointId, type: testEventType, now })
    await emit(scope, sendOnce, { orgId: ctx.orgId, endpointId, deliveryId: id }, { now })
    await appendAudit(scope, { action: 'webhook.tested', object: `webhook:${endpointId}`, at: now })
    return found(await deliveries.byId(scope, endpointId, id))
  })
}

/** @throws AppError `resource.missing`, `event.expired` when the event is gone. */
export async function resend(ctx: MemberContext, endpointId: string, id: string): Promise<WebhookDelivery> {
  const now = ctx.deps.clock.now()
  return ctx.inOrg(async (scope) => {
    const delivery = found(await deliveries.byId(scope, endpointId, id))
    const isThere = delivery.type === testEventType || (await eventById(scope, delivery.eventId)) !== null
    if (!isThere) throw new AppError('event.expired')
    // One whose turn it is in the feed is on its way already.
    if (delivery.state !== 'waiting') {
      await deliveries.waitAgain(scope, id)
      await emit(scope, sendOnce, { orgId: ctx.orgId, endpointId, deliveryId: id }, { now, dedupKey: id })
    }
    await appendAudit(scope, { action: 'webhook.resent', object: `webhook:${endpointId}`, at: now })
    return found(await deliveries.byId(scope, endpointId, id))
  })
}
