import { sql } from 'drizzle-orm'
import { auditActionsOf, type AuditAction } from '@kangbao/shared/audit/actions.ts'
import { civilDate } from '@kangbao/shared/calendar/civil-day.ts'
import { periodOf, type PeriodKind } from '@kangbao/shared/calendar/period.ts'
import type { LocalText } from '@kangbao/shared/locale.ts'
import type { OrgScope } from '../../db/database.ts'
import { AppError } from '../../errors.ts'
import { actorMember, actorToken } from './audit-log.repo.ts'
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
  /** The form it was about and its day, month or year, empty when there is none; null when it was something else. */
  readonly form: { readonly title: LocalText; readonly period: string } | null
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
    form_title: LocalText | null
    period_kind: PeriodKind | null
    period_start: string | null
  }>(sql`
    select l.id, l.at, l.action, l.object, m.id as member_id, coalesce(m.name, a.name) as name, v.definition -> 'title' as form_title,
      f.period_kind, s.period_start::text as period_start
    from audit_people p
    join audit_log l on l.org_id = p.org_id and l.id = p.audit_id
    left join members m on m.org_id = l.org_id and m.id = ${actorMember}
    left join api_tokens a on a.org_id = l.org_id and a.id = ${actorToken}
    left join submissions s on s.org_id = l.org_id and s.member_id = p.member_id
      and 'submission:' || s.id = l.object
    left join forms f on f.org_id = l.org_id
      and f.id = coalesce(s.form_id, substring(l.object from '^form:([0-9a-f-]{36})')::uuid)
    left join form_versions v on v.org_id = f.org_id and v.form_id = f.id and v.version = f.version
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
    form: row.form_title && {
      title: row.form_title,
      period: periodIn(row.object, row.period_kind, row.period_start),
    },
  }))
  const last = rows.length > limit ? items.at(-1) : undefined
  return { items, nextCursor: last === undefined ? null : cursorOf(last) }
}

/** Of a look at one answer its day, month or year; `form:ID/2026-03` says it itself; else it was the form as a whole. */
function periodIn(object: string, kind: PeriodKind | null, start: string | null): string {
  const period = kind && start !== null ? periodOf(kind, civilDate(start)) : (object.split('/')[1] ?? '')
  return period === 'once' ? '' : period
}
