import type { BackupConfig } from './config.ts'
import { BackupFault } from './faults.ts'
import type { Schema } from './schema-state.ts'
import type { SourceDatabase } from './snapshot.ts'

/** The server's own database, which every backup has. */
export const serverDatabase = 'kangbao'

/** Where node-pg-migrate writes what it has applied. */
const migrationsTableOf = (name: string): string =>
  name === serverDatabase ? 'schema_migrations' : 'migrations'

/** What a backup reads, by the environment; the server's database comes first. */
export function sources(config: BackupConfig): SourceDatabase[] {
  const urls = [
    [serverDatabase, config.BACKUP_DATABASE_URL ?? config.MIGRATION_DATABASE_URL ?? config.DATABASE_URL],
    ['workplace', config.WORKPLACE_DATABASE_URL],
    ['sandbox', config.SANDBOX_DATABASE_URL],
  ] as const
  if (!urls[0][1]) throw new BackupFault('usage', 'BACKUP_DATABASE_URL')
  return urls.flatMap(([name, url]) => (url ? [{ name, url, migrationsTable: migrationsTableOf(name) }] : []))
}

/** Where a restore writes; a database of the backup that has no place here is an error, not left out. */
export function targetOf(config: BackupConfig, name: string): Schema {
  const folder = migrationsOf(config, name)
  const url =
    name === serverDatabase
      ? (config.MIGRATION_DATABASE_URL ?? config.DATABASE_URL)
      : name === 'workplace'
        ? config.WORKPLACE_DATABASE_URL
        : config.SANDBOX_DATABASE_URL
  if (!url) throw new BackupFault('usage', `${name.toUpperCase()}_DATABASE_URL`)
  return { url, folder, table: migrationsTableOf(name) }
}

/** Folder of the migrations that make a database's tables. */
export function migrationsOf(config: BackupConfig, name: string): string {
  if (name === serverDatabase) return config.MIGRATIONS_DIR
  const folder = name === 'workplace' ? config.WORKPLACE_MIGRATIONS_DIR : config.SANDBOX_MIGRATIONS_DIR
  if (!folder) throw new BackupFault('usage', `${name.toUpperCase()}_MIGRATIONS_DIR`)
  return folder
}
