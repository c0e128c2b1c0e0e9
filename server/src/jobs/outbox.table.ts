import { integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'

export const outbox = pgTable(
  'outbox',
  {
    orgId: uuid('org_id').notNull(),
    id: uuid('id').notNull(),
    job: text('job').notNull(),
    payload: jsonb('payload').notNull(),
    dedupKey: text('dedup_key'),
    generation: integer('generation').notNull().default(1),
    attempts: integer('attempts').notNull().default(0),
    createdAt: timestamp('created_at', { withTimezone: true, mode: 'date' }).notNull(),
    availableAt: timestamp('available_at', { withTimezone: true, mode: 'date' }).notNull(),
    relayedAt: timestamp('relayed_at', { withTimezone: true, mode: 'date' }),
  },
  (table) => [primaryKey({ columns: [table.orgId, table.id] })],
)
