import { sql, type SQL } from 'drizzle-orm'
import type { OrgScope } from '../../db/database.ts'
import { dueOf, isVisible } from './board-conditions.repo.ts'
import type { BoardFilter } from './board.repo.ts'
import type { FormPeriod } from './expectations.repo.ts'

/** Whether a list is of people who may be few among very many: who was late, who is behind a bar. */
export const mayBeRare = ({ state, facet, search }: BoardFilter): boolean =>
  search === undefined && (facet === undefined ? state === 'late' : state === 'collected')

/**
 * A page of such people, by member id. In their order one reads up to everybody to find fifty, a row here and a row there; so
 * the first are looked at in order, and when that is not a page, all in one go: the database reads them as they lie, with
 * several hands.
 * @param firstLook people looked at in order
 */
export async function rareKeys(
  { tx, orgId }: OrgScope,
  { formId, periodStart }: FormPeriod,
  filter: BoardFilter,
  firstLook = 5_000,
): Promise<string[]> {
  const { after, limit, departmentIds, facet } = filter
  const isOfPeriod = sql`org_id = ${orgId} and form_id = ${formId} and period_start = ${periodStart}
    ${after === undefined ? sql`` : sql`and member_id > ${after}`}`
  const isByFiling = facet !== undefined
  const table = sql.raw(isByFiling ? 'submissions' : 'expectations')
  const fits = isByFiling
    ? sql`facets @> array[${facet}::int]`
    : sql`filed_at > ${dueOf(orgId, { formId, periodStart })}`
  const seen = (from: SQL) =>
    isByFiling
      ? sql`select s.member_id as id from ${from} s left join expectations e on e.org_id = ${orgId} and e.form_id = ${formId}
          and e.period_start = ${periodStart} and e.member_id = s.member_id where ${isVisible(departmentIds, true)}`
      : sql`select e.member_id as id from ${from} e where ${isVisible(departmentIds, false)}`
  const page = (from: SQL) =>
    sql`array(select id from (${seen(from)}) seen order by id limit ${limit})::text[] as ids`

  // Not the answers: thousands of them would be carried along.
  const kept = sql.raw(
    isByFiling ? 'member_id, department_id, facets' : 'member_id, department_path, filed_at',
  )
  const { rows: first } = await tx.execute<{ ids: string[]; looked: number }>(sql`
    with looked as materialized (select ${kept} from ${table} where ${isOfPeriod} order by member_id limit ${firstLook}),
    fitting as materialized (select * from looked where ${fits})
    select ${page(sql`fitting`)}, (select count(*)::int from looked) as looked`)
  const { ids = [], looked = 0 } = first[0] ?? {}
  if (ids.length >= limit || looked < firstLook) return ids
  const { rows: all } = await tx.execute<{ ids: string[] }>(sql`
    with fitting as materialized (select ${kept} from ${table} where ${isOfPeriod} and ${fits})
    select ${page(sql`fitting`)}`)
  return all[0]?.ids ?? []
}
