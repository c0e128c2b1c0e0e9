import { sql, type SQL } from 'drizzle-orm'
import { civilDate, type CivilDate } from '@kangbao/shared/calendar/civil-day.ts'
import type { Facet } from '@kangbao/shared/forms/facets.ts'
import type { OrgScope } from '../../db/database.ts'
import { isVisible, type BoardRange } from './board-conditions.repo.ts'

export interface StatisticsRange extends BoardRange {
  readonly formId: string
  readonly from: CivilDate
  readonly to: CivilDate
  /** Answers have to carry all of these. */
  readonly facets: readonly Facet[]
}

export interface FacetCounts {
  /** Answers that carry every facet asked for. */
  readonly collected: number
  readonly counts: ReadonlyMap<Facet, number>
  /** For each facet asked for, counts of those who carry all the others: what its own question is drawn from. */
  readonly without: ReadonlyMap<Facet, ReadonlyMap<Facet, number>>
  readonly byDay: ReadonlyMap<CivilDate, number>
}

interface Row extends Record<string, unknown> {
  /** 0 for answers that carry all facets asked for, else the place, from 1, of the one they lack. */
  readonly lacking: number
  readonly facet: number | null
  readonly day: string | null
  readonly count: number
}

/** How often each facet occurs among the answers of some days, in one scan whatever is filtered by, and of answers that are alike one count. */
export async function countFacetsOf({ tx, orgId }: OrgScope, range: StatisticsRange): Promise<FacetCounts> {
  const { formId, from, to, facets, departmentIds } = range
  const lacks = facets.map((facet) => sql`(not s.facets @> array[${facet}::int])::int`)
  const missed = lacks.length === 0 ? sql`0` : sql.join(lacks, sql` + `)
  const lacking = lacks.length === 0 ? sql`0` : sql.join(lacks.map(timesPlace), sql` + `)
  const { rows } = await tx.execute<Row>(sql`
    with filed as materialized (
      select s.period_start, s.facets, ${lacking} as lacking, count(*) as people
      from submissions s left join expectations e on e.org_id = ${orgId} and e.form_id = ${formId}
        and e.period_start = s.period_start and e.member_id = s.member_id
      where s.org_id = ${orgId} and s.form_id = ${formId} and s.period_start between ${from}::date and ${to}::date
        and ${isVisible(departmentIds, true)} and ${missed} <= 1
      group by 1, 2, 3
    )
    select 0 as lacking, null::int as facet, period_start::text as day, sum(people)::int as count
    from filed where lacking = 0 group by period_start
    union all
    select lacking, facet, null, sum(people)::int from filed, unnest(facets) as facet group by lacking, facet`)
  return countsIn(rows, facets)
}

function timesPlace(lack: SQL, i: number): SQL {
  return sql`${lack} * ${i + 1}::int`
}

function countsIn(rows: readonly Row[], facets: readonly Facet[]): FacetCounts {
  const byDay = new Map(
    rows.flatMap(({ day, count }) => (day === null ? [] : [[civilDate(day), count] as const])),
  )
  const lackingAt = (place: number) =>
    new Map(
      rows.flatMap(({ lacking, facet, count }) =>
        facet !== null && lacking === place ? [[facet, count] as const] : [],
      ),
    )
  const counts = lackingAt(0)
  const without = new Map(
    facets.map((facet, i) => {
      const sums = new Map(counts)
      for (const [each, count] of lackingAt(i + 1)) sums.set(each, (sums.get(each) ?? 0) + count)
      return [facet, sums] as const
    }),
  )
  return { collected: [...byDay.values()].reduce((sum, count) => sum + count, 0), counts, without, byDay }
}
