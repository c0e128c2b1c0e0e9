import { sql } from 'drizzle-orm'
import type { CivilDate, EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { OrgScope } from '../../db/database.ts'
import { instant } from '../../db/instant.ts'
import type { FormPeriod, MemberRange } from './expectations.repo.ts'

/** How far the list of a period has been written: members gone through, of how many (0 while they are not counted yet). */
export interface Preparing {
  readonly done: number
  readonly of: number
}

/** Whether an org has more members than `limit`; costs that of the limit, not of the org. */
export async function hasMoreMembers({ tx, orgId }: OrgScope, limit: number): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    select from members where org_id = ${orgId} and left_at is null and not is_guest offset ${limit} limit 1`)
  return rows.length > 0
}

/** Members are gone through from the first one: the period has just begun, or who is asked has changed since. */
export async function beginPreparing(
  { tx, orgId }: OrgScope,
  { formId, periodStart }: FormPeriod,
  now: EpochMs,
): Promise<void> {
  await tx.execute(sql`
    update form_periods set preparing_since = ${instant(now)}, prepared_to = null, prepared = 0, to_prepare = 0
    where org_id = ${orgId} and form_id = ${formId} and period_start = ${periodStart}`)
}

/**
 * The next members to go through, by id; null when there are none left, and for periods whose rows are gone. Holds the
 * period until the end of the transaction: of two who ask at once the second gets what the first has left.
 */
export async function takeRange(
  { tx, orgId }: OrgScope,
  { formId, periodStart }: FormPeriod,
  size: number,
): Promise<MemberRange | null> {
  const { rows } = await tx.execute<{ after: string | null }>(sql`
    select prepared_to as after from form_periods
    where org_id = ${orgId} and form_id = ${formId} and period_start = ${periodStart}
      and preparing_since is not null and frozen_at is null
    for update`)
  const [row] = rows
  if (!row) return null
  const { after } = row
  const { rows: bounds } = await tx.execute<{ id: string }>(sql`
    select id from members where org_id = ${orgId} and left_at is null and not is_guest
      ${after === null ? sql`` : sql`and id > ${after}`}
    order by id offset ${size - 1} limit 1`)
  return { after, to: bounds[0]?.id ?? null }
}

/** Notes that a range was gone through; the one without an end was the last. */
export async function finishRange(
  { tx, orgId }: OrgScope,
  { formId, periodStart }: FormPeriod,
  { after, to }: MemberRange,
  size: number,
): Promise<void> {
  const counted = sql`(select count(*) from members where org_id = ${orgId} and left_at is null and not is_guest)`
  await tx.execute(sql`
    update form_periods set prepared_to = ${to}, prepared = prepared + ${size},
      to_prepare = ${after === null ? counted : sql`to_prepare`}
      ${to === null ? sql`, preparing_since = null` : sql``}
    where org_id = ${orgId} and form_id = ${formId} and period_start = ${periodStart}`)
}

/** Whether the list of a period is still being written; that of one whose rows are gone never will be. */
export async function isPreparing(
  { tx, orgId }: OrgScope,
  { formId, periodStart }: FormPeriod,
): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    select from form_periods where org_id = ${orgId} and form_id = ${formId} and period_start = ${periodStart}
      and preparing_since is not null and frozen_at is null`)
  return rows.length > 0
}

/** Whether the list of any period of a form within some days is still being written. */
export async function isAnyPreparing(
  { tx, orgId }: OrgScope,
  { formId, from, to }: { readonly formId: string; readonly from: CivilDate; readonly to: CivilDate },
): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    select from form_periods where org_id = ${orgId} and form_id = ${formId} and period_start between ${from} and ${to}
      and preparing_since is not null and frozen_at is null limit 1`)
  return rows.length > 0
}

/** Of several forms, each in its own period: how far those have come whose lists are being written, by form id. */
export async function preparingOfForms(
  { tx, orgId }: OrgScope,
  periods: readonly FormPeriod[],
): Promise<ReadonlyMap<string, Preparing>> {
  const { rows } = await tx.execute<{ form_id: string; done: number; of: number }>(sql`
    select p.form_id, least(p.prepared, p.to_prepare) as done, p.to_prepare as of from form_periods p
    join unnest(${sql.param(periods.map(({ formId }) => formId))}::uuid[],
      ${sql.param(periods.map(({ periodStart }) => periodStart))}::date[]) as asked (form_id, period_start)
      on p.form_id = asked.form_id and p.period_start = asked.period_start
    where p.org_id = ${orgId} and p.preparing_since is not null and p.frozen_at is null`)
  return new Map(rows.map(({ form_id, done, of }) => [form_id, { done, of }]))
}
