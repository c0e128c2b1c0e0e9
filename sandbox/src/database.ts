import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runner } from 'node-pg-migrate'
import pg from 'pg'

export type Database = pg.Pool

export function openDatabase(url: string): Database {
  const pool = new pg.Pool({ connectionString: url, max: 8 })
  pool.on('error', () => undefined) // an idle connection that drops is replaced at the next query
  pool.on('connect', (client) => client.on('error', () => undefined)) // one in use fails its query, not the process
  return pool
}

/** Beside src in the checkout, beside the bundle in dist. */
function migrationsFolder(): string {
  const candidates = ['./migrations', '../migrations'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  )
  const found = candidates.find((folder) => existsSync(folder))
  if (!found) throw new Error('The migrations folder is missing.')
  return found
}

export async function migrate(databaseUrl: string): Promise<void> {
  await runner({
    databaseUrl,
    dir: migrationsFolder(),
    direction: 'up',
    migrationsTable: 'migrations',
    log: () => undefined,
  })
}

/** Runs `work` in one transaction. */
export async function inTransaction<T>(
  database: Database,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await database.connect()
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  } finally {
    client.release()
  }
}
