import { runMigrations as migrateQueue } from 'bullmq'
import { runner } from 'node-pg-migrate'
import pg from 'pg'
import { queueSchema } from '../jobs/queues.ts'

/** Brings a database to the newest schema, ours and the queue's; waits its turn when another process is at it. */
export async function migrate(url: string, folder: string): Promise<void> {
  await runner({
    databaseUrl: url,
    dir: folder,
    direction: 'up',
    migrationsTable: 'schema_migrations',
    advisoryLockMode: 'wait',
    log: () => undefined,
  })
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await migrateQueue(client, queueSchema)
    await client.query(`select create_period_partitions((now() - interval '2 months')::date, 6)`)
  } finally {
    await client.end()
  }
}
