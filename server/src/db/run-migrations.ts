import { runMigrations as migrateQueue } from 'bullmq'
import { runner } from 'node-pg-migrate'
import type pg from 'pg'
import { queueSchema } from '../jobs/queues.ts'

/** Applies what is missing, ours and the queue's; waits its turn when another process is at it. */
export async function runMigrations(
  client: pg.Client,
  folder: string,
  migrationsTable: string,
): Promise<void> {
  await runner({
    dbClient: client,
    dir: folder,
    direction: 'up',
    migrationsTable,
    advisoryLockMode: 'wait',
    log: () => undefined,
  })
  await migrateQueue(client, queueSchema)
}
