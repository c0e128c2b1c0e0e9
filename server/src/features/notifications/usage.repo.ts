import { sql } from 'drizzle-orm'
import { civilDate, civilDayOf, type CivilDate, type EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { AppId } from '@kangbao/shared/contracts/sessions.ts'
import { monthOf, type PlannedForm, type Used } from '@kangbao/shared/delivery/month-forecast.ts'
import { ladderOf, rungsOn } from '@kangbao/shared/calendar/reminder-ladder.ts'
import type { FormSettings } from '@kangbao/shared/contracts/forms.ts'
import type { LocalText } from '@kangbao/shared/locale.ts'
import type { OrgScope } from '../../db/database.ts'

/** In which the platform counts its months. */
export const platformZone = 'Asia/Shanghai'

/** Adds to what the org has used this month, in the transaction that notes what became of the calls. */
export async function addUsage(
  { tx, orgId }: OrgScope,
  app: AppId,
  { messages, calls }: Used,
  now: EpochMs,
): Promise<void> {
  const { firstDay } = monthOf(civilDayOf(now, platformZone))
  await tx.execute(sql`
    insert into message_usage as u (org_id, app, month, messages, calls)
    values (${orgId}, ${app}, ${firstDay}, ${messages}, ${calls})
    on conflict (org_id, month, app) do update
      set messages = u.messages + excluded.messages, calls = u.calls + excluded.calls`)
}

export async function usageOf(
  { tx, orgId }: OrgScope,
  firstDay: CivilDate,
): Promise<(Used & { readonly app: AppId })[]> {
  const { rows } = await tx.execute<{ app: AppId; messages: number; calls: number }>(sql`
    select app, messages, calls from message_usage where org_id = ${orgId} and month = ${firstDay} order by app`)
  return rows
}

/** Published forms, with how many people were asked last and how many managers each send tells. */
export async function plannedForms({
  tx,
  orgId,
}: OrgScope): Promise<(PlannedForm & { readonly title: LocalText })[]> {
  const { rows } = await tx.execute<{
    id: string
    title: LocalText
    settings: FormSettings
    audience: number
    heads: number
    admins: number
  }>(sql`
    select f.id, v.definition -> 'title' as title, f.settings, coalesce(asked.people, 0)::int as audience, m.heads, m.admins
    from forms f
    join form_versions v on v.org_id = f.org_id and v.form_id = f.id and v.version = f.version
    cross join (
      select count(*) filter (where role in ('main-admin', 'sub-admin'))::int as admins,
        count(*) filter (where exists (select from member_departments h where h.org_id = ${orgId}
          and h.member_id = members.id and h.is_head and h.valid_to is null))::int as heads
      from members where org_id = ${orgId} and left_at is null) as m
    left join lateral (
      select sum(expected) as people from completeness_counters
      where org_id = ${orgId} and form_id = f.id and department_id = 0
      group by period_start order by period_start desc limit 1) as asked on true
    where f.org_id = ${orgId} and f.state = 'published' order by f.published_at desc`)
  return rows.map(({ id, title, settings, audience, heads, admins }) => {
    const on = rungsOn(ladderOf(settings.reminders)).map(({ rung }) => rung)
    return {
      formId: id,
      title,
      audience,
      repeat: settings.repeat,
      endsOn: settings.endsOn === null ? null : civilDate(settings.endsOn),
      personSteps: on.filter((rung) => rung === 'member' || rung === 'again').length,
      digests: (on.includes('heads') ? heads : 0) + (on.includes('admins') ? admins : 0),
    }
  })
}
