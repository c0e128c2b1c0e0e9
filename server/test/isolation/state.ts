import { sql } from 'drizzle-orm'
import type { TestServer } from '../server.ts'

/** Who asked and was refused may be written down; that is no change of anybody's data. */
const notCounted = /^(audit_|system_audit_)/

/** Names of all tables whose rows belong to an org, partitions left to their parents. */
export async function orgTables({ deps }: TestServer): Promise<string[]> {
  const { rows } = await deps.database.pool.query<{ name: string }>(`
    select c.relname as name from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id' and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1`)
  return rows.map(({ name }) => name).filter((name) => !notCounted.test(name))
}

/** A line per table of an org: how many rows, and a hash of all they hold. */
export function stateOf(server: TestServer, orgId: string, tables: readonly string[]): Promise<string> {
  const lines = tables.map(
    (name) => `select '${name}' as name, count(*)::int as rows,
      md5(coalesce(string_agg(x::text, '|' order by x::text), '')) as hash from "${name}" x where org_id = '${orgId}'`,
  )
  return server.deps.database.inOrg(orgId, { kind: 'system', name: 'test' }, async ({ tx }) => {
    const { rows } = await tx.execute<{ name: string; rows: number; hash: string }>(
      sql.raw(lines.join(' union all ')),
    )
    return rows.map(({ name, rows: count, hash }) => `${name} ${count} ${hash}`).join('\n')
  })
}

/** Every row of an org as text, its table first. */
export function rowsOf(server: TestServer, orgId: string, tables: readonly string[]): Promise<string[]> {
  const parts = tables.map(
    (name) => `select '${name} ' || x::text as row from "${name}" x where org_id = '${orgId}'`,
  )
  return server.deps.database.inOrg(orgId, { kind: 'system', name: 'test' }, async ({ tx }) => {
    const { rows } = await tx.execute<{ row: string }>(sql.raw(parts.join(' union all ')))
    return rows.map(({ row }) => row)
  })
}

/**
 * Remembers what a look at an org showed for as long as nothing at all is written: every write takes a transaction id, so
 * that an unmoved counter says that nobody wrote. Most calls of the matrix are refused, and a look reads every table.
 */
export function untilWritten<Key, Seen>(
  { deps }: TestServer,
  look: (key: Key) => Promise<Seen>,
): (key: Key) => Promise<Seen> {
  const seen = new Map<Key, { readonly counter: string; readonly what: Seen }>()
  return async (key) => {
    const { rows } = await deps.database.pool.query<{ counter: string }>(
      'select pg_snapshot_xmax(pg_current_snapshot())::text as counter',
    )
    const counter = rows[0]?.counter ?? ''
    const last = seen.get(key)
    if (last?.counter === counter) return last.what
    const what = await look(key)
    seen.set(key, { counter, what })
    return what
  }
}

/** The tables that differ between two states. */
export function changed(before: string, after: string): string {
  const old = new Set(before.split('\n'))
  return after
    .split('\n')
    .filter((line) => !old.has(line))
    .map((line) => line.split(' ')[0])
    .join(', ')
}
