import { sql } from 'drizzle-orm'
import { LRUCache } from 'lru-cache'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { Database, SystemScope } from '../../db/database.ts'
import { systemOrgId } from '../../jobs/outbox.repo.ts'
import type { TicketStore } from '../../ports/ticket-store.ts'
import type { SealedPlace, Vault } from '../../ports/vault.ts'

/** Another process may have taken the newer ticket: look again now and then. */
const cacheMs = 30_000

export function ticketStore(database: Database, vault: Vault): TicketStore {
  const cache = new LRUCache<string, string>({ max: 100, ttl: cacheMs })
  return {
    async read(app) {
      const known = cache.get(app)
      if (known !== undefined) return known
      const sealed = await database.inSystem(({ tx }) =>
        tx.execute<{ ticket: Buffer | null }>(sql`select ticket from suites where app = ${app}`),
      )
      const ticket = sealed.rows[0]?.ticket
      if (!ticket) return null
      const text = await vault.open(placeOf(app), ticket)
      cache.set(app, text)
      return text
    },
    forget: (app) => void cache.delete(app),
  }
}

/** One from this far in the future: the clock has been turned back since, and order tells nothing. */
const clockTurnedBackMs = 3_600_000

/** Keeps a ticket unless a newer one is here already: pushes come in any order. */
export async function keepTicket(
  { tx }: SystemScope,
  vault: Vault,
  { app, ticket, at, now }: { app: string; ticket: string; at: EpochMs; now: EpochMs },
): Promise<void> {
  const sealed = await vault.seal(placeOf(app), ticket)
  await tx.execute(sql`
    insert into suites (app, ticket, ticket_at) values (${app}, ${sealed}, ${new Date(at).toISOString()})
    on conflict (app) do update set ticket = excluded.ticket, ticket_at = excluded.ticket_at
    where suites.ticket_at is null or suites.ticket_at <= excluded.ticket_at
      or suites.ticket_at > ${new Date(now + clockTurnedBackMs).toISOString()}::timestamptz`)
}

function placeOf(app: string): SealedPlace {
  return { orgId: systemOrgId, table: 'suites', column: 'ticket', row: app }
}
