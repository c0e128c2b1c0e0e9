import { literal, type Database } from '../../db/database.ts'
import { wholeOrg, type Counts } from './counters.repo.ts'
import type { FormPeriod } from './expectations.repo.ts'

/**
 * The totals of a whole org in one round trip: every open board reads them again after every filing. The stripes of
 * one department lie side by side, so the cost does not grow with the org.
 */
export async function readTotals(
  database: Database,
  orgId: string,
  { formId, periodStart }: FormPeriod,
): Promise<Counts & { readonly excused: number }> {
  const [rows] = await database.inOneTrip([
    {
      orgId,
      text: `select coalesce(sum(expected), 0)::int as expected, coalesce(sum(collected), 0)::int as collected,
        coalesce(sum(abnormal), 0)::int as abnormal, max(last_filed_at) as last_filed_at,
        (select case when p.on_time_counted_at is not null then coalesce(sum(on_time), 0)::int end from form_periods p
          where p.org_id = ${literal(orgId)} and p.form_id = ${literal(formId)}
            and p.period_start = ${literal(periodStart)}) as on_time,
        (select count(*)::int from excusals x where x.org_id = ${literal(orgId)} and x.form_id = ${literal(formId)}
          and x.period_start = ${literal(periodStart)}) as excused
        from completeness_counters where org_id = ${literal(orgId)} and form_id = ${literal(formId)}
          and period_start = ${literal(periodStart)} and department_id = ${literal(wholeOrg)}`,
    },
  ])
  const row = rows?.[0]
  const lastFiledAt = row?.['last_filed_at']
  return {
    expected: Number(row?.['expected'] ?? 0),
    collected: Number(row?.['collected'] ?? 0),
    abnormal: Number(row?.['abnormal'] ?? 0),
    onTime: typeof row?.['on_time'] === 'number' ? row['on_time'] : null,
    excused: Number(row?.['excused'] ?? 0),
    lastFiledAt: lastFiledAt instanceof Date ? lastFiledAt.toISOString() : null,
  }
}
