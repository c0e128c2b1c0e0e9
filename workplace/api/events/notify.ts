import { sql } from 'drizzle-orm'
import type { ClientEvent } from '../../contracts/messages.ts'
import { array, type OrgScope, type Queries } from '../db/database.ts'

export const eventChannel = 'client_events'

/** A NOTIFY payload holds 8000 bytes: this many person ids fit beside the event. */
const receiversPerNotice = 150

/** What travels between processes: an event and who may see it. */
export interface EventNotice {
  event: ClientEvent
  personIds: string[]
}

/** Tells connected clients after the transaction commits. */
export async function notifyPersons(
  tx: Queries,
  personIds: readonly string[],
  event: ClientEvent,
): Promise<void> {
  for (let start = 0; start < personIds.length; start += receiversPerNotice) {
    const notice: EventNotice = { event, personIds: personIds.slice(start, start + receiversPerNotice) }
    await tx.run(sql`select pg_notify(${eventChannel}, ${JSON.stringify(notice)})`)
  }
}

export async function notifyMembers(
  scope: OrgScope,
  userids: readonly string[],
  event: ClientEvent,
): Promise<void> {
  const rows = await scope.rows<{ person_id: string }>(sql`
    select m.person_id from members m join persons p on p.id = m.person_id
    where m.org_id = ${scope.orgId} and m.userid = any(${array(userids)}::text[]) and p.registered_at is not null`)
  await notifyPersons(
    scope,
    rows.map((row) => row.person_id),
    event,
  )
}

/** Everyone in the org, or its admins only. */
export async function notifyOrg(
  scope: OrgScope,
  event: ClientEvent,
  who: 'all' | 'admins' = 'all',
): Promise<void> {
  const rows = await scope.rows<{ person_id: string }>(sql`
    select m.person_id from members m join persons p on p.id = m.person_id
    where m.org_id = ${scope.orgId} and p.registered_at is not null
      and ${who === 'all' ? sql`true` : sql`m.role <> 'none'`}`)
  await notifyPersons(
    scope,
    rows.map((row) => row.person_id),
    event,
  )
}
