import { ProblemError, type Client } from '@kangbao/shared/contracts/client.ts'
import { listEvents, type OrgEvent } from '@kangbao/shared/contracts/events.ts'

const pageSize = 100

interface EventsPage {
  readonly items: readonly OrgEvent[]
  readonly nextCursor: string | null
  /** The organisation keeps no events yet. */
  readonly isClosed: boolean
}

/**
 * The feed is read forwards; a screen shows the newest first: a page is what stands before a number.
 * @param cursor `nextCursor` of the page before; nothing for the newest.
 */
export async function eventsBefore(
  api: Client,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<EventsPage> {
  const ask = (after: number, limit: number) => api.call(listEvents, { query: { after, limit } }, { signal })
  const newest = cursor === undefined ? await ask(Number.MAX_SAFE_INTEGER, 1) : null
  if (newest?.openedAt === null) return { items: [], nextCursor: null, isClosed: true }
  const last = newest?.next ?? Number(cursor)
  if (last === 0) return { items: [], nextCursor: null, isClosed: false }
  const after = Math.max(0, last - pageSize)
  // The oldest may have gone meanwhile; the answer says where what is left begins.
  const page = await ask(after, last - after).catch((error: unknown) => {
    const oldest = error instanceof ProblemError ? error.problem.details['oldest'] : undefined
    if (typeof oldest !== 'number') throw error
    return oldest > last ? null : ask(oldest - 1, last - oldest + 1)
  })
  const items = page?.items.toReversed() ?? []
  const first = items.at(-1)?.sequence ?? 0
  const isEnd = page === null || after === 0 || first > after + 1
  return { items, nextCursor: isEnd ? null : String(after), isClosed: false }
}
