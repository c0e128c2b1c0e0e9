import { sql } from 'drizzle-orm'
import type { OrgScope } from '../../db/database.ts'
import type { FormPeriod } from '../completeness/index.ts'

export interface ReportedCount {
  /** Filed now, and carried by a delivered report. */
  readonly reported: number
  /** Carried by a delivered report and expected, but not filed: the form was published anew. */
  readonly awaited: number
}

/** One pass over the registrations ever reported. */
export async function countReported(
  { tx, orgId }: OrgScope,
  { formId, periodStart }: FormPeriod,
): Promise<ReportedCount> {
  const { rows } = await tx.execute<{ reported: number; awaited: number }>(sql`
    select count(e.filed_at)::int as reported, count(*) filter (where e.filed_at is null)::int as awaited
    from reported_registrations c
    join reports r on r.org_id = c.org_id and r.id = c.report_id and r.state = 'delivered'
    join expectations e on e.org_id = c.org_id and e.form_id = ${formId} and e.period_start = ${periodStart}
      and e.member_id = c.member_id
    where c.org_id = ${orgId}`)
  return rows[0] ?? { reported: 0, awaited: 0 }
}

/** Equal texts: nothing the count is made of has changed in between. */
export interface Versions {
  /** Changes with the reports and with who is expected: that is written to stripe 0 of the counters alone. */
  readonly expected: string
  /** Changes with every filing too. */
  readonly filed: string
}

/** Reports are settled in order, so the newest number and how many are open name their states. */
export async function versions(
  { tx, orgId }: OrgScope,
  { formId, periodStart }: FormPeriod,
): Promise<Versions> {
  const { rows } = await tx.execute<{ reports: string; expected: string | null; filed: string | null }>(sql`
    with rows as (
      select stripe, xmin::text as written from completeness_counters
      where org_id = ${orgId} and form_id = ${formId} and period_start = ${periodStart} and department_id = 0
    )
    select concat(
        (select max(sequence) from reports where org_id = ${orgId} and kind = 'employment'), ' ',
        (select count(*) from reports where org_id = ${orgId} and kind = 'employment'
          and state in ('queued', 'retrying'))) as reports,
      (select written from rows where stripe = 0) as expected,
      (select string_agg(concat(stripe, ':', written), ' ' order by stripe) from rows) as filed`)
  const { reports = '', expected = null, filed = null } = rows[0] ?? {}
  return {
    expected: `${formId} ${reports} ${expected ?? ''}`,
    filed: `${formId} ${reports} ${filed ?? ''}`,
  }
}
