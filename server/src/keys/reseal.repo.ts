import { sql, type SQL } from 'drizzle-orm'
import type { NodePgDatabase } from 'drizzle-orm/node-postgres'
import type { Vault } from '../ports/vault.ts'
import type { SealedColumn } from './sealed-columns.ts'

export interface ResealRange {
  readonly tx: NodePgDatabase
  readonly orgId: string
  /** What values under the newest key begin with. */
  readonly head: Buffer
  /** Key of the last row looked at, as text; null at the beginning. */
  readonly after: readonly string[] | null
  readonly limit: number
}

export interface Resealed {
  readonly sealed: number
  /** Where to go on; null at the end. */
  readonly after: readonly string[] | null
}

interface Found extends Record<string, unknown> {
  readonly sealed: Buffer
}

const names = (columns: readonly string[]) =>
  sql.join(
    columns.map((name) => sql.identifier(name)),
    sql`, `,
  )
const values = (texts: readonly string[]) =>
  sql.join(
    texts.map((text) => sql`${text}`),
    sql`, `,
  )

/** The next rows of a column whose value is not under the newest key. */
async function stale(column: SealedColumn, { tx, orgId, head, after, limit }: ResealRange) {
  const keys = Object.keys(column.key)
  const reads = [...keys, ...(column.alsoReads ?? [])]
  const asText = reads.map((name) => sql`${sql.identifier(name)}::text as ${sql.identifier(name)}`)
  const { rows } = await tx.execute<Found>(sql`
    select ${sql.join(asText, sql`, `)}, ${sql.identifier(column.column)} as sealed
    from ${sql.identifier(column.table)}
    where ${ownRows(column, orgId)} and substring(${sql.identifier(column.column)} from 1 for ${head.length}) <> ${head}
      ${after === null ? sql`` : sql`and (${names(keys)}) > (${values(after)})`}
    order by ${names(keys)} limit ${limit}`)
  return rows.map((row) => ({
    sealed: row.sealed,
    row: Object.fromEntries(reads.map((name) => [name, String(row[name])])),
    key: keys.map((name) => String(row[name])),
  }))
}

const ownRows = ({ of }: SealedColumn, orgId: string): SQL =>
  of === 'org' ? sql`org_id = ${orgId}` : sql`true`

/**
 * Seals the next values of a column anew. A value somebody has changed meanwhile is left alone: whoever wrote it used a
 * key of his own time. Returns where to go on, null at the end.
 */
export async function resealNext(column: SealedColumn, vault: Vault, range: ResealRange): Promise<Resealed> {
  const rows = await stale(column, range)
  if (rows.length === 0) return { sealed: 0, after: null }
  const { orgId, tx } = range
  let sealed = 0
  for (const { row, key, sealed: old } of rows) {
    const place = { orgId, column: column.column, ...column.place(row) }
    const text = await vault.open(place, old)
    const next = await vault.seal(place, text)
    const { rowCount } = await tx.execute(sql`
      update ${sql.identifier(column.table)}
      set ${sql.identifier(column.column)} = ${next}${await hashBeside(column, vault, orgId, text)}
      where ${ownRows(column, orgId)} and ${sql.identifier(column.column)} = ${old} and ${keyIs(column, key)}`)
    sealed += rowCount ?? 0
  }
  return { sealed, after: rows.length < range.limit ? null : (rows.at(-1)?.key ?? null) }
}

function keyIs({ key: types }: SealedColumn, key: readonly string[]): SQL {
  const parts = Object.entries(types).map(
    // eslint-disable-next-line house/sql -- types of the list of sealed columns
    ([name, type], i) => sql`${sql.identifier(name)} = ${key[i] ?? ''}::${sql.raw(type)}`,
  )
  return sql.join(parts, sql` and `)
}

async function hashBeside({ hash }: SealedColumn, vault: Vault, orgId: string, text: string): Promise<SQL> {
  if (!hash) return sql``
  return sql`, ${sql.identifier(hash.column)} = ${await vault.lookupHash(orgId, hash.purpose, text)}`
}

/** How many values of a column are not under the newest key. */
export async function staleCount(
  column: SealedColumn,
  { tx, orgId, head }: Pick<ResealRange, 'tx' | 'orgId' | 'head'>,
): Promise<number> {
  const name = sql.identifier(column.column)
  const { rows } = await tx.execute<{ n: string }>(sql`
    select count(*) as n from ${sql.identifier(column.table)}
    where ${ownRows(column, orgId)} and substring(${name} from 1 for ${head.length}) <> ${head}`)
  return Number(rows[0]?.n ?? 0)
}
