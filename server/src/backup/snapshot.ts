import { createGzip, constants } from 'node:zlib'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import type { ArchiveWriter } from './archive-writer.ts'
import { appliedMigrations, leafTables, quoted, sequences } from './catalogue.ts'
import { BackupFault } from './faults.ts'
import type { DatabaseManifest, Table } from './manifest.ts'

export interface SourceDatabase {
  readonly name: string
  readonly url: string
  readonly migrationsTable: string
}

/** One moment of a database, kept still while it is read. */
export interface Snapshot {
  readonly name: string
  readonly client: pg.Client
  readonly databaseTime: string
  readonly source: SourceDatabase
  close(): Promise<void>
}

/**
 * Opens a read-only transaction that sees one moment, whatever is written meanwhile.
 * @throws BackupFault when row security would hide rows from this role.
 */
export async function openSnapshot(source: SourceDatabase): Promise<Snapshot> {
  const client = new pg.Client({ connectionString: source.url, application_name: 'kangbao-backup' })
  client.on('error', () => undefined) // told by the query that fails
  await client.connect()
  // Without bypass a policy would quietly leave rows out; with row_security off it is an error instead.
  await client.query(`set row_security = off; set timezone = 'UTC'; set datestyle = 'ISO, YMD';
    set intervalstyle = 'postgres'; set extra_float_digits = 3; set bytea_output = 'hex'; set statement_timeout = 0`)
  await client.query('begin transaction isolation level repeatable read read only')
  const { rows } = await client.query<{ now: Date; bypasses: boolean }>(
    `select now() as now, rolbypassrls or rolsuper as bypasses from pg_roles where rolname = current_user`,
  )
  if (!rows[0]?.bypasses) {
    await client.end()
    throw new BackupFault('reads-too-little', source.name)
  }
  return {
    name: source.name,
    client,
    databaseTime: rows[0].now.toISOString(),
    source,
    close: () => client.end(),
  }
}

/** Copies every table of a snapshot into the archive, a part each. */
export async function dump(snapshot: Snapshot, archive: ArchiveWriter): Promise<DatabaseManifest> {
  const { client, name, source } = snapshot
  const tables: Table[] = []
  for (const { name: table, columns, partition } of await leafTables(client)) {
    const list = columns.map(quoted).join(', ')
    const copy = client.query(copyTo(`copy ${quoted(table)} (${list}) to stdout`))
    const zip = createGzip({ level: constants.Z_BEST_SPEED, chunkSize: 256 * 1024 })
    copy.on('error', (error) => zip.destroy(error))
    const part = await archive.add(`${name}/${table}`, copy.pipe(zip))
    tables.push({ name: table, columns: [...columns], partition, rows: copy.rowCount, part })
  }
  return {
    name,
    migrations: await appliedMigrations(client, source.migrationsTable),
    tables,
    // Sequences are outside of transactions: read last, they are never behind the rows.
    sequences: await sequences(client),
  }
}

/** Ids of the master keys that something in this moment is wrapped by; null where the database does not say. */
export async function wrappingKeys({ client }: Snapshot): Promise<string[] | null> {
  const { rows: known } = await client.query<{ there: boolean }>(
    `select to_regclass('public.data_keys') is not null as there`,
  )
  if (!known[0]?.there) return null
  const { rows } = await client.query<{ id: string }>(
    'select distinct wrapped_by as id from data_keys order by 1',
  )
  return rows.map(({ id }) => id)
}
