import { Type, type Static } from 'typebox'
import { civilDate, civilDayOf, type EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { periodOf } from '@kangbao/shared/calendar/period.ts'
import { ladderOf, placeRung } from '@kangbao/shared/calendar/reminder-ladder.ts'
import { windowOf } from '@kangbao/shared/calendar/window.ts'
import { Instant, Uuid } from '@kangbao/shared/contracts/fields.ts'
import type { OrgScope } from '../../db/database.ts'
import { policyOf } from '../forms/index.ts'
import { insertStep } from './due-sends.repo.ts'
import type { FormFacts } from './form-facts.repo.ts'
import { isStillWanted } from './plan.ts'
import * as pushes from './pushes.repo.ts'
import type { ReminderKind } from './rung-kinds.ts'
import { currentPeriodStart } from './schedule.service.ts'

/** A step that is due: `sendAt` is the planned moment of its send; `dueAt` is absent in jobs owed before there was one. */
export const DueStepData = Type.Object({
  formId: Uuid,
  kind: Type.Union([
    Type.Literal('send'),
    Type.Literal('remind-members'),
    Type.Literal('remind-again'),
    Type.Literal('remind-sms'),
    Type.Literal('remind-mail'),
    Type.Literal('remind-heads'),
    Type.Literal('remind-admins'),
    Type.Literal('open-period'),
  ]),
  sendAt: Instant,
  dueAt: Type.Optional(Instant),
})
export type DueStepData = Static<typeof DueStepData>

/** When the period of a send takes no answers any more; null when it stays open. */
export function closingOf(form: FormFacts, sendAt: EpochMs): EpochMs | null {
  const { endsOn } = form.settings
  const rules = {
    kind: form.periodKind,
    cutOff: policyOf(form.templateId).cutOff,
    publishedAt: 0,
    endsOn: endsOn === null ? null : civilDate(endsOn),
    zone: form.timeZone,
  }
  return windowOf(rules, periodOf(form.periodKind, civilDayOf(sendAt, form.timeZone))).closesAt
}

/**
 * Whether a reminder is sent now. What falls into quiet hours is noted for their end; what cannot be, and what the cut-off
 * overtook, is written into the ledger with the reason. One that was missed still happens on its own day.
 */
export async function isTime(
  scope: OrgScope,
  form: FormFacts,
  step: { readonly kind: ReminderKind; readonly sendAt: EpochMs; readonly dueAt: EpochMs },
  now: EpochMs,
): Promise<boolean> {
  const { kind, sendAt, dueAt } = step
  if (!isStillWanted(dueAt, now, form.timeZone)) {
    await drop(scope, form, step, 'missed', now)
    return false
  }
  const { quietHours } = ladderOf(form.settings.reminders)
  const placed = placeRung(now, {
    quietHours: [quietHours],
    closesAt: closingOf(form, sendAt),
    zone: form.timeZone,
  })
  if ('dropped' in placed) {
    await drop(scope, form, step, placed.dropped, now)
    return false
  }
  if (!placed.isMoved) return true
  await insertStep(scope, { formId: form.id, kind, sendAt, dueAt: placed.at })
  return false
}

/** Says in the ledger that a step sent nothing. */
export async function drop(
  scope: OrgScope,
  form: FormFacts,
  { kind, sendAt }: { readonly kind: ReminderKind; readonly sendAt: EpochMs },
  reason: pushes.DropReason,
  now: EpochMs,
): Promise<void> {
  await pushes.insertDropped(scope, {
    formId: form.id,
    periodStart: currentPeriodStart(form.periodKind, sendAt, form.timeZone),
    kind,
    plannedAt: sendAt,
    reason,
    madeAt: now,
  })
}
