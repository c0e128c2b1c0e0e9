import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { AppId } from '@kangbao/shared/contracts/sessions.ts'
import type { SystemScope } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'
import type { PushedEvent } from './push.ts'

/** Files an event; false when it is here already. */
export async function receive(
  { tx }: SystemScope,
  app: AppId,
  { event, now }: { event: PushedEvent; now: EpochMs },
): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    insert into callback_inbox (id, app, dedup_key, kind, corp_id, subject, received_at)
    values (${newId()}, ${app}, ${event.dedupKey}, ${event.kind}, ${event.corpId}, ${event.subject},
      ${new Date(now).toISOString()})
    on conflict (app, dedup_key) do nothing returning id`)
  return rows.length > 0
}

/** The active org of a corp id. */
export async function activeOrgOf({ tx }: SystemScope, corpId: string): Promise<string | null> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select id from orgs where corp_id = ${corpId} and state = 'active'`)
  return rows[0]?.id ?? null
}

/** The org of a corp id, made when it is new. */
export async function orgFor(
  { tx }: SystemScope,
  { corpId, name, now }: { corpId: string; name: string; now: EpochMs },
): Promise<string> {
  const at = new Date(now).toISOString()
  const { rows } = await tx.execute<{ id: string }>(sql`
    insert into orgs (id, corp_id, name, created_at, reconciled_on)
    values (${newId()}, ${corpId}, ${name}, ${at}, (${at}::timestamptz at time zone 'Asia/Shanghai')::date)
    on conflict (corp_id) do update set name = excluded.name
    returning id`)
  const row = rows[0]
  if (!row) throw new Error('an upsert returns its row')
  return row.id
}

/** Old keys: whatever comes again after this is refused by its time stamp. */
export async function forgetReceived({ tx }: SystemScope, before: EpochMs): Promise<void> {
  await tx.execute(sql`delete from callback_inbox where received_at < ${new Date(before).toISOString()}`)
}
