import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from './server.ts'
import { newWorld } from './world.ts'

/** Tables outside row security: they find an org, or drive work over all orgs, and hold no personal data. */
const systemTables = [
  'callback_inbox',
  'daily_run_orgs',
  'daily_runs',
  'due_sends',
  'form_links',
  'orgs',
  'outbox',
  'phone_bindings',
  'schema_migrations',
  'setup_tokens',
  'sms_codes',
  'suites',
  'system_audit_log',
]

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

describe('X-01: the database is the second wall', () => {
  it('every table is either a named system table or forces row security by org_id', async () => {
    const { rows } = await server.deps.database.pool.query<{
      name: string
      forced: boolean
      policies: number
    }>(`
      select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as forced,
        (select count(*)::int from pg_policy p where p.polrelid = c.oid) as policies
      from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')`)
    expect(rows.length).toBeGreaterThan(20)
    for (const { name, forced, policies } of rows.filter(({ name }) => !systemTables.includes(name))) {
      expect([name, forced, policies]).toEqual([name, true, 1])
    }
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
