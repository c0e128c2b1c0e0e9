import { sql, type SQL } from 'drizzle-orm'
import { auditActionsOf } from '@kangbao/shared/audit/actions.ts'
import type { AuditLogEntry } from '@kangbao/shared/contracts/audit-log.ts'
import { instant } from '../../db/instant.ts'
import type { LogScope } from './chain.repo.ts'
import type { LogPlace } from './cursor.ts'

/** What to look for; times are moments, the later one left out. */
export interface LogFilter {
  readonly from: number | null
  readonly until: number | null
  readonly kind: 'read' | 'change' | undefined
  readonly action: string | undefined
  readonly actor: string | undefined
  readonly person: string | undefined
}

interface EntryRow extends Record<string, unknown> {
  readonly id: string
  readonly at: string
  readonly actor: string
  readonly actor_name: string | null
  readonly action: string
  readonly object: string
  readonly people: { id: string; name: string }[]
  readonly people_count: number
  readonly detail: Record<string, unknown>
  readonly seq: string | null
}

/** The member an actor names; null for others. */
export const actorMember = sql.raw(
  `case when l.actor ~ '^member:[0-9a-f-]{36}$' then substr(l.actor, 8)::uuid end`,
)

/** The API token an actor names; null for others. */
export const actorToken = sql.raw(
  `case when l.actor ~ '^token:[0-9a-f-]{36}$' then substr(l.actor, 7)::uuid end`,
)

const peopleShown = 3

function ofOrg(orgId: string): SQL {
  return sql`
    select l.id, l.at, l.actor, l.action, l.object, l.detail, k.seq, coalesce(m.name, a.name) as actor_name,
      cardinality(l.people) as people_count,
      (select coalesce(json_agg(json_build_object('id', shown.id, 'name', shown.name) order by shown.n), '[]')
       from (select p.id, p.n, named.name from unnest(l.people) with ordinality p (id, n)
         join members named on named.org_id = l.org_id and named.id = p.id
         order by p.n limit ${peopleShown}) shown) as people
    from audit_log l
    left join members m on m.org_id = l.org_id and m.id = ${actorMember}
    left join api_tokens a on a.org_id = l.org_id and a.id = ${actorToken}
    left join audit_links k on k.org_id = l.org_id and k.row_id = l.id
    where l.org_id = ${orgId}::uuid`
}

const ofInstallation = sql`
    select l.id, l.at, l.actor, l.action, l.object, l.detail, k.seq, null as actor_name, 0 as people_count,
      '[]'::json as people
    from system_audit_log l left join system_audit_links k on k.row_id = l.id
    where true`

/** Entries of a log that fit, newest first, after a place. */
export async function listEntries(
  { tx, orgId }: LogScope,
  filter: LogFilter,
  { after, limit }: { after: LogPlace | null; limit: number },
): Promise<AuditLogEntry[]> {
  const conditions = [
    after && sql`(l.at, l.id) < (${after.at}::timestamptz, ${after.id}::uuid)`,
    filter.from !== null && sql`l.at >= ${instant(filter.from)}`,
    filter.until !== null && sql`l.at < ${instant(filter.until)}`,
    filter.kind && sql`l.action = any(${sql.param([...auditActionsOf(filter.kind)])}::text[])`,
    filter.action && sql`l.action = ${filter.action}`,
    filter.actor && sql`l.actor = ${`member:${filter.actor}`}`,
    filter.person &&
      (orgId === undefined
        ? sql`false`
        : sql`l.id in (select audit_id from audit_people
            where org_id = ${orgId}::uuid and member_id = ${filter.person}::uuid)`),
  ].flatMap((condition) => (condition ? [sql`and ${condition}`] : []))
  const { rows } = await tx.execute<EntryRow>(sql`
    ${orgId === undefined ? ofInstallation : ofOrg(orgId)} ${sql.join(conditions, sql` `)}
    order by l.at desc, l.id desc limit ${limit}`)
  return rows.map(entryOf)
}

function entryOf(row: EntryRow): AuditLogEntry {
  const [kind = '', rest = null] = row.actor.split(/:(.*)/s)
  const isNamed = kind === 'member' || kind === 'token'
  return {
    id: row.id,
    at: new Date(row.at).toISOString(),
    actor: {
      kind: isNamed || kind === 'operator' || kind === 'viewer' ? kind : 'system',
      id: isNamed ? rest : null,
      name: isNamed ? row.actor_name : rest,
    },
    action: row.action,
    object: row.object,
    people: row.people,
    peopleCount: row.people_count,
    detail: row.detail,
    seq: row.seq === null ? null : Number(row.seq),
  }
}
