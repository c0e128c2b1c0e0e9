import { sql, type SQL } from 'drizzle-orm'
import { civilDate, type CivilDate, type EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { OrgScope } from '../../db/database.ts'
import { isVisible, submissionsExpected, type StatisticsRange } from '../completeness/index.ts'
import { givenAt } from '../submissions/index.ts'

export interface SealedAnswers {
  readonly memberId: string
  readonly periodStart: CivilDate
  readonly revision: number
  readonly formVersion: number
  readonly answers: Buffer
  /** When the person last gave it. */
  readonly givenAt: EpochMs
}

function inRange(orgId: string, { formId, from, to, facets, departmentIds }: StatisticsRange): SQL {
  return sql`${submissionsExpected(orgId, formId)}
    where s.org_id = ${orgId} and s.form_id = ${formId} and s.period_start between ${from}::date and ${to}::date
      and ${isVisible(departmentIds, true)} and s.facets @> ${sql.param([...facets])}::int[]`
}

/** How many answers there are, and which: the mark is another as soon as one is filed, corrected or gone. */
export interface Extent {
  readonly count: number
  readonly mark: string
}

/** Counts no further than `most` and one. */
export async function extentUpTo(
  { tx, orgId }: OrgScope,
  range: StatisticsRange,
  most: number,
): Promise<Extent> {
  const { rows } = await tx.execute<{ count: number; mark: string }>(sql`
    select count(*)::int as count,
      coalesce(sum(hashtextextended(member_id::text || period_start, revision)), 0)::text as mark
    from (select s.member_id, s.period_start, s.revision from ${inRange(orgId, range)} limit ${most + 1}) counted`)
  return rows[0] ?? { count: 0, mark: '' }
}

/** One page by day and member. */
export async function listSealed(
  { tx, orgId }: OrgScope,
  range: StatisticsRange,
  page: { readonly after: Pick<SealedAnswers, 'periodStart' | 'memberId'> | null; readonly limit: number },
): Promise<SealedAnswers[]> {
  const { after, limit } = page
  const { rows } = await tx.execute<{
    member_id: string
    day: string
    revision: number
    form_version: number
    answers: Buffer
    given_at: string | Date
  }>(sql`
    select s.member_id, s.period_start::text as day, s.revision, s.form_version, s.answers, ${givenAt(orgId, 's')} as given_at
    from ${inRange(orgId, range)}
      ${after === null ? sql`` : sql`and (s.period_start, s.member_id) > (${after.periodStart}::date, ${after.memberId}::uuid)`}
    order by s.period_start, s.member_id limit ${limit}`)
  return rows.map((row) => ({
    memberId: row.member_id,
    periodStart: civilDate(row.day),
    revision: row.revision,
    formVersion: row.form_version,
    answers: row.answers,
    givenAt: new Date(row.given_at).getTime(),
  }))
}
