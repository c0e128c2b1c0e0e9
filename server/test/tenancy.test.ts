import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OrgScope } from '../src/db/database.ts'
import { catalogueFaults } from './catalogue.ts'
import { faultFigure } from './isolation/fault-figure.ts'
import { startTestServer, type TestServer } from './server.ts'
import { newWorld } from './world.ts'

/** Tables outside row security: they find an org, or drive work over all orgs, and hold no personal data. */
const systemTables = [
  'audit_waiting',
  'authenticators',
  'callback_inbox',
  'daily_run_orgs',
  'daily_runs',
  'data_keys',
  'due_sends',
  'event_waiting',
  'form_links',
  'government_endpoints',
  'key_rotations',
  'orgs',
  'outbox',
  'parked_reports',
  'phone_bindings',
  'reconciliation_differences',
  'reconciliations',
  'refresh_tokens',
  'region_rollups',
  'region_viewers',
  'report_pauses',
  'revocations',
  'rollup_reports',
  'schema_migrations',
  'sessions',
  'setup_tokens',
  'signing_keys',
  'sms_codes',
  'sms_reminders',
  'suites',
  'system_audit_links',
  'system_audit_log',
  'system_audit_tails',
]

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

describe('X-01: the database is the second wall', () => {
  it('S-04: every table is a named system table or forces row security by org_id, partitions, views and functions included', async () => {
    const { rows } = await server.deps.database.pool.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`,
    )
    const faults = await catalogueFaults(server.deps.database.pool, systemTables)
    faultFigure('S-04', rows.length, faults, 'catalogue breaks')
    expect(rows.length).toBeGreaterThan(20)
    expect(faults).toEqual([])
    const names = new Set(rows.map(({ name }) => name))
    expect(systemTables.filter((name) => !names.has(name))).toEqual([])
  })

  it('S-04: whatever is taken from a policy is noticed, table by table', async () => {
    const { rows } = await server.deps.database.pool.query<{ name: string }>(
      `select c.relname as name from pg_class c join pg_policy p on p.polrelid = c.oid
       where c.relnamespace = 'public'::regnamespace order by 1`,
    )
    const client = new pg.Client({ connectionString: server.ownerUrl })
    await client.connect()
    const noticed = async (damage: string) => {
      await client.query('begin')
      await client.query(damage)
      const faults = await catalogueFaults(client, systemTables)
      await client.query('rollback')
      return faults.length
    }
    const unnoticed: string[] = []
    for (const { name } of rows) {
      for (const damage of [
        `drop policy own_org on ${name}`,
        `alter table ${name} no force row level security`,
        `alter table ${name} disable row level security`,
        `alter policy own_org on ${name} with check (true)`,
        `create policy more on ${name} for select using (true)`,
      ])
        if ((await noticed(damage)) === 0) unnoticed.push(damage)
    }
    for (const damage of [
      'create view planted as select * from members',
      'create materialized view planted as select 1 as one',
      'create table planted (org_id uuid not null)',
      `create function planted() returns int language sql security definer as 'select 1'`,
    ])
      if ((await noticed(damage)) === 0) unnoticed.push(damage)
    await client.end()
    expect(unnoticed).toEqual([])
  })

  it('S-01: the handle to an org’s rows is made in one place', async () => {
    const root = fileURLToPath(new URL('../src/', import.meta.url))
    const files = (await readdir(root, { recursive: true })).filter(
      (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
    )
    const makers: string[] = []
    for (const file of files) {
      const text = await readFile(`${root}${file}`, 'utf8')
      if (/\bas (unknown as )?OrgScope\b|app\.org_id/.test(text)) makers.push(file)
    }
    expect(makers).toEqual(['db/database.ts'])
    const parts = { orgId: '', actor: { kind: 'system' as const, name: 'test' } }
    // @ts-expect-error -- its mark is known to database.ts alone, so nobody else can put one together
    const forged: OrgScope = { ...parts, tx: drizzle(server.deps.database.pool) }
    expect(forged).toBeDefined()
  })

  it('every primary key and unique key of a tenant table begins with or contains org_id, so that it can be spread', async () => {
    const { rows } = await server.deps.database.pool.query<{ name: string; columns: string[] }>(`
      select c.relname as name, array(select a.attname from unnest(i.indkey) k join pg_attribute a
        on a.attrelid = c.oid and a.attnum = k)::text[] as columns
      from pg_index i join pg_class c on c.oid = i.indrelid
      where i.indisunique and c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')`)
    for (const { name, columns } of rows.filter(({ name }) => !systemTables.includes(name))) {
      expect([name, columns[0]]).toEqual([name, 'org_id'])
    }
  })

  it('a query that forgets the tenant finds nothing, and one bound to another org cannot write here', async () => {
    const [ours, theirs] = await Promise.all([newWorld(server), newWorld(server)])
    const { database } = server.deps
    const bare = await database.inSystem(({ tx }) => tx.execute(sql`select * from members`))
    expect(bare.rows).toEqual([])
    const seen = await database.inOrg(ours.orgId, { kind: 'system', name: 'test' }, ({ tx }) =>
      tx.execute<{ org_id: string }>(sql`select distinct org_id from members`),
    )
    expect(seen.rows).toEqual([{ org_id: ours.orgId }])
    const trespass = database.inOrg(ours.orgId, { kind: 'system', name: 'test' }, ({ tx }) =>
      tx.execute(sql`update members set name = 'x' where org_id = ${theirs.orgId} returning id`),
    )
    expect((await trespass).rows).toEqual([])
    const forged = database.inOrg(ours.orgId, { kind: 'system', name: 'test' }, ({ tx }) =>
      tx.execute(
        sql`insert into departments (org_id, department_id, name, path) values (${theirs.orgId}, 9, 'x', '{9}')`,
      ),
    )
    await expect(forged).rejects.toMatchObject({
      cause: { message: expect.stringContaining('row-level security') },
    })
  })
})
