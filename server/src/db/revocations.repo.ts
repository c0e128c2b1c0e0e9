import { sql } from 'drizzle-orm'
import type { OrgScope, SystemScope } from './database.ts'

type OrgRows = Pick<OrgScope, 'tx' | 'orgId'>

/**
 * What access tokens may no longer do. Written in the transaction that makes it so; every process hears of it within a
 * second (http/sign-in-guard.ts). The column says who may still come: a role, or nobody.
 */
export async function revokeSessions({ tx }: SystemScope, sessionIds: readonly string[]): Promise<void> {
  if (sessionIds.length === 0) return
  await tx.execute(
    sql`insert into revocations (session_id) select unnest(${sql.param([...sessionIds])}::uuid[])`,
  )
}

/** Tokens of these members that name another role than they have now are refused; all of who has left (S-10). */
export async function revokeStaleRoles({ tx, orgId }: OrgRows, memberIds: readonly string[]): Promise<void> {
  if (memberIds.length === 0) return
  await tx.execute(sql`
    insert into revocations (org_id, member_id, role)
    select org_id, id, case when left_at is null then role end from members
    where org_id = ${orgId} and id = any(${sql.param([...memberIds])}::uuid[])`)
}

/** All tokens of an org that has removed the product, or again none of them. */
export async function revokeOrg({ tx, orgId }: OrgRows, isOver: boolean): Promise<void> {
  await tx.execute(sql`insert into revocations (org_id, role) values (${orgId}, ${isOver ? null : 'any'})`)
}

/** What was revoked in the last minutes of the database's time, in order. */
export async function recentRevocations(
  { tx }: SystemScope,
  withinS: number,
): Promise<readonly Revocation[]> {
  const { rows } = await tx.execute<{
    id: string
    session_id: string | null
    org_id: string | null
    member_id: string | null
    role: string | null
  }>(sql`
    select id, session_id, org_id, member_id, role from revocations
    where recorded_at > clock_timestamp() - make_interval(secs => ${withinS}) order by id`)
  return rows.map((row) => ({
    id: Number(row.id),
    // A session id, a member id and an org id are never the same.
    subject: row.session_id ?? row.member_id ?? row.org_id ?? '',
    role: row.role,
  }))
}

export interface Revocation {
  readonly id: number
  /** A session, a member or an org. */
  readonly subject: string
  /** Who may still come: a role, `any`, or null for nobody. */
  readonly role: string | null
}

/** Rows no access token is old enough for. */
export async function forgetRevocations({ tx }: SystemScope): Promise<void> {
  await tx.execute(sql`delete from revocations where recorded_at < clock_timestamp() - interval '1 day'`)
}
