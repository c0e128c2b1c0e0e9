import { sql, type SQL } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import pg from 'pg'
import { isUuid } from './uuid.ts'

/** What a query needs: one connection, in or out of a transaction. */
export interface Queries {
  /** The row type is the caller's promise about its own select list. */
  rows<Row extends object>(query: SQL): Promise<Row[]>
  one<Row extends object>(query: SQL): Promise<Row | null>
  /** How many rows it touched. */
  run(query: SQL): Promise<number>
}

/** A transaction bound to one org; row security lets it see no other. Comes from `withOrg` only. */
export interface OrgScope extends Queries {
  readonly orgId: string
}

export interface Database extends Queries {
  transaction<T>(work: (tx: Queries) => Promise<T>): Promise<T>
  withOrg<T>(orgId: string, work: (scope: OrgScope) => Promise<T>): Promise<T>
  /** Calls back for every NOTIFY on the channel, reconnecting for as long as it takes. */
  listen(channel: string, onMessage: (payload: string) => void): Promise<() => Promise<void>>
  close(): Promise<void>
}

const dialect = new PgDialect()

const types = new pg.TypeOverrides()
types.setTypeParser(pg.types.builtins.INT8, Number) // counts and ids here stay below 2^53
types.setTypeParser(pg.types.builtins.DATE, (text: string) => text) // civil days are text

export function openDatabase(url: string, log: { error(error: unknown, message: string): void }): Database {
  const pool = new pg.Pool({ connectionString: url, max: 20, types, application_name: 'kangbao-workplace' })
  pool.on('error', (error) => log.error(error, 'idle database connection failed'))
  // One in use tells of the cut on itself, besides failing its query; unheard that would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined))
  const transaction = <T>(work: (tx: Queries) => Promise<T>) => inTransaction(pool, work)
  return {
    ...queriesOn(pool),
    transaction,
    withOrg: (orgId, work) => transaction(async (tx) => work(await enterOrg(tx, orgId))),
    listen: (channel, onMessage) => listen(url, channel, onMessage, log),
    close: () => pool.end(),
  }
}

/**
 * Binds the rest of a running transaction to an org. One org after another may be entered, so that what a person does in
 * all of his orgs (another phone, no account any more) happens in all of them or in none.
 */
export async function enterOrg(tx: Queries, orgId: string): Promise<OrgScope> {
  if (!isUuid(orgId)) throw new Error('not an org id')
  // A literal, not set_config(): only SET is passed on to the workers of a distributed Postgres.
  // eslint-disable-next-line house/sql -- checked to be a UUID just above
  await tx.run(sql.raw(`set local app.org_id = '${orgId}'`))
  return { ...tx, orgId }
}

function queriesOn(client: pg.Pool | pg.PoolClient): Queries {
  async function execute(query: SQL) {
    const { sql: text, params } = dialect.sqlToQuery(query)
    return client.query<pg.QueryResultRow>(text, params)
  }
  return {
    rows: async <Row extends object>(query: SQL) => (await execute(query)).rows as Row[],
    one: async <Row extends object>(query: SQL) => ((await execute(query)).rows[0] ?? null) as Row | null,
    run: async (query) => (await execute(query)).rowCount ?? 0,
  }
}

async function inTransaction<T>(pool: pg.Pool, work: (tx: Queries) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('begin')
    const result = await work(queriesOn(client))
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure
    })
    throw error
  } finally {
    client.release(broken)
  }
}

async function listen(
  url: string,
  channel: string,
  onMessage: (payload: string) => void,
  log: { error(error: unknown, message: string): void },
): Promise<() => Promise<void>> {
  let isClosed = false
  let client: pg.Client | null = null
  let retry: NodeJS.Timeout | undefined

  async function connect(): Promise<void> {
    const next = new pg.Client({ connectionString: url, application_name: `kangbao-workplace ${channel}` })
    client = next
    next.on('notification', (message) => onMessage(message.payload ?? ''))
    next.on('error', () => undefined) // `end` follows and reconnects
    next.on('end', () => again())
    await next.connect()
    await next.query(`listen ${pg.escapeIdentifier(channel)}`)
  }
  function again(): void {
    if (isClosed) return
    clearTimeout(retry)
    retry = setTimeout(() => {
      connect().catch((error: unknown) => {
        log.error(error, 'cannot listen')
        again()
      })
    }, 1000)
  }
  await connect()
  return async () => {
    isClosed = true
    clearTimeout(retry)
    await client?.end()
  }
}

/** An array parameter: drizzle would spread a plain array into a list. */
export const array = (values: readonly unknown[]) => sql.param([...values])

/** A json parameter: pg would turn an array into a Postgres array. */
export const json = (value: unknown) => sql`${JSON.stringify(value)}::jsonb`
