import { sql } from 'drizzle-orm'
import type { OrgScope } from '../../db/database.ts'
import { countsOf, topmost } from './counters.repo.ts'
import type { FormPeriod } from './expectations.repo.ts'

/** People who are read at once rather than looked for among everybody by member id: of a million, about as much work. */
const mostRead = 2_000

/**
 * The departments people of a period counted in, in and below some, when they are few enough to be read at once; null when
 * they are many, and then a page of them is found soon among everybody. The tree of today is looked at, and checked against
 * the totals of the period: should it have changed since, that is null, too.
 */
export async function placesOf(
  scope: OrgScope,
  period: FormPeriod,
  departmentIds: readonly number[],
): Promise<readonly number[] | null> {
  const { expected } = await countsOf(scope, period, await topmost(scope, departmentIds))
  if (expected > mostRead) return null
  const { tx, orgId } = scope
  const ids = sql.param([...departmentIds])
  const { rows: below } = await tx.execute<{ id: string }>(sql`
    select department_id as id from departments where org_id = ${orgId} and path && ${ids}::bigint[]`)
  const places = below.map(({ id }) => Number(id))
  const { rows } = await tx.execute<{ people: number }>(sql`
    select count(*)::int as people from expectations
    where org_id = ${orgId} and form_id = ${period.formId} and period_start = ${period.periodStart}
      and department_id = any(${sql.param(places)}::bigint[]) and department_path && ${ids}::bigint[]`)
  return rows[0]?.people === expected ? places : null
}
