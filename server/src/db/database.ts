import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { assertUuid } from './ids.ts'
import { statementLimit } from './interactive.ts'

/** Whoever a change is done for; goes into the audit log. */
export type Actor =
  | { readonly kind: 'member'; readonly memberId: string }
  | { readonly kind: 'token'; readonly tokenId: string }
  | { readonly kind: 'system'; readonly name: string }

declare const scoped: unique symbol

/**
 * The only handle to an org's rows. It can be had from `inOrg()` alone, which opens a transaction in which row-level
 * security shows that org and nothing else.
 */
export interface OrgScope {
  readonly orgId: string
  readonly actor: Actor
  readonly tx: NodePgDatabase
  readonly [scoped]: true
}

/** A handle to system tables; tenant tables are empty through it. Used in `*.system.ts` files only. */
export interface SystemScope {
  readonly tx: NodePgDatabase
}

/** A statement of its own org, its values written in by `literal()`. */
export interface OrgStatement {
  readonly orgId: string
  readonly text: string
}

export interface Database {
  readonly pool: pg.Pool
  /** Runs `work` in one transaction bound to an org; commits when it resolves, rolls back when it throws. */
  inOrg<T>(orgId: string, actor: Actor, work: (scope: OrgScope) => Promise<T>): Promise<T>
  inSystem<T>(work: (scope: SystemScope) => Promise<T>): Promise<T>
  /**
   * As `inSystem()`, on one of a few connections apart: for what is read in the middle of another transaction, which
   * would otherwise wait for a connection that others of its kind hold.
   */
  inSystemAside<T>(work: (scope: SystemScope) => Promise<T>): Promise<T>
  /**
   * Runs statements in one transaction and one round trip, each bound to its org; for paths where every round trip
   * counts. Returns the rows of each statement; all of them happen or none does.
   */
  inOneTrip(statements: readonly OrgStatement[]): Promise<Record<string, unknown>[][]>
  /**
   * Calls a database function that binds its transaction to its orgs by itself: one round trip and one commit, parsed
   * and planned once per connection. No transaction to say a shorter limit in: it may take what the pool grants.
   * @param call `name` stands for the text; the same name must always have the same text.
   */
  callBound(call: BoundCall): Promise<Record<string, unknown>[]>
  close(): Promise<void>
}

export interface BoundCall {
  readonly name: string
  readonly text: string
  readonly values: readonly unknown[]
}

/** A value as SQL text that cannot end early, whatever it holds. */
export function literal(value: string | number): string {
  return typeof value === 'number' ? String(value) : pg.escapeLiteral(value)
}

/** Plans are made once per connection: what runs here knows its rows by key, whatever the values. */
const beginTrip = 'begin; set local plan_cache_mode = force_generic_plan; set local jit = off'

/**
 * Opens the pool. Statements that outlive their use are cut off by the server, so that no aborted request can hold
 * a connection.
 * @param url Postgres address of a role that neither is a superuser nor bypasses row security.
 */
export function openDatabase(url: string, options: { maxConnections?: number } = {}): Database {
  const pool = openPool(url, options.maxConnections ?? 16)
  const aside = openPool(url, mostAside)

  async function inTransaction<T>(
    from: pg.Pool,
    begin: string,
    work: (tx: NodePgDatabase) => Promise<T>,
  ): Promise<T> {
    const client = await from.connect()
    let isBroken = false
    try {
      await client.query(`${begin}${statementLimit()}`)
      const result = await work(drizzle(client))
      await client.query('commit')
      return result
    } catch (error) {
      await client.query('rollback').catch(() => (isBroken = true))
      throw error
    } finally {
      client.release(isBroken)
    }
  }

  async function inOneTrip(statements: readonly OrgStatement[]): Promise<Record<string, unknown>[][]> {
    const client = await pool.connect()
    let isBroken = false
    try {
      const bound = statements.map(
        // eslint-disable-next-line house/sql -- the text is a whole statement, its values written in by `literal()`
        ({ orgId, text }) => `set local app.org_id = '${assertUuid(orgId)}'; ${text}`,
      )
      // Several statements in one text come back as one result each.
      const results = (await client.query(
        [`${beginTrip}${statementLimit()}`, ...bound, 'commit'].join('; '),
      )) as unknown as pg.QueryResult<Record<string, unknown>>[]
      const begun = results.length - 2 * statements.length - 1
      return statements.map((_, i) => results[begun + 2 * i + 1]?.rows ?? [])
    } catch (error) {
      await client.query('rollback').catch(() => (isBroken = true))
      throw error
    } finally {
      client.release(isBroken)
    }
  }

  return {
    pool,
    inOneTrip,
    inOrg: (orgId, actor, work) =>
      // SET LOCAL with a checked literal, not set_config(): only that reaches the workers of a distributed database.
      inTransaction(pool, `begin; set local app.org_id = '${assertUuid(orgId)}'`, (tx) =>
        work({ orgId, actor, tx } as OrgScope),
      ),
    callBound: async ({ name, text, values }) =>
      (await pool.query<Record<string, unknown>>({ name, text, values: [...values] })).rows,
    inSystem: (work) => inTransaction(pool, 'begin', (tx) => work({ tx })),
    inSystemAside: (work) => inTransaction(aside, 'begin', (tx) => work({ tx })),
    async close() {
      await Promise.all([pool.end(), aside.end()])
    },
  }
}

/** No statement of ours lives longer, whoever waits for it. */
export const longestStatementMs = 30_000
/** Enough for what is read rarely and kept; opened when used. */
const mostAside = 2

function openPool(url: string, max: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    application_name: 'kangbao',
    statement_timeout: longestStatementMs,
    idle_in_transaction_session_timeout: 15_000,
    connectionTimeoutMillis: 5_000,
  })
  // An idle connection cut by the server is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined)
  // One in use tells of the cut on itself, besides failing its query; unheard that would end the process as well.
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}
