import { sql, type SQL } from 'drizzle-orm'
import type { CivilDate, EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { Audience } from '@kangbao/shared/contracts/forms.ts'
import type { OrgScope } from '../../db/database.ts'
import { instant } from '../../db/instant.ts'
import { countedUntil } from './on-time.repo.ts'

export interface FormPeriod {
  readonly formId: string
  readonly periodStart: CivilDate
}

/** SQL that holds for the members `m` an audience names: departments count with everything below them. */
function isAsked(orgId: string, audience: Audience) {
  if (audience.kind === 'all') return sql`true`
  const departments = sql.param([...audience.departmentIds])
  return sql`(m.user_id = any(${sql.param([...audience.userIds])}::text[]) or exists (
    select from member_departments md
    join departments d on d.org_id = md.org_id and d.department_id = md.department_id
    where md.org_id = ${orgId} and md.member_id = m.id and md.valid_to is null
      and d.path && ${departments}::bigint[]))`
}

/** Whether an audience names anybody who is here. */
export async function hasAnybody({ tx, orgId }: OrgScope, audience: Audience): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    select from members m
    where m.org_id = ${orgId} and m.left_at is null and not m.is_guest and ${isAsked(orgId, audience)} limit 1`)
  return rows.length > 0
}

/** Whether a member who is here now is asked. */
export async function isMemberAsked(
  { tx, orgId }: OrgScope,
  audience: Audience,
  memberId: string,
): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    select from members m
    where m.org_id = ${orgId} and m.id = ${memberId} and m.left_at is null and not m.is_guest
      and ${isAsked(orgId, audience)}`)
  return rows.length > 0
}

/**
 * Marks a period as opened; false when it was before. Whoever opens the same one at once waits here.
 * @param dueAt until when filing is on time; null when the form names no moment
 */
export async function insertPeriod(
  { tx, orgId }: OrgScope,
  { formId, periodStart }: FormPeriod,
  now: EpochMs,
  dueAt: EpochMs | null,
): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    insert into form_periods (org_id, form_id, period_start, opened_at, due_at)
    values (${orgId}, ${formId}, ${periodStart}, ${instant(now)}, ${dueAt === null ? null : instant(dueAt)})
    on conflict do nothing returning 1`)
  return rows.length > 0
}

export async function isOpened(
  { tx, orgId }: OrgScope,
  { formId, periodStart }: FormPeriod,
): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    select from form_periods where org_id = ${orgId} and form_id = ${formId} and period_start = ${periodStart}`)
  return rows.length > 0
}

/** Whether the rows behind a period's totals are gone, or some of them: then there is nothing to count anew. */
export async function isFrozen(
  { tx, orgId }: OrgScope,
  { formId, periodStart }: FormPeriod,
): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    select from form_periods where org_id = ${orgId} and form_id = ${formId} and period_start = ${periodStart}
      and frozen_at is not null`)
  return rows.length > 0
}

/** Members by id: those after one, up to and with another; null stands for the first and the last. */
export interface MemberRange {
  readonly after: string | null
  readonly to: string | null
}

export interface Alignment {
  readonly audience: Audience
  readonly members: readonly string[] | MemberRange
  readonly evenAway?: boolean
}

/** Everybody there is. */
export const everybody: MemberRange = { after: null, to: null }

/** SQL that holds for the members of an alignment. */
function isOf(members: Alignment['members'], column: SQL): SQL {
  if (!('to' in members)) return sql`${column} = any(${sql.param([...members])}::uuid[])`
  const { after, to } = members
  return sql`true ${after === null ? sql`` : sql`and ${column} > ${after}`} ${to === null ? sql`` : sql`and ${column} <= ${to}`}`
}

/** Of members `m`: who is away on the day of the period and has not filed it all the same. */
function isExcused(orgId: string, { formId, periodStart }: FormPeriod): SQL {
  return sql`exists (
      select from absences a where a.org_id = ${orgId} and a.member_id = m.id
        and a.struck_at is null and ${periodStart}::date between a.from_day and a.to_day)
    and not exists (
      select from submissions s where s.org_id = ${orgId} and s.form_id = ${formId} and s.period_start = ${periodStart}
        and s.member_id = m.id)`
}

/**
 * Makes the expectations of a period what the directory and the audience say now, for some members or a range of them,
 * and moves the counters by exactly what changed: one statement, so that filings going on meanwhile stay counted.
 * A member who left, or is not asked any more, is expected no longer; one who comes back after filing has filed. Who is
 * away is excused and not expected, unless he has filed or (`evenAway`) is about to.
 *
 * What is and what should be meet in full joins, and rows are found by arrays of keys: both have one plan, with the cost of
 * the members named, whatever the planner knows of the tables. On the first day of a month it knows nothing.
 * Returns how many rows changed.
 */
export async function align(
  { tx, orgId }: OrgScope,
  { formId, periodStart }: FormPeriod,
  { audience, members, evenAway = false }: Alignment,
): Promise<number> {
  const only = (column: SQL) => isOf(members, column)
  const { rows } = await tx.execute<{ changed: number }>(sql`
    with asked as materialized (
      select m.id as member_id, m.department_id, coalesce(d.path, array[m.department_id]) as path,
        ${evenAway ? sql`false` : isExcused(orgId, { formId, periodStart })} as is_excused
      from members m
      left join departments d on d.org_id = m.org_id and d.department_id = m.department_id
      where m.org_id = ${orgId} and m.left_at is null and not m.is_guest
        and ${only(sql`m.id`)} and ${isAsked(orgId, audience)}
    ),
    target as (select member_id, department_id, path from asked where not is_excused),
    back as (
      delete from excusals x
      where x.org_id = ${orgId} and x.form_id = ${formId} and x.period_start = ${periodStart} and ${only(sql`x.member_id`)}
        and x.member_id not in (select member_id from asked where is_excused)
    ),
    excused as (
      insert into excusals as x (org_id, form_id, period_start, member_id, department_id, department_path)
      select ${orgId}::uuid, ${formId}::uuid, ${periodStart}::date, member_id, department_id, path from asked
      where is_excused
      on conflict (org_id, form_id, period_start, member_id) do update
        set department_id = excluded.department_id, department_path = excluded.department_path
        where x.department_path <> excluded.department_path
    ),
    present as materialized (
      select e.member_id, e.department_path as path from expectations e
      where e.org_id = ${orgId} and e.form_id = ${formId} and e.period_start = ${periodStart} and ${only(sql`e.member_id`)}
    ),
    filed as materialized (
      select s.member_id, s.filed_at, s.is_abnormal from submissions s
      where s.org_id = ${orgId} and s.form_id = ${formId} and s.period_start = ${periodStart} and ${only(sql`s.member_id`)}
    ),
    different as materialized (
      select member_id, p.path as old_path, t.department_id, t.path as new_path, f.filed_at
      from present p full join target t using (member_id) full join filed f using (member_id)
      where p.path is distinct from t.path
    ),
    gone as (
      delete from expectations e
      where e.org_id = ${orgId} and e.form_id = ${formId} and e.period_start = ${periodStart}
        and e.member_id = any(array(select member_id from different where new_path is null))
      returning e.member_id, e.department_path as path, e.filed_at
    ),
    moved as (
      update expectations e set department_id = d.department_id, department_path = d.new_path
      from different d
      where e.org_id = ${orgId} and e.form_id = ${formId} and e.period_start = ${periodStart}
        and e.member_id = any(array(select member_id from different where old_path <> new_path))
        and e.member_id = d.member_id and e.department_path <> d.new_path
      returning e.member_id, d.old_path, e.department_path as new_path, e.filed_at
    ),
    joined as (
      insert into expectations (org_id, form_id, period_start, member_id, department_id, department_path, filed_at)
      select ${orgId}::uuid, ${formId}::uuid, ${periodStart}::date, member_id, department_id, new_path, filed_at
      from different where old_path is null
      on conflict do nothing
      returning member_id, department_path as path, filed_at
    ),
    changes as (
      select member_id, path, -1 as step, filed_at from gone
      union all select member_id, old_path, -1, filed_at from moved
      union all select member_id, new_path, 1, filed_at from moved
      union all select member_id, path, 1, filed_at from joined
    ),
    counted as (
      insert into completeness_counters as c
        (org_id, form_id, period_start, department_id, stripe, expected, collected, abnormal, on_time)
      select ${orgId}::uuid, ${formId}::uuid, ${periodStart}::date, place, 0, sum(step),
        coalesce(sum(step) filter (where ch.filed_at is not null), 0),
        coalesce(sum(step) filter (where ch.filed_at is not null and s.is_abnormal), 0),
        coalesce(sum(step) filter (where ch.filed_at <= ${countedUntil(orgId, { formId, periodStart })}), 0)
      from changes ch full join filed s using (member_id), unnest(0::bigint || ch.path) as place
      where coalesce(step, 0) <> 0
      group by place order by place
      on conflict (org_id, form_id, period_start, department_id, stripe) do update set
        expected = c.expected + excluded.expected, collected = c.collected + excluded.collected,
        abnormal = c.abnormal + excluded.abnormal, on_time = c.on_time + excluded.on_time
    )
    select count(*)::int as changed from changes`)
  return rows[0]?.changed ?? 0
}
