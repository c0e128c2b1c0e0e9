import { createGunzip } from 'node:zlib'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { Archive } from './archive-reader.ts'
import { inOrder, leafTables, quoted, references } from './catalogue.ts'
import { BackupFault } from './faults.ts'
import type { DatabaseManifest, Table } from './manifest.ts'

/**
 * Fills the tables of a freshly migrated database, all in one transaction: a restore that is cut off leaves an empty
 * database. Needs the owner of the tables, no more: row security and triggers are put aside inside the transaction and
 * are back when it ends.
 */
export async function load(client: pg.Client, database: DatabaseManifest, archive: Archive): Promise<void> {
  await client.query(`set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set statement_timeout = 0`)
  await client.query('begin')
  try {
    await makePartitions(client, database.tables)
    await checkShape(client, database)
    const names = database.tables.map(({ name }) => quoted(name))
    const putBack = await putGuardsAside(client)
    // What migrations wrote themselves comes back with the rows.
    // eslint-disable-next-line house/sql -- quoted a line above
    if (names.length > 0) await client.query(`truncate ${names.join(', ')}`)
    for (const table of inOrder(database.tables, await references(client))) await fill(client, table, archive)
    for (const { name, lastValue, isCalled } of database.sequences)
      await client.query('select setval($1::regclass, $2::bigint, $3)', [quoted(name), lastValue, isCalled])
    await putBack()
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  }
}

/**
 * Partitions come and go by the month: exactly those of the backup are made. Another one would claim rows that lie in
 * the net below all months.
 */
async function makePartitions(client: pg.Client, tables: readonly Table[]): Promise<void> {
  const here = new Set((await leafTables(client)).map(({ name }) => name))
  for (const { name, partition } of tables) {
    if (!partition || here.has(name)) continue
    const { parent, bound } = partition
    // eslint-disable-next-line house/sql -- the bound is PostgreSQL’s own text, from a manifest whose seal was checked
    await client.query(`create table ${quoted(name)} partition of ${quoted(parent)} ${bound}`)
    await client.query(
      `select protect_tenant_table($1::regclass) from pg_class
       where oid = $2::regclass and relforcerowsecurity`,
      [quoted(name), quoted(parent)],
    )
  }
}

async function checkShape(client: pg.Client, { name, tables }: DatabaseManifest): Promise<void> {
  const here = new Map((await leafTables(client)).map((table) => [table.name, new Set(table.columns)]))
  for (const table of tables) {
    const columns = here.get(table.name)
    const strange = columns ? table.columns.filter((column) => !columns.has(column)) : ['*']
    if (strange.length > 0) throw new BackupFault('newer', `${name}.${table.name}: ${strange.join(', ')}`)
  }
}

async function fill(client: pg.Client, table: Table, archive: Archive): Promise<void> {
  const columns = table.columns.map(quoted).join(', ')
  const copy = client.query(copyFrom(`copy ${quoted(table.name)} (${columns}) from stdin`))
  await pipeline(Readable.from(archive.read(table.part)), createGunzip({ chunkSize: 256 * 1024 }), copy)
  if (copy.rowCount !== table.rows)
    throw new BackupFault('damaged', `${table.name}: ${copy.rowCount} of ${table.rows} rows`)
}

/** Lets the owner write rows as they were; returns what brings every guard back as it stood. */
async function putGuardsAside(client: pg.Client): Promise<() => Promise<void>> {
  const { rows: forced } = await client.query<{ table: string }>(
    `select oid::regclass::text as table from pg_class
     where relnamespace = 'public'::regnamespace and relkind = 'r' and relforcerowsecurity`,
  )
  const { rows: triggers } = await client.query<{ table: string; trigger: string; enabled: string }>(
    `select t.tgrelid::regclass::text as table, t.tgname as trigger, t.tgenabled as enabled
     from pg_trigger t join pg_class c on c.oid = t.tgrelid
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not t.tgisinternal and t.tgenabled <> 'D'`,
  )
  // eslint-disable-next-line house/sql -- the catalogue quotes its names
  for (const { table } of forced) await client.query(`alter table ${table} no force row level security`)
  for (const { table, trigger } of triggers)
    // eslint-disable-next-line house/sql -- the catalogue quotes its names
    await client.query(`alter table ${table} disable trigger ${quoted(trigger)}`)
  const words: Readonly<Record<string, string>> = { O: 'enable', A: 'enable always', R: 'enable replica' }
  return async () => {
    for (const { table, trigger, enabled } of triggers)
      // eslint-disable-next-line house/sql -- words of ours, names of the catalogue
      await client.query(`alter table ${table} ${words[enabled] ?? 'enable'} trigger ${quoted(trigger)}`)
    // eslint-disable-next-line house/sql -- the catalogue quotes its names
    for (const { table } of forced) await client.query(`alter table ${table} force row level security`)
  }
}
