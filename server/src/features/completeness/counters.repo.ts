import { sql } from 'drizzle-orm'
import type { CivilDate } from '@kangbao/shared/calendar/civil-day.ts'
import type { OrgScope } from '../../db/database.ts'
import type { FormPeriod } from './expectations.repo.ts'
import { countedUntil } from './on-time.repo.ts'

/** The department that stands for the whole org. */
export const wholeOrg = 0

export interface Counts {
  readonly expected: number
  readonly collected: number
  readonly abnormal: number
  /** Who filed by the moment the form names; null while that is not counted, or names none. */
  readonly onTime: number | null
  readonly lastFiledAt: string | null
}

interface CountsRow extends Record<string, unknown> {
  readonly expected: number
  readonly collected: number
  readonly abnormal: number
  readonly on_time: number | null
  readonly last_filed_at: string | Date | null
}

export const noCounts: Counts = {
  expected: 0,
  collected: 0,
  abnormal: 0,
  onTime: null,
  lastFiledAt: null,
}

const sums =
  sql.raw(`coalesce(sum(c.expected), 0)::int as expected, coalesce(sum(c.collected), 0)::int as collected,
  coalesce(sum(c.abnormal), 0)::int as abnormal, max(c.last_filed_at) as last_filed_at,
  case when bool_or(exists (select from form_periods p where p.org_id = c.org_id and p.form_id = c.form_id
    and p.period_start = c.period_start and p.on_time_counted_at is not null)) then sum(c.on_time)::int end as on_time`)

function asCounts(row: CountsRow | undefined): Counts {
  if (!row) return noCounts
  const { expected, collected, abnormal, on_time: onTime, last_filed_at } = row
  const lastFiledAt = last_filed_at === null ? null : new Date(last_filed_at).toISOString()
  return { expected, collected, abnormal, onTime, lastFiledAt }
}

/** Departments that count everything a caller may see, none of them below another. */
function countedDepartments(departmentIds: readonly number[] | 'all'): number[] {
  return departmentIds === 'all' ? [wholeOrg] : [...departmentIds]
}

/** Sums over the stripes; `departmentIds` must not lie below one another. */
export async function countsOf(
  { tx, orgId }: OrgScope,
  { formId, periodStart }: FormPeriod,
  departmentIds: readonly number[] | 'all' = 'all',
): Promise<Counts> {
  const { rows } = await tx.execute<CountsRow>(sql`
    select ${sums} from completeness_counters c
    where c.org_id = ${orgId} and c.form_id = ${formId} and c.period_start = ${periodStart}
      and c.department_id = any(${sql.param(countedDepartments(departmentIds))}::bigint[])`)
  return asCounts(rows[0])
}

/** Totals of several forms, each in its own period, by form id. */
export async function countsOfForms(
  { tx, orgId }: OrgScope,
  periods: readonly FormPeriod[],
  departmentIds: readonly number[] | 'all' = 'all',
): Promise<Map<string, Counts>> {
  const { rows } = await tx.execute<CountsRow & { form_id: string }>(sql`
    select c.form_id, ${sums} from completeness_counters c
    join unnest(${sql.param(periods.map(({ formId }) => formId))}::uuid[],
      ${sql.param(periods.map(({ periodStart }) => periodStart))}::date[]) as p (form_id, period_start)
      on c.form_id = p.form_id and c.period_start = p.period_start
    where c.org_id = ${orgId} and c.department_id = any(${sql.param(countedDepartments(departmentIds))}::bigint[])
    group by c.form_id`)
  return new Map(rows.map((row) => [row.form_id, asCounts(row)]))
}

/** Totals day by day; days without a row are absent. */
export async function countsByDay(
  { tx, orgId }: OrgScope,
  formId: string,
  range: { from: CivilDate; to: CivilDate; departmentIds: readonly number[] | 'all' },
): Promise<Map<string, Counts>> {
  const { rows } = await tx.execute<CountsRow & { day: string }>(sql`
    select c.period_start::text as day, ${sums} from completeness_counters c
    where c.org_id = ${orgId} and c.form_id = ${formId} and c.period_start between ${range.from} and ${range.to}
      and c.department_id = any(${sql.param(countedDepartments(range.departmentIds))}::bigint[])
    group by c.period_start`)
  return new Map(rows.map((row) => [row.day, asCounts(row)]))
}

export interface DepartmentCounts extends Counts {
  readonly departmentId: number
  readonly name: string
  readonly hasChildren: boolean
}

/** Counts of the children of a department, or of exactly these departments; those nobody is expected in stay out. */
export async function countsByDepartment(
  { tx, orgId }: OrgScope,
  { formId, periodStart }: FormPeriod,
  which: { readonly parentId: number } | { readonly ids: readonly number[] },
): Promise<DepartmentCounts[]> {
  const chosen =
    'parentId' in which
      ? sql`d.parent_id = ${which.parentId}`
      : sql`d.department_id = any(${sql.param([...which.ids])}::bigint[])`
  const { rows } = await tx.execute<
    CountsRow & { department_id: string; name: string; has_children: boolean }
  >(sql`
    select d.department_id, d.name, ${sums}, exists (
      select from departments k
      join completeness_counters kc on kc.org_id = k.org_id and kc.form_id = ${formId}
        and kc.period_start = ${periodStart} and kc.department_id = k.department_id
      where k.org_id = ${orgId} and k.parent_id = d.department_id) as has_children
    from departments d
    join completeness_counters c on c.org_id = d.org_id and c.form_id = ${formId} and c.period_start = ${periodStart}
      and c.department_id = d.department_id
    where d.org_id = ${orgId} and ${chosen}
    group by d.department_id, d.name, d.sort_order
    having sum(c.expected) > 0
    order by d.sort_order, d.department_id`)
  return rows.map((row) => ({
    ...asCounts(row),
    departmentId: Number(row.department_id),
    name: row.name,
    hasChildren: row.has_children,
  }))
}

/** Of these departments, those that do not lie below another of them. */
export async function topmost({ tx, orgId }: OrgScope, departmentIds: readonly number[]): Promise<number[]> {
  const ids = sql.param([...departmentIds])
  const { rows } = await tx.execute<{ id: string }>(sql`
    select department_id as id from departments
    where org_id = ${orgId} and department_id = any(${ids}::bigint[])
      and not (trim_array(path, 1) && ${ids}::bigint[])
    order by department_id`)
  return rows.map(({ id }) => Number(id))
}

export interface Drift {
  readonly departmentId: number
  readonly expected: number
  readonly collected: number
  readonly abnormal: number
  readonly onTime: number
}

/**
 * Recounts a period from its expectations and submissions and corrects the counters by the difference. Truth and
 * counters are read by one statement, so filings going on meanwhile are in both or in neither. Returns what was wrong.
 */
export async function repair({ tx, orgId }: OrgScope, { formId, periodStart }: FormPeriod): Promise<Drift[]> {
  await tx.execute(sql`
    update expectations e set filed_at = s.filed_at from submissions s
    where e.org_id = ${orgId} and e.form_id = ${formId} and e.period_start = ${periodStart} and e.filed_at is null
      and s.org_id = ${orgId} and s.form_id = ${formId} and s.period_start = ${periodStart}
      and s.member_id = e.member_id`)
  const { rows } = await tx.execute<{
    place: string
    expected: number
    collected: number
    abnormal: number
    on_time: number
  }>(sql`
    with truth as (
      select place, count(*) as expected, count(e.filed_at) as collected,
        count(*) filter (where s.is_abnormal) as abnormal,
        count(*) filter (where e.filed_at <= ${countedUntil(orgId, { formId, periodStart })}) as on_time
      from expectations e
      left join submissions s on e.filed_at is not null and s.org_id = ${orgId} and s.form_id = ${formId}
        and s.period_start = ${periodStart} and s.member_id = e.member_id,
        unnest(0::bigint || e.department_path) as place
      where e.org_id = ${orgId} and e.form_id = ${formId} and e.period_start = ${periodStart}
      group by place
    ),
    told as (
      select c.department_id as place, sum(c.expected) as expected, sum(c.collected) as collected,
        sum(c.abnormal) as abnormal, sum(c.on_time) as on_time
      from completeness_counters c
      where c.org_id = ${orgId} and c.form_id = ${formId} and c.period_start = ${periodStart}
      group by c.department_id
    ),
    drift as materialized (
      select place, (coalesce(truth.expected, 0) - coalesce(told.expected, 0))::int as expected,
        (coalesce(truth.collected, 0) - coalesce(told.collected, 0))::int as collected,
        (coalesce(truth.abnormal, 0) - coalesce(told.abnormal, 0))::int as abnormal,
        (coalesce(truth.on_time, 0) - coalesce(told.on_time, 0))::int as on_time
      from truth full join told using (place)
    ),
    corrected as (
      insert into completeness_counters as c
        (org_id, form_id, period_start, department_id, stripe, expected, collected, abnormal, on_time)
      select ${orgId}::uuid, ${formId}::uuid, ${periodStart}::date, place, 0, expected, collected, abnormal, on_time
      from drift where (expected, collected, abnormal, on_time) <> (0, 0, 0, 0) order by place
      on conflict (org_id, form_id, period_start, department_id, stripe) do update set
        expected = c.expected + excluded.expected, collected = c.collected + excluded.collected,
        abnormal = c.abnormal + excluded.abnormal, on_time = c.on_time + excluded.on_time
    )
    select place, expected, collected, abnormal, on_time from drift
    where (expected, collected, abnormal, on_time) <> (0, 0, 0, 0) order by place`)
  return rows.map(({ place, expected, collected, abnormal, on_time: onTime }) => ({
    departmentId: Number(place),
    expected,
    collected,
    abnormal,
    onTime,
  }))
}
