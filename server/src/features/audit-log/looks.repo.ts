import { sql } from 'drizzle-orm'
import { auditActionsOf, type AuditAction } from '@kangbao/shared/audit/actions.ts'
import type { OrgScope } from '../../db/database.ts'
import { AppError } from '../../errors.ts'
import { actorMember } from './audit-log.repo.ts'
import { placeOf, cursorOf } from './cursor.ts'

/** One look at somebody's data by another person. */
export interface Look {
  readonly id: string
  readonly at: string
  readonly action: AuditAction
  /** Of the member who looked, or null when he is no longer known. */
  readonly byName: string | null
  /** Null when it was no person. */
  readonly byMemberId: string | null
  readonly object: string
}

export interface LookPage {
  readonly items: Look[]
  readonly nextCursor: string | null
}

const pageSize = 50

/**
 * Who looked at a member's data, when and at what, newest first; his own looks are left out (S-46).
 * @param cursor `nextCursor` of the page before.
 * @throws AppError `request.invalid` for a cursor that is none.
 */
export async function looksAt(
  { tx, orgId }: OrgScope,
  memberId: string,
  cursor?: string,
  limit = pageSize,
): Promise<LookPage> {
  const after = placeOf(cursor)
  if (after === undefined) throw new AppError('request.invalid', { part: 'querystring' })
  const actions = sql.param([...auditActionsOf('read')])
  const { rows } = await tx.execute<{
    id: string
    at: string
    action: AuditAction
    member_id: string | null
    name: string | null
    object: string
  }>(sql`
    select l.id, l.at, l.action, l.object, m.id as member_id, m.name
    from audit_people p
    join audit_log l on l.org_id = p.org_id and l.id = p.audit_id
    left join members m on m.org_id = l.org_id and m.id = ${actorMember}
    where p.org_id = ${orgId} and p.member_id = ${memberId} and l.action = any(${actions}::text[])
      and l.actor <> ${`member:${memberId}`}
      ${after === null ? sql`` : sql`and (p.at, p.audit_id) < (${after.at}::timestamptz, ${after.id}::uuid)`}
    order by p.at desc, p.audit_id desc limit ${limit + 1}`)
  const items = rows.slice(0, limit).map((row) => ({
    id: row.id,
    at: new Date(row.at).toISOString(),
    action: row.action,
    byName: row.name,
    byMemberId: row.member_id,
    object: row.object,
  }))
  const last = rows.length > limit ? items.at(-1) : undefined
  return { items, nextCursor: last === undefined ? null : cursorOf(last) }
}
