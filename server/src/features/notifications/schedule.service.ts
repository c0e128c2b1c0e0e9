import { civilDate, civilDayOf, type CivilDate, type EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { periodOf, periodStart, type PeriodKind } from '@kangbao/shared/calendar/period.ts'
import { ladderOf, rungs } from '@kangbao/shared/calendar/reminder-ladder.ts'
import type { FormSettings } from '@kangbao/shared/contracts/forms.ts'
import type { OrgScope } from '../../db/database.ts'
import * as dueSends from './due-sends.repo.ts'
import { publishedForms, timeZoneOf } from './form-facts.repo.ts'
import { nextOpeningOf, nextSendOf } from './plan.ts'
import * as pushes from './pushes.repo.ts'
import { kindOfRung } from './rung-kinds.ts'

export interface ScheduledForm {
  readonly id: string
  readonly periodKind: PeriodKind
  readonly state: 'published' | 'ended'
  readonly settings: FormSettings
}

/** The first day of the period of a form that is going on. */
export function currentPeriodStart(kind: PeriodKind, now: EpochMs, zone: string): CivilDate {
  return periodStart(periodOf(kind, civilDayOf(now, zone)))
}

/**
 * Notes when a form is opened and sent next, by its settings of now; to be called in the transaction that publishes,
 * changes or ends it. A time earlier than now begins tomorrow; without a repetition it is sent once, at once (Z-31).
 */
export async function scheduleForm(scope: OrgScope, form: ScheduledForm, now: EpochMs): Promise<void> {
  const { settings } = form
  await dueSends.removeSteps(scope, form.id, ['send', 'open-period'])
  const { afterMinutes } = ladderOf(settings.reminders)
  const off = rungs.filter((rung) => afterMinutes[rung] === null)
  await dueSends.removeSteps(
    scope,
    form.id,
    off.map((rung) => kindOfRung[rung]),
  )
  const zone = await timeZoneOf(scope)
  const hasEnded = settings.endsOn !== null && civilDate(settings.endsOn) < civilDayOf(now, zone)
  if (form.state === 'ended' || hasEnded) return unscheduleForm(scope, form.id)

  await dueSends.insertStep(scope, { formId: form.id, kind: 'open-period', sendAt: now, dueAt: now })
  const sendAt = settings.repeat
    ? nextSendOf(settings, now, zone)
    : (await pushes.isPlanned(scope, form.id, 'send'))
      ? null
      : now
  if (sendAt !== null)
    await dueSends.insertStep(scope, { formId: form.id, kind: 'send', sendAt, dueAt: sendAt })
}

/** Notes the period after this one. */
export async function scheduleOpening(
  scope: OrgScope,
  form: Pick<ScheduledForm, 'id' | 'periodKind' | 'settings'>,
  after: EpochMs,
  zone: string,
): Promise<void> {
  const at = nextOpeningOf(form.periodKind, form.settings, after, zone)
  if (at !== null)
    await dueSends.insertStep(scope, { formId: form.id, kind: 'open-period', sendAt: at, dueAt: at })
}

/** Stops everything planned of a form at once. */
export async function unscheduleForm(scope: OrgScope, formId: string): Promise<void> {
  await dueSends.removeSteps(scope, formId, ['send', ...Object.values(kindOfRung), 'open-period'])
}

/** Stops everything planned of the org: its app was stopped or removed (Z-21). */
export function unscheduleOrg(scope: OrgScope): Promise<void> {
  return dueSends.removeOrgSteps(scope)
}

/** Plans the org's published forms afresh: its app was enabled again. */
export async function rescheduleOrg(scope: OrgScope, now: EpochMs): Promise<void> {
  for (const form of await publishedForms(scope)) await scheduleForm(scope, form, now)
}

/** The next send of each form that has one. */
export function nextSendsOf(scope: OrgScope, formIds: readonly string[]): Promise<Map<string, Date>> {
  return dueSends.nextSends(scope, formIds)
}
