import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { QueryOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import { eventDays } from '@kangbao/shared/contracts/events.ts'
import type * as contracts from '@kangbao/shared/contracts/events.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import type { OrgScope } from '../../db/database.ts'
import { AppError } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
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

/** Opening twice is opening once. */
export async function open(ctx: MemberContext): Promise<Record<string, never>> {
  await ctx.inOrg((scope) => openFeed(scope, ctx.deps.clock.now()))
  return {}
}

/** From now on events are kept; called with whatever reads them. */
export async function openFeed(scope: OrgScope, now: EpochMs): Promise<void> {
  if (await repo.insertFeed(scope, now))
    await appendAudit(scope, { action: 'event-feed.opened', object: 'event-feed', at: now })
}

/** Lets go of what is older than events are kept. */
export function forgetEvents(scope: OrgScope, now: EpochMs): Promise<void> {
  return repo.deleteBefore(scope, now - eventDays * dayMs)
}
