import { sql } from 'drizzle-orm'
import type { CivilDate, EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { OrgScope } from '../../db/database.ts'

export interface PeriodKey {
  readonly formId: string
  readonly periodStart: CivilDate
}

/** A present member keeps the row the directory made of him; a guest, or one who left, has none left to keep. */
export async function isStillHere({ tx, orgId }: OrgScope, memberId: string): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    select from members where org_id = ${orgId} and id = ${memberId} and left_at is null and not is_guest`)
  return rows.length > 0
}

/** In a period that goes on, he has not filed any more: live totals say so. */
export async function unfile(
  { tx, orgId }: OrgScope,
  { formId, periodStart }: PeriodKey,
  memberId: string,
): Promise<void> {
  await tx.execute(sql`
    with mine as materialized (
      select e.department_path as path, coalesce(s.is_abnormal, false)::int as abnormal,
        coalesce(e.filed_at <= p.due_at and p.on_time_counted_at is not null, false)::int as on_time
      from expectations e
      join form_periods p on p.org_id = ${orgId} and p.form_id = e.form_id and p.period_start = e.period_start
      left join submissions s on s.org_id = ${orgId} and s.form_id = ${formId} and s.period_start = ${periodStart}
        and s.member_id = e.member_id
      where e.org_id = ${orgId} and e.form_id = ${formId} and e.period_start = ${periodStart}
        and e.member_id = ${memberId} and e.filed_at is not null
      for update of e
    ),
    counted as (
      insert into completeness_counters as c
        (org_id, form_id, period_start, department_id, stripe, collected, abnormal, on_time)
      select ${orgId}::uuid, ${formId}::uuid, ${periodStart}::date, place, 0, -1, -mine.abnormal, -mine.on_time
      from mine, unnest(0::bigint || mine.path) as place order by place
      on conflict (org_id, form_id, period_start, department_id, stripe) do update set
        collected = c.collected + excluded.collected, abnormal = c.abnormal + excluded.abnormal,
        on_time = c.on_time + excluded.on_time
    )
    update expectations e set filed_at = null from mine
    where e.org_id = ${orgId} and e.form_id = ${formId} and e.period_start = ${periodStart} and e.member_id = ${memberId}`)
}

/** Totals of the periods a member stands in, but for the open ones, are kept as they are from now on. */
export async function freezePeriodsOf(
  { tx, orgId }: OrgScope,
  memberId: string,
  open: readonly PeriodKey[],
  now: EpochMs,
): Promise<void> {
  await tx.execute(sql`
    update form_periods p set frozen_at = coalesce(p.frozen_at, ${new Date(now).toISOString()}::timestamptz)
    where p.org_id = ${orgId} and not ${isOpen('p', open)}
      and exists (select from expectations e where e.org_id = p.org_id and e.form_id = p.form_id
        and e.period_start = p.period_start and e.member_id = ${memberId})`)
}

/** That he was asked, or excused, in periods that are over. */
export async function deleteExpectations(
  { tx, orgId }: OrgScope,
  memberId: string,
  open: readonly PeriodKey[],
): Promise<void> {
  await tx.execute(sql`
    delete from expectations e using form_periods p
    where p.org_id = ${orgId} and not ${isOpen('p', open)} and e.org_id = p.org_id and e.form_id = p.form_id
      and e.period_start = p.period_start and e.member_id = ${memberId}`)
  await tx.execute(sql`
    delete from excusals e using form_periods p
    where p.org_id = ${orgId} and not ${isOpen('p', open)} and e.org_id = p.org_id and e.form_id = p.form_id
      and e.period_start = p.period_start and e.member_id = ${memberId}`)
}

function isOpen(alias: string, open: readonly PeriodKey[]) {
  const table = sql.identifier(alias)
  return sql`exists (select from unnest(${sql.param(open.map(({ formId }) => formId))}::uuid[],
      ${sql.param(open.map(({ periodStart }) => periodStart))}::date[]) as o (form_id, period_start)
    where o.form_id = ${table}.form_id and o.period_start = ${table}.period_start)`
}

/** Answers with all their revisions and what was noted about them; returns the ids of the submissions. */
export async function deleteAnswers(
  { tx, orgId }: OrgScope,
  memberId: string,
  formIds: readonly string[] | 'all' = 'all',
): Promise<string[]> {
  const only = formIds === 'all' ? sql`true` : sql`form_id = any(${sql.param([...formIds])}::uuid[])`
  const { rows } = await tx.execute<{ id: string }>(sql`
    with gone as (
      delete from submissions where org_id = ${orgId} and member_id = ${memberId} and ${only}
      returning form_id, period_start, id
    ),
    revisions as (
      delete from submission_revisions r using gone
      where r.org_id = ${orgId} and r.form_id = gone.form_id and r.period_start = gone.period_start
        and r.member_id = ${memberId}
    ),
    cases as (
      delete from abnormal_cases c using gone
      where c.org_id = ${orgId} and c.form_id = gone.form_id and c.period_start = gone.period_start
        and c.member_id = ${memberId}
    )
    select id from gone`)
  return rows.map(({ id }) => id)
}

/** Files he sent; returns their ids, so that their bytes follow. */
export async function deleteFiles({ tx, orgId }: OrgScope, memberId: string): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(
    sql`delete from files where org_id = ${orgId} and member_id = ${memberId} returning id`,
  )
  return rows.map(({ id }) => id)
}

/** When he was away: of one who is here his organisation goes on to need it. */
export async function deleteAbsences({ tx, orgId }: OrgScope, memberId: string): Promise<void> {
  await tx.execute(sql`delete from absences where org_id = ${orgId} and member_id = ${memberId}`)
}

/** His cards, valid or not: of one who is here the organisation prints another. */
export async function deleteCards({ tx, orgId }: OrgScope, memberId: string): Promise<void> {
  await tx.execute(sql`delete from member_cards where org_id = ${orgId} and member_id = ${memberId}`)
}

/** What happened stays told, of nobody. */
export async function forgetInEvents({ tx, orgId }: OrgScope, memberId: string): Promise<void> {
  await tx.execute(sql`
    update org_events set member_id = null where org_id = ${orgId} and member_id = ${memberId}`)
}

/** His own phone number, wherever it was noted, what could not be delivered to him, and answers kept for repeats. */
export async function deletePhone({ tx, orgId }: OrgScope, memberId: string): Promise<void> {
  await tx.execute(sql`
    update members set phone = null, phone_hash = null where org_id = ${orgId} and id = ${memberId}`)
  await tx.execute(sql`delete from phone_bindings where org_id = ${orgId} and member_id = ${memberId}`)
  await tx.execute(sql`delete from push_failures where org_id = ${orgId} and member_id = ${memberId}`)
  await tx.execute(sql`
    delete from repeats where org_id = ${orgId} and (member_id = ${memberId} or ${memberId}::uuid = any (people))`)
  await tx.execute(sql`
    update consents set guardian = null where org_id = ${orgId} and member_id = ${memberId} and guardian is not null`)
}

/** Leaves a number where a person was: nothing in the database says whose it is any more. */
export async function pseudonymise({ tx, orgId }: OrgScope, memberId: string, now: EpochMs): Promise<void> {
  await tx.execute(sql`
    update forms f set settings = jsonb_set(f.settings, '{sharedViewers}', (f.settings -> 'sharedViewers') - m.user_id)
    from members m
    where m.org_id = ${orgId} and m.id = ${memberId} and f.org_id = ${orgId} and f.settings -> 'sharedViewers' ? m.user_id`)
  await tx.execute(sql`
    update members set name = '—', user_id = 'erased:' || id, union_id = null, pinyin = '', initials = '', title = '',
      job_number = '', left_at = coalesce(left_at, ${new Date(now).toISOString()}::timestamptz)
    where org_id = ${orgId} and id = ${memberId}`)
  for (const table of ['member_departments', 'reported_registrations', 'form_test_tries'])
    await tx.execute(sql`delete from ${sql.raw(table)} where org_id = ${orgId} and member_id = ${memberId}`)
  await tx.execute(sql`
    update push_batches set member_ids = array_remove(member_ids, ${memberId}::uuid),
      left_out = array_remove(left_out, ${memberId}::uuid), read_ids = array_remove(read_ids, ${memberId}::uuid)
    where org_id = ${orgId} and state in ('settled', 'failed') and member_ids @> array[${memberId}::uuid]`)
  await tx.execute(sql`delete from sessions where org_id = ${orgId} and member_id = ${memberId}`)
}
