import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { QueryOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import { eventDays } from '@kangbao/shared/contracts/events.ts'
import type * as contracts from '@kangbao/shared/contracts/events.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import type { OrgScope } from '../../db/database.ts'
import { AppError } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import { deleteBefore as deleteDeliveries } from './deliveries.repo.ts'
import * as repo from './events.repo.ts'

const defaultPage = 100
const dayMs = 86_400_000

/**
 * The events after a place, in order.
 * @throws AppError `event.expired` when events between that place and the oldest there is are gone.
 */
export async function list(
  ctx: MemberContext,
  { after, limit = defaultPage }: QueryOf<typeof contracts.listEvents>,
): Promise<ResponseOf<typeof contracts.listEvents>> {
  return ctx.inOrg(async (scope) => {
    const feed = await repo.feedOf(scope)
    if (!feed) return { items: [], next: 0, hasMore: false, openedAt: null }
    const from = after ?? feed.firstSeq - 1
    if (from < feed.firstSeq - 1) throw new AppError('event.expired', { oldest: feed.firstSeq })
    const rows = await repo.after(scope, from, limit + 1)
    const items = rows.slice(0, limit)
    const next = items.at(-1)?.sequence ?? Math.min(from, feed.lastSeq)
    return { items, next, hasMore: rows.length > limit, openedAt: feed.openedAt }
  })
}

/** Opening twice is opening once; that somebody asked is written down all the same. */
export async function open(ctx: MemberContext): Promise<Record<string, never>> {
  const now = ctx.deps.clock.now()
  await ctx.inOrg(async (scope) => {
    await repo.insertFeed(scope, now)
    await noteOpened(scope, now)
  })
  return {}
}

function noteOpened(scope: OrgScope, now: EpochMs): Promise<void> {
  return appendAudit(scope, { action: 'event-feed.opened', object: 'event-feed', at: now })
}

/** From now on events are kept; called with whatever reads them. */
export async function openFeed(scope: OrgScope, now: EpochMs): Promise<void> {
  if (await repo.insertFeed(scope, now)) await noteOpened(scope, now)
}

/** Lets go of what is older than events are kept, and of what became of it. */
export async function forgetEvents(scope: OrgScope, now: EpochMs): Promise<void> {
  const before = now - eventDays * dayMs
  await repo.deleteBefore(scope, before)
  await deleteDeliveries(scope, before)
}
