import { sql } from 'drizzle-orm'
import { civilDate, type CivilDate, type EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { OrgScope } from '../../db/database.ts'
import { instant } from '../../db/instant.ts'
import { givenAt } from '../submissions/index.ts'

/** An answer as it is stored, sealed. */
export interface SealedAnswer {
  readonly memberId: string
  readonly periodStart: CivilDate
  readonly revision: number
  readonly formVersion: number
  readonly answers: Buffer
  readonly isAbnormal: boolean
  /** When the person last gave it. */
  readonly givenAt: EpochMs
}

export interface Since {
  readonly formId: string
  /** First period that may hold answers of those days. */
  readonly from: CivilDate
  /** Given or corrected no earlier than that; a day's form is told by its period alone. */
  readonly revisedSince: EpochMs | null
}

/** One page of the newest revisions, the newest period first; the members of one in order. */
export async function answersSince(
  { tx, orgId }: OrgScope,
  { formId, from, revisedSince }: Since,
  page: { readonly before: SealedAnswer | null; readonly limit: number },
): Promise<SealedAnswer[]> {
  const { before, limit } = page
  const { rows } = await tx.execute<{
    member_id: string
    day: string
    revision: number
    form_version: number
    answers: Buffer
    is_abnormal: boolean
    given_at: string | Date
  }>(sql`
    select member_id, period_start::text as day, revision, form_version, answers, is_abnormal,
      ${givenAt(orgId, 's')} as given_at
    from submissions s where org_id = ${orgId} and form_id = ${formId} and period_start >= ${from}::date
      ${revisedSince === null ? sql`` : sql`and revised_at >= ${instant(revisedSince)}::timestamptz`}
      ${before === null ? sql`` : sql`and (period_start, member_id) < (${before.periodStart}::date, ${before.memberId}::uuid)`}
    order by period_start desc, member_id desc limit ${limit}`)
  return rows.map((row) => ({
    memberId: row.member_id,
    periodStart: civilDate(row.day),
    revision: row.revision,
    formVersion: row.form_version,
    answers: row.answers,
    isAbnormal: row.is_abnormal,
    givenAt: new Date(row.given_at).getTime(),
  }))
}

/** Who people are and where they are now, by id. */
export async function namesOf(
  { tx, orgId }: OrgScope,
  memberIds: readonly string[],
): Promise<ReadonlyMap<string, { readonly name: string; readonly department: string }>> {
  const { rows } = await tx.execute<{ id: string; name: string; department: string | null }>(sql`
    select m.id, m.name, d.name as department from members m
    left join departments d on d.org_id = ${orgId} and d.department_id = m.department_id
    where m.org_id = ${orgId} and m.id = any(${sql.param([...memberIds])}::uuid[])`)
  return new Map(rows.map(({ id, name, department }) => [id, { name, department: department ?? '' }]))
}
