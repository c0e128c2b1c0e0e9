import { sql } from 'drizzle-orm'
import type { CivilDate, EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { FindingRule } from '@kangbao/shared/forms/definition.ts'
import { findingFacet } from '@kangbao/shared/forms/facets.ts'
import type { OrgScope } from '../../db/database.ts'

export interface Period {
  readonly formId: string
  readonly periodStart: CivilDate
}

/** Who is told of what goes wrong: main admins, and the sub-admins of the person's department if one is named. */
export async function adminIds({ tx, orgId }: OrgScope, aboutMemberId?: string): Promise<string[]> {
  const managed =
    aboutMemberId === undefined
      ? sql`false`
      : sql`exists (select from members about join departments d
          on d.org_id = about.org_id and d.department_id = about.department_id
          where about.org_id = ${orgId} and about.id = ${aboutMemberId} and d.path && m.manages)`
  const { rows } = await tx.execute<{ id: string }>(sql`
    select m.id from members m
    where m.org_id = ${orgId} and m.left_at is null
      and (m.role = 'main-admin' or (m.role = 'sub-admin' and ${managed})) order by m.id`)
  return rows.map(({ id }) => id)
}

export interface RemindRange {
  readonly memberIds?: readonly string[] | undefined
  readonly departmentIds?: readonly number[] | 'all' | undefined
}

export async function countMissing(
  { tx, orgId }: OrgScope,
  period: Period,
  range: RemindRange,
): Promise<number> {
  const { rows } = await tx.execute<{ missing: number }>(sql`
    select count(*)::int as missing from expectations where ${missingIn(orgId, period, range)}`)
  return rows[0]?.missing ?? 0
}

/** Marks as reminded those missing who were not reminded since `unlessSince`, and names them. */
export async function markReminded(
  { tx, orgId }: OrgScope,
  period: Period,
  options: { range: RemindRange; unlessSince: EpochMs; now: EpochMs },
): Promise<string[]> {
  const since = new Date(options.unlessSince).toISOString()
  const { rows } = await tx.execute<{ member_id: string }>(sql`
    update expectations set reminded_at = ${new Date(options.now).toISOString()}
    where ${missingIn(orgId, period, options.range)}
      and (reminded_at is null or reminded_at <= ${since}::timestamptz)
    returning member_id`)
  return rows.map((row) => row.member_id)
}

function missingIn(
  orgId: string,
  { formId, periodStart }: Period,
  { memberIds, departmentIds }: RemindRange,
) {
  const byMember = memberIds ? sql`and member_id = any(${sql.param(memberIds)}::uuid[])` : sql``
  const byDepartment =
    departmentIds && departmentIds !== 'all'
      ? sql`and department_id = any(${sql.param(departmentIds)}::bigint[])`
      : sql``
  return sql`org_id = ${orgId} and form_id = ${formId} and period_start = ${periodStart} and filed_at is null
    ${byMember} ${byDepartment}`
}

export interface AbnormalFacts {
  readonly name: string
  readonly department: string
  /** The rules that make it abnormal. */
  readonly rules: readonly FindingRule[]
  readonly revisedAt: EpochMs
}

/** What an alert says of a submission: who, and which rules; nothing else of the answers. */
export async function abnormalFacts(
  { tx, orgId }: OrgScope,
  { formId, periodStart }: Period,
  memberId: string,
): Promise<AbnormalFacts | null> {
  const { rows } = await tx.execute<{
    name: string
    department: string
    rules: FindingRule[]
    facets: number[]
    revised_at: string
  }>(sql`
    select m.name, coalesce(d.name, '') as department, s.revised_at, s.facets,
      v.definition -> 'findings' as rules
    from submissions s
    join members m on m.org_id = s.org_id and m.id = s.member_id
    left join departments d on d.org_id = s.org_id and d.department_id = s.department_id
    join form_versions v on v.org_id = s.org_id and v.form_id = s.form_id and v.version = s.form_version
    where s.org_id = ${orgId} and s.form_id = ${formId} and s.period_start = ${periodStart}
      and s.member_id = ${memberId} and s.is_abnormal`)
  const row = rows[0]
  if (!row) return null
  return {
    name: row.name,
    department: row.department,
    rules: row.rules.filter((rule) => rule.abnormal && row.facets.includes(findingFacet(rule))),
    revisedAt: Date.parse(row.revised_at),
  }
}

/** What the government said to a report. */
export async function refusalFacts(
  { tx, orgId }: OrgScope,
  reportId: string,
): Promise<{ kind: 'employment' | 'health'; title: string; detail: string } | null> {
  const { rows } = await tx.execute<{ kind: 'employment' | 'health'; title: string; detail: string }>(sql`
    select kind, refusal ->> 'title' as title, refusal ->> 'detail' as detail from reports
    where org_id = ${orgId} and id = ${reportId} and state = 'refused'`)
  return rows[0] ?? null
}

/** Answers filed after a moment. */
export async function countFiledSince(
  { tx, orgId }: OrgScope,
  { formId, periodStart }: Period,
  since: EpochMs,
): Promise<number> {
  const { rows } = await tx.execute<{ filed: number }>(sql`
    select count(*)::int as filed from submissions
    where org_id = ${orgId} and form_id = ${formId} and period_start = ${periodStart}
      and filed_at > ${new Date(since).toISOString()}::timestamptz`)
  return rows[0]?.filed ?? 0
}

/** Nobody else tells the publisher of a form what is new until the transaction is over: two at once would tell it twice. */
export async function holdNews({ tx }: OrgScope, formId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`new answers ${formId}`}, 0))`)
}

/** When the publisher was last told of new answers, 0 when never. */
export async function lastToldAt({ tx, orgId }: OrgScope, formId: string): Promise<EpochMs> {
  const { rows } = await tx.execute<{ at: string | null }>(sql`
    select max(planned_at) as at from pushes
    where org_id = ${orgId} and form_id = ${formId} and kind = 'new-answers'`)
  return rows[0]?.at ? Date.parse(rows[0].at) : 0
}
