import { civilDayOf, type EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { periodOf, periodStart } from '@kangbao/shared/calendar/period.ts'
import type { Form, FormSettings } from '@kangbao/shared/contracts/forms.ts'
import type { FormDefinition } from '@kangbao/shared/forms/definition.ts'
import type { OrgScope } from '../../db/database.ts'
import { noteEvent } from '../../db/org-events.repo.ts'
import { AppError, found } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import { openPeriod } from '../completeness/index.ts'
import * as forms from '../forms/index.ts'
import type { PublishedForm } from '../forms/index.ts'
import { scheduleForm } from '../notifications/index.ts'
import { checkSettings } from './check-settings.ts'
import { formView } from './form-view.ts'
import { withNoticeDays } from './settings.ts'

export interface NewForm {
  readonly id: string
  /** Null for a form the org made itself. */
  readonly templateId: string | null
  readonly definition: FormDefinition
  readonly settings: FormSettings
}

/** Puts a form out: stores its first version, opens the period going on, sends. The caller writes the audit row. */
export async function publishNew(
  ctx: MemberContext,
  scope: OrgScope,
  { id, templateId, definition, settings }: NewForm,
  now: EpochMs,
): Promise<Form> {
  const org = await forms.formOrg(scope)
  await checkSettings(scope, settings, now, org)
  const form: PublishedForm = {
    orgId: ctx.orgId,
    id,
    templateId,
    periodKind: definition.period,
    state: 'published',
    version: 1,
    settings: withNoticeDays(settings, definition),
    linkToken: forms.newLinkToken(),
    publishedBy: ctx.memberId,
    publishedAt: now,
    endedAt: null,
  }
  await forms.insertForm(scope, form, definition)
  await forms.setLink(scope, form)
  const start = periodStart(periodOf(form.periodKind, civilDayOf(now, org.timeZone)))
  await openPeriod(scope, form, start, now)
  await scheduleForm(scope, form, now)
  await noteEvent(scope, { type: 'form.published', at: now, data: { formId: id, version: 1 } })
  return formView(ctx, scope, form)
}

/**
 * The next version of a form the org made: asked from now on. Who is asked and when stays as it is; answers are kept as
 * long as the notice says, where it was the notice that said so before.
 * @throws AppError `form.ended`, `draft.outdated` when another version came first.
 */
export async function publishNext(
  ctx: MemberContext,
  scope: OrgScope,
  { formId, definition }: { readonly formId: string; readonly definition: FormDefinition },
  now: EpochMs,
): Promise<Form> {
  const form = found(await forms.formById(scope, formId))
  if (form.state === 'ended') throw new AppError('form.ended')
  const before = await forms.definitionOf(scope, formId, form.version)
  const { retentionDays, ...others } = form.settings
  const isByNotice = retentionDays === undefined || retentionDays === before?.notice?.keptDays
  const settings = isByNotice ? withNoticeDays(others, definition) : form.settings
  if (!(await forms.insertVersion(scope, formId, { definition, settings }, now)))
    throw new AppError('draft.outdated')
  const { version } = definition
  await noteEvent(scope, { type: 'form.published', at: now, data: { formId, version } })
  return formView(ctx, scope, { ...form, version: definition.version, settings })
}

/** Told after the commit: this process forgets what it knew of the form, screens look again. */
export function formChanged({ deps, orgId }: MemberContext, formId: string): void {
  forms.forgetForm(deps.database, orgId, formId)
  deps.live.publish(orgId, { kind: 'form', formId })
}
