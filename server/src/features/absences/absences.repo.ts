import { sql, type SQL } from 'drizzle-orm'
import type { CivilDate, EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { Absence, AbsenceKind } from '@kangbao/shared/contracts/absences.ts'
import type { OrgScope } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'
import { instant } from '../../db/instant.ts'

/** Departments whose people a caller may see, with those below them. */
export type View = readonly number[] | 'all'

/** Of members `m`: those in one of these departments, by any of their places. */
function isIn(orgId: string, view: View): SQL {
  if (view === 'all') return sql`true`
  return sql`exists (select from member_departments md where md.org_id = ${orgId} and md.member_id = m.id
    and md.valid_to is null and md.department_id = any(${sql.param([...view])}::bigint[]))`
}

interface AbsenceRow extends Record<string, unknown> {
  readonly id: string
  readonly member_id: string
  readonly name: string
  readonly department: string
  readonly kind: AbsenceKind
  readonly from_day: string
  readonly to_day: string
  readonly entered_at: string
}

/** One page of those not over on `today`, newest entry first. */
export async function listCurrent(
  { tx, orgId }: OrgScope,
  page: {
    readonly view: View
    readonly today: CivilDate
    readonly before: string | undefined
    readonly limit: number
  },
): Promise<Absence[]> {
  const { rows } = await tx.execute<AbsenceRow>(sql`
    select a.id, a.member_id, m.name, coalesce(d.name, '') as department, a.kind, a.from_day::text, a.to_day::text,
      a.entered_at
    from absences a
    join members m on m.org_id = ${orgId} and m.id = a.member_id
    left join departments d on d.org_id = ${orgId} and d.department_id = m.department_id
    where a.org_id = ${orgId} and a.to_day >= ${page.today}::date and a.struck_at is null and ${isIn(orgId, page.view)}
      ${page.before === undefined ? sql`` : sql`and a.id < ${page.before}::uuid`}
    order by a.id desc limit ${page.limit}`)
  return rows.map((row) => ({
    id: row.id,
    memberId: row.member_id,
    name: row.name,
    department: row.department,
    kind: row.kind,
    from: row.from_day,
    to: row.to_day,
    enteredAt: new Date(row.entered_at).toISOString(),
  }))
}

/** Of these, the members who are here and whom the caller may see. */
export async function visibleMembers(
  { tx, orgId }: OrgScope,
  memberIds: readonly string[],
  view: View,
): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select m.id from members m
    where m.org_id = ${orgId} and m.id = any(${sql.param([...memberIds])}::uuid[]) and m.left_at is null
      and not m.is_guest and ${isIn(orgId, view)}`)
  return rows.map(({ id }) => id)
}

export interface Entry {
  readonly memberIds: readonly string[]
  readonly kind: AbsenceKind
  readonly from: CivilDate
  readonly to: CivilDate
  readonly enteredBy: string
  readonly now: EpochMs
}

/** Returns the new ids, in the order of the members. */
export async function insertAbsences(
  { tx, orgId }: OrgScope,
  { memberIds, kind, from, to, enteredBy, now }: Entry,
): Promise<string[]> {
  const ids = memberIds.map(() => newId())
  await tx.execute(sql`
    insert into absences (org_id, id, member_id, kind, from_day, to_day, entered_by, entered_at)
    select ${orgId}::uuid, id, member_id, ${kind}, ${from}::date, ${to}::date, ${enteredBy}::uuid, ${instant(now)}
    from unnest(${sql.param(ids)}::uuid[], ${sql.param([...memberIds])}::uuid[]) as n (id, member_id)`)
  return ids
}

/**
 * Ends an absence the day before `today`; one that began today or later is struck out. Ending twice is ending once.
 * Null when the caller sees none of this id.
 */
export async function endAt(
  { tx, orgId }: OrgScope,
  id: string,
  { today, now, view }: { readonly today: CivilDate; readonly now: EpochMs; readonly view: View },
): Promise<{ memberId: string; isEnded: boolean } | null> {
  const { rows } = await tx.execute<{ member_id: string; began: boolean; is_over: boolean }>(sql`
    select a.member_id, a.from_day < ${today}::date as began,
      a.struck_at is not null or a.to_day < ${today}::date as is_over
    from absences a join members m on m.org_id = ${orgId} and m.id = a.member_id
    where a.org_id = ${orgId} and a.id = ${id} and ${isIn(orgId, view)}
    for update of a`)
  const row = rows[0]
  if (!row) return null
  if (row.is_over) return { memberId: row.member_id, isEnded: false }
  const change = row.began ? sql`to_day = ${today}::date - 1` : sql`struck_at = ${instant(now)}`
  await tx.execute(sql`update absences set ${change} where org_id = ${orgId} and id = ${id}`)
  return { memberId: row.member_id, isEnded: true }
}
