import { readdir } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import pg from 'pg'
import { openDatabase } from '../db/database.ts'
import { migrate } from '../db/migrate.ts'
import type { FileStore } from '../ports/file-store.ts'
import { openArchive, type Archive } from './archive-reader.ts'
import { isSame, masterKeyMark } from './backup-key.ts'
import { isEmpty } from './catalogue.ts'
import { backupSecret, masterKeys, type BackupConfig } from './config.ts'
import { migrationsOf, serverDatabase, targetOf } from './databases.ts'
import { restoreExtras } from './extras.ts'
import { BackupFault } from './faults.ts'
import { restoreFiles } from './files-restore.ts'
import { load } from './load.ts'
import { headerName, type DatabaseManifest, type Manifest } from './manifest.ts'
import { newest } from './rotation.ts'
import { apply, checkKnown, migrateTo } from './schema-state.ts'

export interface RestoreBackup {
  readonly config: BackupConfig
  /** A backup, or a shelf of them: then the newest finished one. */
  readonly from: string
  readonly files: FileStore
  /** Empties databases that hold something. */
  readonly isReplacing?: boolean
  /** Erases again who was erased after the backup; runs before anything is opened. */
  readonly replayErasures?: (config: BackupConfig) => Promise<void>
}

/**
 * Checks a backup from end to end and against the keys at hand, and writes nothing.
 * @throws BackupFault saying what is wrong and what to do.
 */
export async function checkBackup({
  config,
  from,
}: Pick<RestoreBackup, 'config' | 'from'>): Promise<Archive> {
  const archive = await openArchive(await folderOf(from), backupSecret(config))
  checkMasterKeys(archive.manifest, masterKeys(config))
  for (const { name, migrations } of archive.manifest.databases) {
    await checkKnown(migrationsOf(config, name), migrations)
  }
  return archive
}

/**
 * Puts a backup into empty databases and an empty data folder. Everything is checked first. Nothing may be running on
 * them; what is erased since the backup is erased again before this returns.
 */
export async function restoreBackup(options: RestoreBackup): Promise<Manifest> {
  const { config, files, isReplacing = false } = options
  const archive = await checkBackup(options)
  const { manifest } = archive
  for (const database of manifest.databases) await makeRoom(config, database, isReplacing)
  for (const database of manifest.databases) await restoreDatabase(config, database, archive)
  await restoreExtras(archive, manifest.extras.part, {
    dataDir: config.DATA_DIR,
    suitesFile: config.SUITES_JSON,
  })
  await options.replayErasures?.(config)
  const { url } = targetOf(config, serverDatabase)
  const own = openDatabase(url, { maxConnections: 2 })
  await restoreFiles({ database: own, archive, files }).finally(() => own.close())
  return manifest
}

async function folderOf(from: string): Promise<string> {
  if (existsSync(join(from, headerName))) return from
  const name = existsSync(from) ? newest(await readdir(from)) : undefined
  if (!name) {
    // One that was interrupted tells so, rather than that there is none.
    if (basename(from).endsWith('.partial')) throw new BackupFault('aborted', from)
    throw new BackupFault('no-backup', from)
  }
  return join(from, name)
}

/** Data without its keys would be a heap of bytes; said before anything is written, with the id that is missing. */
function checkMasterKeys({ masterKeys: needed }: Manifest, ring: ReadonlyMap<string, Buffer>): void {
  if (needed.length > 0 && ring.size === 0) throw new BackupFault('no-ring')
  const missing = needed.filter(({ id, mark }) => {
    const key = ring.get(id)
    return !key || (mark !== '' && !isSame(masterKeyMark(key), mark))
  })
  if (missing.length > 0) throw new BackupFault('missing-key', missing.map(({ id }) => id).join(', '))
}

async function makeRoom(
  config: BackupConfig,
  { name }: DatabaseManifest,
  isReplacing: boolean,
): Promise<void> {
  await withClient(targetOf(config, name).url, async (client) => {
    if (await isEmpty(client)) return
    if (!isReplacing) throw new BackupFault('not-empty', name)
    await client.query(`drop schema if exists bull cascade; drop schema public cascade;
      create schema public; grant usage on schema public to public`)
  })
}

async function restoreDatabase(
  config: BackupConfig,
  database: DatabaseManifest,
  archive: Archive,
): Promise<void> {
  const schema = targetOf(config, database.name)
  await migrateTo(schema, database.migrations)
  await withClient(schema.url, (client) => load(client, database, archive))
  if (database.name === serverDatabase) await migrate(schema.url, schema.folder)
  else await apply(schema)
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'kangbao-restore' })
  client.on('error', () => undefined) // told by the query that fails
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
