import { sql, type SQL } from 'drizzle-orm'
import type { CivilDate } from '@kangbao/shared/calendar/civil-day.ts'
import type { ReportFigure, ReportPerson } from '@kangbao/shared/contracts/reports.ts'
import type { OrgScope } from '../../db/database.ts'

export interface PeopleFilter {
  /** Null before the form is published. */
  readonly formId: string | null
  readonly periodStart: CivilDate
  /** Whether anybody is expected in that period; if not, the whole directory stands for it. */
  readonly isOpened: boolean
  readonly figure: ReportFigure
  readonly search: string | undefined
  readonly after: string | null
  readonly limit: number
}

const reported = sql`exists (select from reported_registrations c
  join reports r on r.org_id = c.org_id and r.id = c.report_id and r.state = 'delivered'
  where c.org_id = e.org_id and c.member_id = e.member_id)`

const behind: Readonly<Record<ReportFigure, SQL>> = {
  total: sql`true`,
  collected: sql`e.filed_at is not null`,
  'not-collected': sql`e.filed_at is null`,
  'not-registered': sql`e.filed_at is null`,
  reported: sql`e.filed_at is not null and ${reported}`,
  unreported: sql`e.filed_at is not null and not ${reported}`,
  abnormal: sql`coalesce(s.is_abnormal, false)`,
}

/** The people behind a figure, by member id, one page at a time (Z-42). */
export async function listPeople({ tx, orgId }: OrgScope, filter: PeopleFilter): Promise<ReportPerson[]> {
  const { formId, periodStart } = filter
  const base = filter.isOpened
    ? sql`(select org_id, member_id, department_id, filed_at from expectations
        where org_id = ${orgId} and form_id = ${formId} and period_start = ${periodStart})`
    : sql`(select org_id, id as member_id, department_id, null::timestamptz as filed_at from members
        where org_id = ${orgId} and left_at is null and not is_guest)`
  const { rows } = await tx.execute<{
    member_id: string
    user_id: string
    name: string
    department: string | null
    filed_at: string | null
    is_abnormal: boolean
  }>(sql`
    select e.member_id, m.user_id, m.name, d.name as department, e.filed_at,
      coalesce(s.is_abnormal, false) as is_abnormal
    from ${base} as e
    join members m on m.org_id = e.org_id and m.id = e.member_id
    left join departments d on d.org_id = e.org_id and d.department_id = e.department_id
    left join submissions s on s.org_id = e.org_id and s.form_id = ${formId} and s.period_start = ${periodStart}
      and s.member_id = e.member_id
    where ${behind[filter.figure]} ${searched(filter.search)}
      ${filter.after === null ? sql`` : sql`and e.member_id > ${filter.after}`}
    order by e.member_id limit ${filter.limit}`)
  return rows.map((row) => ({
    memberId: row.member_id,
    userId: row.user_id,
    name: row.name,
    department: row.department ?? '',
    filedAt: row.filed_at === null ? null : new Date(row.filed_at).toISOString(),
    isAbnormal: row.is_abnormal,
  }))
}

function searched(search: string | undefined): SQL {
  const word = search
    ?.trim()
    .toLowerCase()
    .replaceAll(/[\\%_]/g, '\\$&')
  if (!word) return sql``
  return sql`and (m.name ilike ${`%${word}%`} or m.pinyin like ${`%${word}%`} or m.initials like ${`${word}%`})`
}
