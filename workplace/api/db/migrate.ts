import { runner } from 'node-pg-migrate'

/** Brings the schema up to date, under a lock, so that several processes may start together. */
export async function migrate(databaseUrl: string, dir: string): Promise<void> {
  await runner({
    databaseUrl,
    dir,
    direction: 'up',
    migrationsTable: 'migrations',
    singleTransaction: true,
    log: () => undefined,
  })
}
