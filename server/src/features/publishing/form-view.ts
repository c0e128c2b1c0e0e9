import { civilDate, civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { periodOf, periodStart } from '@kangbao/shared/calendar/period.ts'
import { nextSendAt } from '@kangbao/shared/calendar/schedule.ts'
import type * as contracts from '@kangbao/shared/contracts/forms.ts'
import type { OrgScope } from '../../db/database.ts'
import { found } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import { countsOfForms, noCounts, preparingOfForms, topmost } from '../completeness/index.ts'
import * as forms from '../forms/index.ts'
import type { FormOrg, PublishedForm } from '../forms/index.ts'

/** Opens the form: in the host for members, in any browser where anyone may fill. */
export function linkOf({ deps }: MemberContext, { corpId }: FormOrg, form: PublishedForm): string {
  return forms.formLink({ publicUrl: deps.config.PUBLIC_URL, corpId }, form)
}

/** A form with its definition and settings. @param view departments whose people are counted. */
export async function formView(
  ctx: MemberContext,
  scope: OrgScope,
  form: PublishedForm,
  view: readonly number[] | 'all' = 'all',
): Promise<contracts.Form> {
  const [summary] = await summaries(ctx, scope, [form], view)
  const definition = found(await forms.definitionOf(scope, form.id, form.version))
  return {
    ...found(summary),
    definition,
    settings: form.settings,
    noticeDays: definition.notice?.keptDays ?? forms.noticeDaysOf(form.templateId),
    link: linkOf(ctx, await forms.formOrg(scope), form),
  }
}

/** Forms as lists show them, with how far the period going on has come. */
export async function summaries(
  { deps }: MemberContext,
  scope: OrgScope,
  published: readonly PublishedForm[],
  visible: readonly number[] | 'all',
): Promise<contracts.FormSummary[]> {
  const { timeZone } = await forms.formOrg(scope)
  const now = deps.clock.now()
  const periods = published.map((form) => {
    const period = periodOf(form.periodKind, civilDayOf(now, timeZone))
    return { form, period, formId: form.id, periodStart: periodStart(period) }
  })
  const counts = await countsOfForms(
    scope,
    periods,
    visible === 'all' ? visible : await topmost(scope, visible),
  )
  const preparing = await preparingOfForms(scope, periods)
  return Promise.all(
    periods.map(async ({ form, period }) => {
      const { expected, collected, abnormal } = counts.get(form.id) ?? noCounts
      const definition = found(await forms.definitionOf(scope, form.id, form.version))
      return {
        id: form.id,
        templateId: form.templateId,
        title: definition.title,
        period: form.periodKind,
        state: form.state,
        publishedAt: new Date(form.publishedAt).toISOString(),
        nextSendAt: nextSendText(form, now, timeZone),
        current: { period, expected, collected, abnormal, preparing: preparing.get(form.id) ?? null },
      }
    }),
  )
}

function nextSendText({ state, settings }: PublishedForm, now: number, zone: string): string | null {
  if (state === 'ended' || settings.repeat === null) return null
  const lastDay = settings.endsOn === null ? null : civilDate(settings.endsOn)
  const at = nextSendAt(settings.repeat, now, zone, lastDay)
  return at === null ? null : new Date(at).toISOString()
}
