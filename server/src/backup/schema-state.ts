import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runner } from 'node-pg-migrate'
import pg from 'pg'
import { BackupFault } from './faults.ts'

export interface Schema {
  readonly url: string
  readonly folder: string
  readonly table: string
}

/** @throws BackupFault when the backup's schema has migrations that this product does not know. */
export async function checkKnown(folder: string, names: readonly string[]): Promise<void> {
  const known = new Set(await readdir(folder))
  const unknown = names.filter((name) => !known.has(`${name}.sql`))
  if (unknown.length > 0) throw new BackupFault('newer', unknown.join(', '))
}

/** Brings an empty database to the schema the backup was taken from, no further. */
export async function migrateTo(schema: Schema, names: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kangbao-schema-'))
  try {
    for (const name of names) await copyFile(join(schema.folder, `${name}.sql`), join(folder, `${name}.sql`))
    await apply({ ...schema, folder })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Applies what has been added since. */
export async function apply({ url, folder, table }: Schema): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await runner({
      dbClient: client,
      dir: folder,
      direction: 'up',
      migrationsTable: table,
      advisoryLockMode: 'wait',
      log: () => undefined,
    })
  } finally {
    await client.end()
  }
}
