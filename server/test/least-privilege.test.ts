import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import { appendOnlyTables } from '../src/db/app-role.ts'
import { startTestServer, type TestServer } from './server.ts'
import { newWorld, type World } from './world.ts'

let server: TestServer
let world: World
beforeAll(async () => {
  server = await startTestServer()
  world = await newWorld(server)
})
afterAll(() => server.close())

/** Refused for want of a right; anything else (no such table, a syntax error) would be refused for nothing. */
const insufficientPrivilege = '42501'

/** What each statement was refused with; null when it was not. */
async function attempt(client: pg.Client, statement: string): Promise<string | null> {
  await client.query(`begin; set local app.org_id = '${world.orgId}'`)
  try {
    await client.query(statement)
    return null
  } catch (error) {
    return error instanceof pg.DatabaseError ? (error.code ?? 'unknown') : String(error)
  } finally {
    await client.query('rollback')
  }
}

async function allowed(url: string, statements: readonly string[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const through: string[] = []
  for (const statement of statements)
    if ((await attempt(client, statement)) !== insufficientPrivilege) through.push(statement)
  await client.end()
  return through
}

const definitions = [
  'create table planted (id integer)',
  `create function planted() returns integer language sql as 'select 1'`,
  'create schema planted',
  'create temporary view planted as select 1; create view public.planted as select 1',
  'drop table submissions',
  'truncate submissions',
  'alter table submissions add column planted text',
  'alter table members disable row level security',
  'alter table members no force row level security',
  'drop policy own_org on members',
  'create policy more on members using (true)',
  'alter policy own_org on members using (true)',
  'create index planted on members (name)',
  'create trigger planted before insert on members for each row execute function refuse_audit_change()',
  'alter table audit_log disable trigger audit_log__append_only',
  'drop trigger audit_log__append_only on audit_log',
  `alter function sweep_audit_log(uuid, integer, timestamptz) set search_path = ''`,
  `create or replace function protect_tenant_table(tenant_table regclass) returns void language sql as 'select'`,
  `set session_replication_role = replica`,
  'set role kangbao_test',
  'create role planted',
  'alter default privileges for role kangbao_test grant select on tables to public',
  `update schema_migrations set name = 'x'`,
  `copy members to program 'cat'`,
  `copy members to '/tmp/planted'`,
]

const auditChanges = appendOnlyTables.flatMap((table) => [
  `update ${table} set at = at`.replace('at = at', table.endsWith('links') ? 'seq = seq' : 'at = at'),
  `delete from ${table}`,
  `set local app.audit_sweep = 'on'; delete from ${table}`,
  `truncate ${table}`,
])

it('S-97: the role of the server changes no definition and no line of the audit log', async () => {
  const tried = [...definitions, ...auditChanges]
  const through = await allowed(server.deps.config.DATABASE_URL, tried)
  figure({
    id: 'S-97',
    n: tried.length,
    value: through.length,
    unit: 'allowed to the app role',
    target: '=0',
    ok: through.length === 0,
  })
  expect(through).toEqual([])
})

it('S-97: the role of backups reads every table and writes none', async () => {
  const client = new pg.Client({ connectionString: server.backupUrl })
  await client.connect()
  const { rows: tables } = await client.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`,
  )
  const { rows: seen } = await client.query('select from members')
  await client.end()
  expect(seen.length).toBeGreaterThan(0)
  const tried = [
    ...tables.flatMap(({ name }) => [`delete from ${name}`, `insert into ${name} default values`]),
    ...definitions.filter((statement) => !statement.startsWith('create temporary')),
  ]
  const through = await allowed(server.backupUrl, tried)
  figure({
    id: 'S-97',
    n: tried.length,
    value: through.length,
    unit: 'allowed to the backup role',
    target: '=0',
    ok: through.length === 0,
  })
  expect(through).toEqual([])
})

it('S-97: the server still makes the months to come and sweeps what is due', async () => {
  const client = new pg.Client({ connectionString: server.deps.config.DATABASE_URL })
  await client.connect()
  await client.query(`select create_period_partitions('2031-01-01', 1)`)
  const { rows } = await client.query<{ forced: boolean }>(
    `select relforcerowsecurity as forced from pg_class where oid = 'submissions_203101'::regclass`,
  )
  await client.query(`begin; set local app.org_id = '${world.orgId}'`)
  const swept = await client.query('select sweep_audit_log($1, 10, now())', [world.orgId])
  await client.query('commit')
  await client.end()
  expect(rows).toEqual([{ forced: true }])
  expect(swept.rowCount).toBe(1)
})
