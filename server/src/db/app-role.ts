import pg from 'pg'
import { queueSchema } from '../jobs/queues.ts'

/** Rows of these are written once: not even the server may change or delete one, but by the functions that sweep. */
export const appendOnlyTables = [
  'audit_log',
  'audit_people',
  'audit_links',
  'system_audit_log',
  'system_audit_links',
] as const

/** Ways through a wall that are meant: each runs with the owner's rights and a search path of its own. */
export const ownerFunctions = [
  'create_period_partitions(date, integer)',
  'sweep_audit_log(uuid, integer, timestamptz)',
  'sweep_system_audit_log(integer, timestamptz)',
  'drop_audit_links(uuid, bigint)',
  'drop_system_audit_links(bigint)',
] as const

/** Whether the role has what it needs of the tables that are there. */
export async function hasAppRights(client: pg.ClientBase, role: string): Promise<boolean> {
  const { rows } = await client.query<{ has: boolean | null }>(
    // eslint-disable-next-line house/sql -- a name of ours
    `select bool_and(has_table_privilege($1, c.oid, 'select'))
       and has_schema_privilege($1, '${queueSchema}', 'create') as has
     from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
       and not c.relispartition`,
    [role],
  )
  return rows[0]?.has ?? false
}

/**
 * Gives the server's role its rights: rows of every table, definitions of none (S-97). The queue's tables live in a
 * schema it may make things in, since the queue makes sequences as it goes. Called by the owner; safe to call again.
 */
export async function grantAppRights(client: pg.ClientBase, role: string): Promise<void> {
  const app = pg.escapeIdentifier(role)
  const appendOnly = appendOnlyTables.join(', ')
  await client.query('begin')
  try {
    // eslint-disable-next-line house/sql -- names of ours, and a role that was quoted
    await client.query(`
      grant usage on schema public to ${app};
      grant select, insert, update, delete on all tables in schema public to ${app};
      grant usage, select on all sequences in schema public to ${app};
      alter default privileges in schema public grant select, insert, update, delete on tables to ${app};
      alter default privileges in schema public grant usage, select on sequences to ${app};
      revoke insert, update, delete on schema_migrations from ${app};
      revoke update, delete, truncate on ${appendOnly} from ${app};
      grant execute on function ${ownerFunctions.join(', ')} to ${app};
      grant usage, create on schema ${queueSchema} to ${app};
      grant all on all tables in schema ${queueSchema} to ${app};
      grant all on all sequences in schema ${queueSchema} to ${app}`)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}
