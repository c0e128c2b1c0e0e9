import { civilDate, civilDayOf, type CivilDate, type EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { isSendDay } from '@kangbao/shared/calendar/schedule.ts'
import { windowOf, windowState, type AnswerWindow } from '@kangbao/shared/calendar/window.ts'
import type { FormOrg, PublishedForm } from './forms.repo.ts'
import { policyOf } from './policy.ts'

/** When a period of this form takes answers. */
export function formWindow(
  form: PublishedForm,
  { timeZone }: Pick<FormOrg, 'timeZone'>,
  period: string,
): AnswerWindow {
  const { endsOn } = form.settings
  return windowOf(
    {
      kind: form.periodKind,
      cutOff: policyOf(form.templateId).cutOff,
      publishedAt: form.publishedAt,
      endsOn: endsOn === null ? null : civilDate(endsOn),
      zone: timeZone,
    },
    period,
  )
}

/** The window as the contract tells it. */
export function windowView(window: AnswerWindow, now: EpochMs) {
  const text = (at: EpochMs | null) => (at === null ? null : new Date(at).toISOString())
  return { state: windowState(window, now), opensAt: text(window.opensAt), closesAt: text(window.closesAt) }
}

/**
 * Whether people are expected to fill on a civil day. A form sent on some days is not expected on the others;
 * the day it was published always counts.
 */
export function isExpectedOn(
  form: PublishedForm,
  { timeZone }: Pick<FormOrg, 'timeZone'>,
  day: CivilDate,
): boolean {
  const { repeat, endsOn } = form.settings
  if (endsOn !== null && day > endsOn) return false
  if (form.periodKind !== 'day' || repeat === null) return true
  return isSendDay(repeat, day) || civilDayOf(form.publishedAt, timeZone) === day
}
