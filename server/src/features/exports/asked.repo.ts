import { sql, type SQL } from 'drizzle-orm'
import type { CivilDate } from '@kangbao/shared/calendar/civil-day.ts'
import type { OrgScope } from '../../db/database.ts'
import { isVisible, submissionsExpected } from '../completeness/index.ts'
import { asPerson, type PersonColumns, type Range } from './rows.repo.ts'
import type { ExportedPerson } from './shapes.ts'

/** Who was asked, or filed, in any of these periods, as often as he was; of each period no more than a page. */
function peopleIn(
  orgId: string,
  { formId, view }: Range,
  periods: readonly CivilDate[],
  page?: { readonly after: string | null; readonly limit: number },
): SQL {
  // A page of all is within a page of each: it costs what it holds, however many were asked.
  const paged = (column: SQL) =>
    page === undefined
      ? sql``
      : sql`${page.after === null ? sql`` : sql`and ${column} > ${page.after}`} order by ${column} limit ${page.limit}`
  return sql`unnest(${sql.param([...periods])}::date[]) as asked (day) cross join lateral (
    (select e.member_id from expectations e
      where e.org_id = ${orgId} and e.form_id = ${formId} and e.period_start = asked.day and ${isVisible(view, false)}
        ${paged(sql`e.member_id`)})
    union all
    (select s.member_id from ${submissionsExpected(orgId, formId)}
      where s.org_id = ${orgId} and s.form_id = ${formId} and s.period_start = asked.day and ${isVisible(view, true)}
        ${paged(sql`s.member_id`)})) found`
}

export async function countPeople(
  { tx, orgId }: OrgScope,
  range: Range,
  periods: readonly CivilDate[],
): Promise<number> {
  const { rows } = await tx.execute<{ n: number }>(
    sql`select count(distinct member_id)::int as n from ${peopleIn(orgId, range, periods)}`,
  )
  return rows[0]?.n ?? 0
}

export async function listPeople(
  { tx, orgId }: OrgScope,
  range: Range,
  periods: readonly CivilDate[],
  page: { readonly after: string | null; readonly limit: number },
): Promise<ExportedPerson[]> {
  const { rows } = await tx.execute<PersonColumns>(sql`
    select p.member_id, m.name, m.job_number, d.name as department from (
      select distinct member_id from ${peopleIn(orgId, range, periods, page)}
      order by member_id limit ${page.limit}) p
    join members m on m.org_id = ${orgId} and m.id = p.member_id
    left join departments d on d.org_id = ${orgId} and d.department_id = m.department_id
    order by p.member_id`)
  return rows.map(asPerson)
}
