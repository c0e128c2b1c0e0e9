import { drizzle } from 'drizzle-orm/node-postgres'
import { sql } from 'drizzle-orm'
import { boolean, date, integer, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import pg from 'pg'
import { v7 } from 'uuid'
import type { Scenario } from '../scenario.ts'

const rowsTable = pgTable(
  'bench_statement',
  {
    orgId: uuid('org_id').notNull(),
    formId: uuid('form_id').notNull(),
    periodStart: date('period_start').notNull(),
    memberId: uuid('member_id').notNull(),
    revision: integer('revision').notNull().default(1),
    answers: text('answers').notNull(),
    isAbnormal: boolean('is_abnormal').notNull(),
    filedAt: timestamp('filed_at', { withTimezone: true, mode: 'string' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.orgId, table.formId, table.periodStart, table.memberId] })],
)

/** P7: what drizzle's prepared statements cost beside pg's own, on an upsert like the product's. */
export const statement: Scenario = {
  name: 'statement',
  ids: ['P7'],
  async run(bench) {
    await bench.pool.query(`
      create table if not exists bench_statement (org_id uuid, form_id uuid, period_start date, member_id uuid,
        revision int not null default 1, answers text, is_abnormal boolean, filed_at timestamptz,
        primary key (org_id, form_id, period_start, member_id))`)
    const answers = 'x'.repeat(300)
    const ids = Array.from({ length: 5000 }, () => v7())
    const clients = await Promise.all(
      Array.from({ length: 16 }, async () => {
        const client = new pg.Client({ connectionString: bench.databaseUrl })
        await client.connect()
        return client
      }),
    )
    const prepared = clients.map((client) =>
      drizzle(client)
        .insert(rowsTable)
        .values({
          orgId: sql.placeholder('org'),
          formId: sql.placeholder('form'),
          periodStart: '2026-03-02',
          memberId: sql.placeholder('member'),
          answers: sql.placeholder('answers'),
          isAbnormal: false,
          filedAt: '2026-03-02T01:00:00Z',
        })
        .onConflictDoUpdate({
          target: [rowsTable.orgId, rowsTable.formId, rowsTable.periodStart, rowsTable.memberId],
          set: { revision: sql`${rowsTable.revision} + 1`, answers: sql`excluded.answers` },
        })
        .returning({ revision: rowsTable.revision })
        .prepare('bench_drizzle'),
    )
    const text = `insert into bench_statement (org_id, form_id, period_start, member_id, answers, is_abnormal, filed_at)
      values ($1, $2, '2026-03-02', $3, $4, false, '2026-03-02T01:00:00Z')
      on conflict (org_id, form_id, period_start, member_id)
      do update set revision = bench_statement.revision + 1, answers = excluded.answers returning revision`
    const org = v7()
    const raw = (i: number, member: string) =>
      clients[i]?.query({ name: 'bench_raw', text, values: [org, org, member, answers] })
    const viaDrizzle = (i: number, member: string) =>
      prepared[i]?.execute({ org, form: org, member, answers })
    const rounds: { raw: number; drizzle: number }[] = []
    await measure(raw, ids, 1)
    await measure(viaDrizzle, ids, 1)
    for (let round = 0; round < (bench.profile === 'full' ? 7 : 5); round += 1) {
      await bench.settle()
      const first = await measure(round % 2 ? raw : viaDrizzle, ids, 3)
      await bench.settle()
      const second = await measure(round % 2 ? viaDrizzle : raw, ids, 3)
      rounds.push(round % 2 ? { raw: first, drizzle: second } : { raw: second, drizzle: first })
    }
    await Promise.all(clients.map((client) => client.end()))
    const last = rounds.at(-1)
    return [
      {
        id: 'P7',
        ratios: rounds.map((round) => round.drizzle / round.raw),
        floor: rounds.map((round) => round.raw),
        absolute: { drizzle_prepared: last?.drizzle ?? 0, pg_named: last?.raw ?? 0 },
        checks: {},
      },
    ]
  },
}

async function measure(
  once: (client: number, member: string) => PromiseLike<unknown> | undefined,
  ids: readonly string[],
  seconds: number,
): Promise<number> {
  const until = performance.now() + seconds * 1000
  let done = 0
  await Promise.all(
    Array.from({ length: 16 }, async (_, client) => {
      for (let i = client; performance.now() < until; i += 16, done += 1)
        await once(client, ids[i % ids.length] ?? '')
    }),
  )
  return done / seconds
}
