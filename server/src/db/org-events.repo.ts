import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { EventFacts, EventType } from '@kangbao/shared/contracts/events.ts'
import type { OrgScope } from './database.ts'
import { instant } from './instant.ts'

/** An event with what its type says; the person it is about is named apart, so that he can be forgotten. */
export type NotedEvent = {
  [T in EventType]: {
    readonly type: T
    readonly at: EpochMs
    readonly data: Omit<EventFacts<T>, 'memberId'>
    readonly memberId?: string
  }
}[EventType]

/**
 * Tells the systems of an organisation, in the transaction of what happened. Where nobody has asked to be told
 * nothing is kept. Submissions and receipts are noted by the database itself.
 */
export async function noteEvent({ tx, orgId }: OrgScope, event: NotedEvent): Promise<void> {
  await tx.execute(sql`
    select note_org_event(${orgId}::uuid, ${event.type}, ${instant(event.at)}, ${event.memberId ?? null}::uuid,
      ${JSON.stringify(event.data)}::jsonb)`)
}

/** The same for each of many people. */
export async function noteEventOfEach(
  { tx, orgId }: OrgScope,
  { type, at, memberIds }: { type: EventType; at: EpochMs; memberIds: readonly string[] },
): Promise<void> {
  await tx.execute(sql`
    select note_org_event(${orgId}::uuid, ${type}, ${instant(at)}, person, '{}')
    from unnest(${sql.param([...memberIds])}::uuid[]) as person`)
}
