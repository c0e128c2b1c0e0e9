import { sql } from 'drizzle-orm'
import type { CivilDate } from '@kangbao/shared/calendar/civil-day.ts'
import type { OrgScope } from '../../db/database.ts'
import type { FormPeriod } from './expectations.repo.ts'

/** How many were excused, day by day; days on which nobody was are absent. Few people are away, so they are counted. */
export async function excusedByDay(
  { tx, orgId }: OrgScope,
  formId: string,
  range: { from: CivilDate; to: CivilDate; departmentIds: readonly number[] | 'all' },
): Promise<Map<string, number>> {
  const { departmentIds } = range
  const isIn =
    departmentIds === 'all' ? sql`true` : sql`department_path && ${sql.param([...departmentIds])}::bigint[]`
  const { rows } = await tx.execute<{ day: string; excused: number }>(sql`
    select period_start::text as day, count(*)::int as excused from excusals
    where org_id = ${orgId} and form_id = ${formId} and period_start between ${range.from} and ${range.to} and ${isIn}
    group by period_start`)
  return new Map(rows.map(({ day, excused }) => [day, excused]))
}

/** How many were excused in and below each department. */
export async function excusedByDepartment(
  { tx, orgId }: OrgScope,
  { formId, periodStart }: FormPeriod,
): Promise<Map<number, number>> {
  const { rows } = await tx.execute<{ place: string; excused: number }>(sql`
    select place, count(*)::int as excused from excusals, unnest(department_path) as place
    where org_id = ${orgId} and form_id = ${formId} and period_start = ${periodStart} group by place`)
  return new Map(rows.map(({ place, excused }) => [Number(place), excused]))
}
