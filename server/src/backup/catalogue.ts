import pg from 'pg'

/** A table that holds rows: partitions one by one, what is only a parent never. */
export interface LeafTable {
  readonly name: string
  /** Columns that can be written: generated ones are computed anew. */
  readonly columns: readonly string[]
  /** Where it hangs when it is a partition, and what it takes in, as SQL. */
  readonly partition: { readonly parent: string; readonly bound: string } | null
}

export interface Sequence {
  readonly name: string
  readonly lastValue: string
  readonly isCalled: boolean
}

/** Where our tables live. The queue's schema is left out: the outbox fills it anew. */
const schema = 'public'

export const quoted = (name: string): string => pg.escapeIdentifier(name)

/** Tables in which node-pg-migrate keeps what it has applied; made by running the migrations, never copied. */
const migrationTables = ['schema_migrations', 'migrations']

export async function leafTables(client: pg.ClientBase): Promise<LeafTable[]> {
  const { rows } = await client.query<LeafTable>(
    `select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns,
       (select json_build_object('parent', p.relname, 'bound', pg_get_expr(c.relpartbound, c.oid))
        from pg_inherits i join pg_class p on p.oid = i.inhparent
        where i.inhrelid = c.oid and c.relispartition) as partition
     from pg_class c
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     where c.relnamespace = $1::regnamespace and c.relkind = 'r' and c.relpersistence = 'p'
       and c.relname <> all ($2)
     group by c.oid, c.relname order by c.relname`,
    [schema, migrationTables],
  )
  return rows
}

export async function sequences(client: pg.ClientBase): Promise<Sequence[]> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_class c
     where c.relnamespace = $1::regnamespace and c.relkind = 'S'
       and not exists (
         select from pg_depend d join pg_class t on t.oid = d.refobjid
         where d.objid = c.oid and d.deptype in ('a', 'i') and t.relname = any ($2))
     order by c.relname`,
    [schema, migrationTables],
  )
  const found: Sequence[] = []
  for (const { name } of rows) {
    const { rows: values } = await client.query<{ last_value: string; is_called: boolean }>(
      `select last_value, is_called from ${quoted(name)}`,
    )
    found.push({ name, lastValue: String(values[0]?.last_value), isCalled: values[0]?.is_called ?? false })
  }
  return found
}

/** Names of the migrations applied, in order. */
export async function appliedMigrations(client: pg.ClientBase, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(`select name from ${quoted(table)} order by id`)
  return rows.map(({ name }) => name)
}

/** Whether there is any table of ours. */
export async function isEmpty(client: pg.ClientBase): Promise<boolean> {
  const { rowCount } = await client.query(
    `select from pg_class where relnamespace = $1::regnamespace and relkind in ('r', 'p') limit 1`,
    [schema],
  )
  return rowCount === 0
}

/** Which table's rows point at which other table's, partitions resolved; itself left out. */
export async function references(client: pg.ClientBase): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await client.query<{ name: string; targets: string[] }>(
    `with recursive leaves as (
       select oid as root, oid from pg_class where relnamespace = $1::regnamespace and relkind in ('r', 'p')
       union all
       select l.root, i.inhrelid from leaves l join pg_inherits i on i.inhparent = l.oid)
     select t.relname as name, array_agg(distinct r.relname::text) as targets
     from pg_constraint k
     join leaves l on l.root = k.confrelid join pg_class r on r.oid = l.oid and r.relkind = 'r'
     join pg_class t on t.oid = k.conrelid and t.relkind = 'r'
     where k.contype = 'f' and r.oid <> t.oid
     group by t.relname`,
    [schema],
  )
  return new Map(rows.map(({ name, targets }) => [name, targets]))
}

/**
 * Puts every table behind those its rows point at.
 * @throws Error when they point at each other in a circle.
 */
export function inOrder<T extends { readonly name: string }>(
  tables: readonly T[],
  targets: ReadonlyMap<string, readonly string[]>,
): T[] {
  const waiting = new Map(tables.map((table) => [table.name, table]))
  const ordered: T[] = []
  while (waiting.size > 0) {
    const free = [...waiting.values()].filter(
      ({ name }) => !(targets.get(name) ?? []).some((target) => waiting.has(target)),
    )
    if (free.length === 0)
      throw new Error(`tables point at each other in a circle: ${[...waiting.keys()].join(', ')}`)
    for (const table of free) {
      waiting.delete(table.name)
      ordered.push(table)
    }
  }
  return ordered
}
