import { sql, type SQL } from 'drizzle-orm'
import { civilDate, type EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { LocalText } from '@kangbao/shared/locale.ts'
import type { OrgScope } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'
import { instant } from '../../db/instant.ts'
import type { Period } from './people.repo.ts'
import type { DigestKind } from './rung-kinds.ts'

/** How many names a digest gives. */
export const mostNames = 10
/** Above so many missing, people of a department are found by the department, and below by who is missing. */
const manyMissing = 20_000

/** Digests of one org are made one after the other: each looks at what the one before told. */
export async function takeTurn({ tx, orgId }: OrgScope): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`digest:${orgId}`}, 0))`)
}

/** When managers were last told something, after `since`; null when they were not. */
export async function lastMadeAt({ tx, orgId }: OrgScope, since: EpochMs): Promise<EpochMs | null> {
  const { rows } = await tx.execute<{ at: string | null }>(sql`
    select max(made_at) as at from pushes
    where org_id = ${orgId} and made_at > ${instant(since)}
      and kind in ('remind-heads', 'remind-admins') and state not in ('dropped', 'joined') and recipients > 0`)
  return rows[0]?.at ? Date.parse(rows[0].at) : null
}

/** Says in the ledger that a form was spoken of in the digest of another one. */
export async function join(
  { tx, orgId }: OrgScope,
  joined: Period & { kind: DigestKind; plannedAt: EpochMs },
  carrier: Period & { plannedAt: EpochMs },
): Promise<void> {
  await tx.execute(sql`
    insert into pushes (org_id, id, form_id, period_start, kind, planned_at, state, joined_to, made_at, finished_at)
    select ${orgId}, ${newId()}, ${joined.formId}, ${joined.periodStart}, ${joined.kind}, ${instant(joined.plannedAt)},
      'joined', id, made_at, made_at
    from pushes where org_id = ${orgId} and form_id = ${carrier.formId} and kind = ${joined.kind}
      and planned_at = ${instant(carrier.plannedAt)} and subject = ''
    on conflict (org_id, form_id, kind, planned_at, subject) do nothing`)
}

export interface DigestForm extends Period {
  readonly title: LocalText
}

/** What a digest speaks of: its own form, and those that joined it. */
export async function formsOf({ tx, orgId }: OrgScope, pushId: string): Promise<DigestForm[]> {
  const { rows } = await tx.execute<{ form_id: string; period_start: string; title: LocalText }>(sql`
    select p.form_id, p.period_start::text, v.definition -> 'title' as title from pushes p
    join forms f on f.org_id = p.org_id and f.id = p.form_id
    join form_versions v on v.org_id = f.org_id and v.form_id = f.id and v.version = f.version
    where p.org_id = ${orgId} and (p.id = ${pushId} or p.joined_to = ${pushId}) and f.state = 'published'
    order by p.id <> ${pushId}, f.published_at`)
  return rows.map(({ form_id, period_start, title }) => ({
    formId: form_id,
    periodStart: civilDate(period_start),
    title,
  }))
}

const periodsOf = (periods: readonly Period[]): SQL =>
  sql`unnest(${sql.param(periods.map(({ formId }) => formId))}::uuid[],
    ${sql.param(periods.map(({ periodStart }) => periodStart))}::date[]) as p (form_id, period_start)`

/** Missing by form and department, those below included, read off the live totals; department 0 is the whole org. */
const missing = (orgId: string, periods: readonly Period[]): SQL => sql`
  missing as (
    select c.form_id, c.department_id, sum(c.expected - c.collected)::int as people
    from ${periodsOf(periods)}
    join completeness_counters c on c.org_id = ${orgId} and c.form_id = p.form_id and c.period_start = p.period_start
    group by c.form_id, c.department_id having sum(c.expected - c.collected) > 0)`

/** Heads, here now, of departments in which, or below which, somebody has not filed. */
export async function headsOfMissing({ tx, orgId }: OrgScope, periods: readonly Period[]): Promise<string[]> {
  const { rows } = await tx.execute<{ member_id: string }>(sql`
    with ${missing(orgId, periods)}
    select distinct h.member_id from missing
    join member_departments h on h.org_id = ${orgId} and h.department_id = missing.department_id
      and h.is_head and h.valid_to is null
    join members m on m.org_id = ${orgId} and m.id = h.member_id and m.left_at is null
    order by h.member_id`)
  return rows.map((row) => row.member_id)
}

/** Main admins when anybody is missing, and sub-admins of departments in which somebody is. */
export async function adminsOfMissing(
  { tx, orgId }: OrgScope,
  periods: readonly Period[],
): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    with ${missing(orgId, periods)}
    select m.id from members m
    where m.org_id = ${orgId} and m.left_at is null and exists (
      select from missing where (m.role = 'main-admin' and missing.department_id = 0)
        or (m.role = 'sub-admin' and missing.department_id = any(m.manages)))
    order by m.id`)
  return rows.map(({ id }) => id)
}

/** The departments a digest tells a manager about, none below another; `[0]` is the whole org. */
export async function departmentsOf(
  { tx, orgId }: OrgScope,
  kind: DigestKind,
  managerId: string,
): Promise<number[]> {
  const { rows } = await tx.execute<{ id: string }>(
    kind === 'remind-heads'
      ? sql`
        with own as (
          select d.department_id, d.path, d.sort_order from member_departments h
          join departments d on d.org_id = h.org_id and d.department_id = h.department_id
          where h.org_id = ${orgId} and h.member_id = ${managerId} and h.is_head and h.valid_to is null)
        select department_id as id from own
        where not exists (select from own above
          where above.department_id <> own.department_id and above.department_id = any(own.path))
        order by sort_order, department_id`
      : sql`
        with own as (
          select d.department_id, d.path, d.sort_order from members m
          join departments d on d.org_id = m.org_id and d.department_id = any(m.manages)
          where m.org_id = ${orgId} and m.id = ${managerId} and m.role = 'sub-admin')
        select id from (
          select 0::bigint as id, 0 as sort_order from members
          where org_id = ${orgId} and id = ${managerId} and role = 'main-admin'
          union all
          select department_id, sort_order from own
          where not exists (select from own above
            where above.department_id <> own.department_id and above.department_id = any(own.path))) as mine
        order by sort_order, id`,
  )
  return rows.map(({ id }) => Number(id))
}

export interface MissingOfDepartment {
  readonly formId: string
  readonly department: string
  readonly missing: number
}

/** How many are missing in departments, by form, in the order of the departments. */
export async function missingIn(
  { tx, orgId }: OrgScope,
  periods: readonly Period[],
  departmentIds: readonly number[],
): Promise<MissingOfDepartment[]> {
  const ids = sql.param([...departmentIds])
  const { rows } = await tx.execute<{ form_id: string; name: string | null; people: number }>(sql`
    with ${missing(orgId, periods)}
    select missing.form_id, d.name, missing.people from missing
    left join departments d on d.org_id = ${orgId} and d.department_id = missing.department_id
    where missing.department_id = any(${ids}::bigint[])
    order by array_position(${ids}::bigint[], missing.department_id)`)
  return rows.map((row) => ({ formId: row.form_id, department: row.name ?? '', missing: row.people }))
}

/** Names of some who are missing in departments, at most `mostNames`, each once. */
export async function namesOfMissing(
  { tx, orgId }: OrgScope,
  periods: readonly Period[],
  departmentIds: readonly number[],
  people: number,
): Promise<string[]> {
  const isWhole = departmentIds.includes(0)
  const ids = sql.param([...departmentIds])
  const below = sql`d.path && ${ids}::bigint[]`
  const inDepartments = isWhole ? sql`true` : sql`e.department_path && ${ids}::bigint[]`
  const byDepartment = people > manyMissing && !isWhole
  const { rows } = await tx.execute<{ name: string }>(sql`
    select distinct on (found.id) found.name from (
      select m.id, m.name from ${periodsOf(periods)}
      join expectations e on e.org_id = ${orgId} and e.form_id = p.form_id and e.period_start = p.period_start
        and e.filed_at is null and ${inDepartments}
      join members m on m.org_id = ${orgId} and m.id = e.member_id and m.left_at is null
      where ${
        byDepartment
          ? sql`e.member_id in (select md.member_id from departments d
              join member_departments md on md.org_id = d.org_id and md.department_id = d.department_id
              where d.org_id = ${orgId} and ${below} and md.valid_to is null)`
          : sql`true`
      }
      limit ${mostNames * periods.length}) as found
    order by found.id limit ${mostNames}`)
  return rows.map(({ name }) => name)
}
