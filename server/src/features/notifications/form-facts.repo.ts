import { sql } from 'drizzle-orm'
import type { PeriodKind } from '@kangbao/shared/calendar/period.ts'
import type { FormSettings } from '@kangbao/shared/contracts/forms.ts'
import type { AppId } from '@kangbao/shared/contracts/sessions.ts'
import type { LocalText } from '@kangbao/shared/locale.ts'
import type { OrgScope } from '../../db/database.ts'
import type { ScheduledForm } from './schedule.service.ts'

/** What a card and a schedule need to know of a form and its org. */
export interface FormFacts {
  readonly id: string
  readonly templateId: string | null
  readonly periodKind: PeriodKind
  readonly isEnded: boolean
  readonly settings: FormSettings
  readonly publishedBy: string
  readonly title: LocalText
  readonly orgName: string
  readonly corpId: string
  readonly timeZone: string
}

export async function formFacts({ tx, orgId }: OrgScope, formId: string): Promise<FormFacts | null> {
  const { rows } = await tx.execute<{
    id: string
    template_id: string | null
    period_kind: PeriodKind
    is_ended: boolean
    settings: FormSettings
    published_by: string
    title: LocalText
    org_name: string
    corp_id: string
    time_zone: string
  }>(sql`
    select f.id, f.template_id, f.period_kind, f.settings, f.published_by, v.definition -> 'title' as title,
      f.state = 'ended' or o.state = 'removed' as is_ended, o.name as org_name, o.corp_id, o.time_zone
    from forms f
    join form_versions v on v.org_id = f.org_id and v.form_id = f.id and v.version = f.version
    join orgs o on o.id = f.org_id
    where f.org_id = ${orgId} and f.id = ${formId}`)
  const row = rows[0]
  if (!row) return null
  return {
    id: row.id,
    templateId: row.template_id,
    periodKind: row.period_kind,
    isEnded: row.is_ended,
    settings: row.settings,
    publishedBy: row.published_by,
    title: row.title,
    orgName: row.org_name,
    corpId: row.corp_id,
    timeZone: row.time_zone,
  }
}

export async function publishedForms({ tx, orgId }: OrgScope): Promise<ScheduledForm[]> {
  const { rows } = await tx.execute<{ id: string; period_kind: PeriodKind; settings: FormSettings }>(sql`
    select id, period_kind, settings from forms where org_id = ${orgId} and state = 'published'`)
  return rows.map(({ id, period_kind, settings }) => ({
    id,
    periodKind: period_kind,
    state: 'published',
    settings,
  }))
}

export async function timeZoneOf({ tx, orgId }: OrgScope): Promise<string> {
  const { rows } = await tx.execute<{ time_zone: string }>(
    sql`select time_zone from orgs where id = ${orgId}`,
  )
  return rows[0]?.time_zone ?? 'Asia/Shanghai'
}

/** Under which name the app sends in this org; null when it is not enabled now. */
export async function senderOf(
  { tx, orgId }: OrgScope,
  app: AppId,
): Promise<{ corpId: string; agentId: string } | null> {
  const { rows } = await tx.execute<{ corp_id: string; agent_id: string }>(sql`
    select o.corp_id, i.agent_id from installations i join orgs o on o.id = i.org_id
    where i.org_id = ${orgId} and i.app = ${app} and i.state = 'active' and o.state = 'active'`)
  const row = rows[0]
  return row ? { corpId: row.corp_id, agentId: row.agent_id } : null
}

/** Whether an app may act for the org; it stays so until the transaction ends, since whoever stops it waits. */
export async function holdInstalled({ tx, orgId }: OrgScope, app: AppId): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    select from installations i join orgs o on o.id = i.org_id
    where i.org_id = ${orgId} and i.app = ${app} and i.state = 'active' and o.state = 'active'
    for share of i`)
  return rows.length > 0
}
