import type pg from 'pg'
import { ownerFunctions } from '../src/db/app-role.ts'

/** The condition of a policy, for what is read and for what is written. */
const ownOrg = `(org_id = (NULLIF(current_setting('app.org_id'::text, true), ''::text))::uuid)`

/** What is written for several orgs at once: `file_first_submissions()` names them all (ADR 26). */
const batchTables = [
  'abnormal_cases',
  'case_notes',
  'completeness_counters',
  'consents',
  'event_feeds',
  'expectations',
  'forms',
  'org_events',
  'submissions',
]
const namedOrgs = `(POSITION(((org_id)::text) IN (current_setting('app.org_id'::text, true))) > 0)`

interface TableRow {
  readonly name: string
  readonly kind: string
  readonly enabled: boolean
  readonly forced: boolean
  readonly options: string[] | null
  readonly policies:
    | { readonly for: string; readonly permissive: boolean; readonly using: string; readonly check: string }[]
    | null
}

/**
 * What in the database would let rows of one org be seen or written for another (S-04): tables and partitions without
 * forced row security or with another policy than ours, views and functions that run with their owner's rights, and
 * a role that row security does not hold.
 * @param systemTables Tables outside row security, by name.
 */
export async function catalogueFaults(
  client: Pick<pg.Pool, 'query'>,
  systemTables: readonly string[],
): Promise<string[]> {
  const { rows: tables } = await client.query<TableRow>(`
    select c.relname as name, c.relkind as kind, c.relrowsecurity as enabled, c.relforcerowsecurity as forced,
      c.reloptions as options,
      (select json_agg(json_build_object('for', p.polcmd, 'permissive', p.polpermissive,
         'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid)))
       from pg_policy p where p.polrelid = c.oid and p.polroles = '{0}') as policies
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')`)
  const { rows: functions } = await client.query<{ name: string }>(
    `select proname as name from pg_proc
     where pronamespace = 'public'::regnamespace and prosecdef
       and not (oid = any ($1::regprocedure[]) and 'search_path=public, pg_temp' = any (proconfig))`,
    [ownerFunctions],
  )
  const { rows: roles } = await client.query<{ rolsuper: boolean; rolbypassrls: boolean }>(
    `select rolsuper, rolbypassrls from pg_roles where rolname in (current_user, session_user)`,
  )
  return [
    ...tables.flatMap((table) => tableFaults(table, systemTables.includes(table.name))),
    ...functions.map(({ name }) => `function ${name} runs with its owner's rights`),
    ...roles.flatMap(({ rolsuper, rolbypassrls }) =>
      rolsuper || rolbypassrls ? ['row security does not hold this role'] : [],
    ),
  ]
}

function tableFaults(
  { name, kind, enabled, forced, options, policies }: TableRow,
  isSystem: boolean,
): string[] {
  if (kind === 'v')
    return options?.includes('security_invoker=true') ? [] : [`view ${name} sees with its owner's eyes`]
  if (kind === 'm' || kind === 'f') return [`${name} is a copy no policy reaches`]
  if (isSystem) return []
  const [policy] = policies ?? []
  const condition = batchTables.includes(name) ? namedOrgs : ownOrg
  return [
    ...(enabled ? [] : [`${name} has no row security`]),
    ...(forced ? [] : [`${name} does not hold its owner`]),
    ...(policies?.length === 1 ? [] : [`${name} has ${policies?.length ?? 0} policies`]),
    ...(policy && (policy.for !== '*' || !policy.permissive)
      ? [`${name}: the policy is not for every command`]
      : []),
    ...(policy && policy.using !== condition ? [`${name} reads by ${policy.using}`] : []),
    ...(policy && policy.check !== condition ? [`${name} writes by ${policy.check}`] : []),
  ]
}
