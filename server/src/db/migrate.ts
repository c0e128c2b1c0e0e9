import { readdir } from 'node:fs/promises'
import { LATEST_SCHEMA_VERSION } from 'bullmq'
import pg from 'pg'
import { queueSchema } from '../jobs/queues.ts'
import { grantAppRights, hasAppRights } from './app-role.ts'
import { isLockTimeout, lockWaitMs } from './lock-timeout.ts'

const migrationsTable = 'schema_migrations'

/**
 * Brings a database to the newest schema, ours and the queue's; one look when it is there already.
 * @param url Address of the owner, or of a role that finds everything newest already.
 * @param appRole Role the server runs as when it is not the owner; gets its rights.
 */
export async function migrate(url: string, folder: string, appRole?: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    if (!(await isNewest(client, folder))) {
      // Loaded when there is something to do: most starts have nothing.
      const { runMigrations } = await import('./run-migrations.ts')
      await runMigrations(client, folder, migrationsTable)
    }
    if (appRole !== undefined && !(await hasAppRights(client, appRole))) await grantAppRights(client, appRole)
    await makeMonths(client)
  } finally {
    await client.end()
  }
}

async function isNewest(client: pg.Client, folder: string): Promise<boolean> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql'))
  try {
    // eslint-disable-next-line house/sql -- names of ours
    const { rows } = await client.query<{ names: string[] | null; queue: number | null }>(`
      select (select array_agg(name) from public.${migrationsTable}) as names,
             (select max(version) from ${queueSchema}.migration) as queue`)
    const done = new Set(rows[0]?.names)
    const isQueueNewest = (rows[0]?.queue ?? 0) >= LATEST_SCHEMA_VERSION
    return isQueueNewest && done.size === files.length && files.every((name) => done.has(name.slice(0, -4)))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === undefinedTable) return false
    throw error
  }
}

const undefinedTable = '42P01'

/** Partitions of the months around now. In use by others, they are left to the housekeeping. */
async function makeMonths(client: pg.Client): Promise<void> {
  try {
    await client.query(`set lock_timeout = ${pg.escapeLiteral(String(lockWaitMs))}`)
    await client.query(`
      select create_period_partitions((now() - interval '2 months')::date, 6)
      where pg_try_advisory_xact_lock(hashtext('kangbao.partitions'))`)
  } catch (error) {
    if (!isLockTimeout(error)) throw error
  }
}

/** The role the server runs as, when the migrations have one of their own. */
export function appRoleOf(appUrl: string, ownerUrl: string | undefined): string | undefined {
  const role = decodeURIComponent(new URL(appUrl).username)
  return ownerUrl !== undefined && role !== decodeURIComponent(new URL(ownerUrl).username) ? role : undefined
}
