import { sql } from 'drizzle-orm'
import { civilDate, type CivilDate, type EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { onceStart } from '@kangbao/shared/calendar/period.ts'
import type { OrgScope } from '../../db/database.ts'
import {
  asSubmission,
  submissionColumns,
  type SubmissionRow,
  type SubmissionColumns,
} from './submissions.repo.ts'

/** A month of the org: its days, and the moments at which it begins and ends. */
export interface Month {
  readonly first: CivilDate
  readonly next: CivilDate
  readonly from: EpochMs
  readonly until: EpochMs
}
/** A member was asked for a period; once-only forms stand where they were first asked. */
export interface AskedRow {
  readonly formId: string
  readonly periodStart: CivilDate
  readonly openedAt: EpochMs
  readonly isFiled: boolean
}

const iso = (at: EpochMs) => new Date(at).toISOString()

/** What a member was asked in a month; each period is found by its whole key. */
export async function askedIn(
  { tx, orgId }: OrgScope,
  memberId: string,
  { first, next, from, until }: Month,
): Promise<AskedRow[]> {
  const { rows } = await tx.execute<{
    form_id: string
    day: string
    opened_at: string | Date
    is_filed: boolean
  }>(sql`
    select p.form_id, p.period_start::text as day, p.opened_at, e.filed_at is not null as is_filed
    from form_periods p
    join expectations e on e.org_id = p.org_id and e.form_id = p.form_id and e.period_start = p.period_start
      and e.member_id = ${memberId}
    where p.org_id = ${orgId} and (
      p.period_start >= ${first} and p.period_start < ${next}
      or p.period_start = ${onceStart} and p.opened_at >= ${iso(from)}::timestamptz
        and p.opened_at < ${iso(until)}::timestamptz)`)
  return rows.map((row) => ({
    formId: row.form_id,
    periodStart: civilDate(row.day),
    openedAt: new Date(row.opened_at).getTime(),
    isFiled: row.is_filed,
  }))
}

/** What a member filed for a month, and the once-only forms filed in it. */
export async function filedIn(
  { tx, orgId }: OrgScope,
  memberId: string,
  { first, next, from, until }: Month,
): Promise<SubmissionRow[]> {
  const { rows } = await tx.execute<SubmissionColumns>(sql`
    select ${submissionColumns} from submissions s
    where s.org_id = ${orgId} and s.member_id = ${memberId} and (
      s.period_start >= ${first} and s.period_start < ${next}
      or s.period_start = ${onceStart} and s.filed_at >= ${iso(from)}::timestamptz
        and s.filed_at < ${iso(until)}::timestamptz)`)
  return rows.map(asSubmission)
}

/** The last day before a month on which the member was asked for anything, or filed it; null when there is none. */
export async function lastDayBefore(
  { tx, orgId }: OrgScope,
  memberId: string,
  { first, from }: Month,
  zone: string,
): Promise<CivilDate | null> {
  const { rows } = await tx.execute<{ day: string | null }>(sql`
    select greatest(
      (select p.period_start from form_periods p
        join expectations e on e.org_id = p.org_id and e.form_id = p.form_id and e.period_start = p.period_start
          and e.member_id = ${memberId}
        where p.org_id = ${orgId} and p.period_start < ${first} and p.period_start <> ${onceStart}
        order by p.period_start desc limit 1),
      (select max((p.opened_at at time zone ${zone})::date) from form_periods p
        join expectations e on e.org_id = p.org_id and e.form_id = p.form_id and e.period_start = p.period_start
          and e.member_id = ${memberId}
        where p.org_id = ${orgId} and p.period_start = ${onceStart} and p.opened_at < ${iso(from)}::timestamptz),
      (select (s.filed_at at time zone ${zone})::date from submissions s
        where s.org_id = ${orgId} and s.member_id = ${memberId} and s.filed_at < ${iso(from)}::timestamptz
        order by s.filed_at desc limit 1))::text as day`)
  const day = rows[0]?.day
  return day ? civilDate(day) : null
}
