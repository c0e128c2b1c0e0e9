import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { testAdminUrlVariable } from '@kangbao/launcher/test-database.ts'

/** The files one database of the test cluster lies in, and the log written since: what a thief of the disk has. */
export interface RawFiles {
  /** After a checkpoint, so that nothing is in memory only. Paths with what they hold. */
  read(): Promise<{ readonly path: string; readonly bytes: Buffer }[]>
}

async function asAdmin<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: process.env[testAdminUrlVariable] })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

export async function watchRawFiles(databaseUrl: string): Promise<RawFiles> {
  const name = new URL(databaseUrl).pathname.slice(1)
  const { folder, oid, firstWal } = await asAdmin(async (client) => {
    const { rows } = await client.query<{ folder: string; oid: string; firstWal: string }>(
      `select current_setting('data_directory') as folder, pg_walfile_name(pg_current_wal_lsn()) as "firstWal",
         (select oid::text from pg_database where datname = $1) as oid`,
      [name],
    )
    if (!rows[0]) throw new Error('no such database')
    return rows[0]
  })
  return {
    async read() {
      await asAdmin((client) => client.query('checkpoint'))
      const own = join(folder, 'base', oid)
      const wal = join(folder, 'pg_wal')
      const paths = [
        ...(await readdir(own)).map((file) => join(own, file)),
        ...(await readdir(wal))
          .filter((file) => /^[0-9A-F]{24}$/.test(file) && file >= firstWal)
          .map((file) => join(wal, file)),
      ]
      return Promise.all(paths.map(async (path) => ({ path, bytes: await readFile(path) })))
    },
  }
}
