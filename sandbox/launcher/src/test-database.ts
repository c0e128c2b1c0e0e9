import { randomBytes } from 'node:crypto'
import { withClient } from './postgres.ts'

/** Set by the vitest global set-up, inherited by its workers. */
export const testAdminUrlVariable = 'KANGBAO_TEST_DATABASE_URL'

export interface TestDatabase {
  /** The owner, who migrates: no superuser, obeys row security, as in production. */
  readonly url: string
  /** The role the server runs as: owns nothing. Has rights when the migrations gave them to `testAppRole`. */
  readonly appUrl: string
  /** Reads every row and writes none, as backups do. */
  readonly backupUrl: string
  drop(): Promise<void>
}

export interface CreateTestDatabase {
  readonly migrate?: (url: string) => Promise<void>
  /** Databases of one template name are copies of the first one migrated: migrations run once, not once per test. */
  readonly template?: string
}

const role = 'kangbao_test'
/** What the server runs as in tests. */
export const testAppRole = 'kangbao_test_app'
const backupRole = 'kangbao_test_backup'
const rolePassword = 'kangbao_test'

/** A database of its own for one test file or one test. */
export async function createTestDatabase(options: CreateTestDatabase = {}): Promise<TestDatabase> {
  const adminUrl = process.env[testAdminUrlVariable]
  if (!adminUrl)
    throw new Error(`${testAdminUrlVariable} is not set: run through vitest's project "integration".`)
  const name = `t_${randomBytes(8).toString('hex')}`
  const url = roleUrl(adminUrl, name)

  if (options.template && options.migrate) {
    const template = `tpl_${options.template.replace(/[^a-z0-9]/gi, '_').toLowerCase()}`
    await makeTemplate(adminUrl, template, options.migrate)
    await admin(adminUrl, `create database ${name} owner ${role} template ${template}`)
  } else {
    await admin(adminUrl, `create database ${name} owner ${role} template template0`)
    await options.migrate?.(url)
  }
  const appUrl = roleUrl(adminUrl, name, testAppRole)
  const backupUrl = roleUrl(adminUrl, name, backupRole)
  return {
    url,
    appUrl,
    backupUrl,
    drop: () => admin(adminUrl, `drop database if exists ${name} with (force)`),
  }
}

const admin = (adminUrl: string, sql: string): Promise<void> =>
  withClient(adminUrl, async (client) => {
    await client.query(sql)
  })

function roleUrl(adminUrl: string, database: string, name = role): string {
  const url = new URL(adminUrl)
  url.username = name
  url.password = rolePassword
  url.pathname = `/${database}`
  return url.toString()
}

/** Once per cluster, whichever worker comes first; the others wait. A half-made one is not marked and is made anew. */
async function makeTemplate(
  adminUrl: string,
  name: string,
  migrate: (url: string) => Promise<void>,
): Promise<void> {
  await withClient(adminUrl, async (client) => {
    await client.query('select pg_advisory_lock(hashtext($1))', [name])
    const made = await client.query('select from pg_database where datname = $1 and datistemplate', [name])
    if (made.rowCount) return
    await client.query(`drop database if exists ${name} with (force)`)
    await client.query(`create database ${name} owner ${role} template template0`)
    await migrate(roleUrl(adminUrl, name))
    await client.query(`alter database ${name} with is_template true allow_connections false`)
  })
}

/** Called once for a cluster, before any test. */
export async function prepareTestCluster(adminUrl: string): Promise<void> {
  await withClient(adminUrl, async (client) => {
    const rights: readonly (readonly [string, string])[] = [
      [role, 'nobypassrls'],
      [testAppRole, 'nobypassrls'],
      [backupRole, 'bypassrls'],
    ]
    for (const [name, bypass] of rights) {
      const found = await client.query('select from pg_roles where rolname = $1', [name])
      const verb = found.rowCount ? 'alter' : 'create'
      await client.query(
        `${verb} role ${name} login nosuperuser ${bypass} nocreatedb nocreaterole password '${rolePassword}'`,
      )
    }
    await client.query(`grant pg_read_all_data to ${backupRole}`)
    // Templates of an earlier run on a server outside may have been made by older migrations.
    const old = await client.query<{ datname: string }>(
      `select datname from pg_database where datname like 'tpl\\_%'`,
    )
    for (const { datname } of old.rows) {
      await client.query(`alter database ${datname} with is_template false`)
      await client.query(`drop database if exists ${datname} with (force)`)
    }
  })
}
