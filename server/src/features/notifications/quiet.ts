import { isQuiet, ladderOf, placeRung } from '@kangbao/shared/calendar/reminder-ladder.ts'
import type { QuietHours } from '@kangbao/shared/calendar/reminders.ts'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { alertsOf } from '@kangbao/shared/rules/alerts.ts'
import type { OrgScope } from '../../db/database.ts'
import { readAlertSubject } from './alert-groups.ts'
import { ownQuietHours } from './choices.repo.ts'
import type { FormFacts } from './form-facts.repo.ts'
import { setAside } from './held.repo.ts'
import { abnormalFacts } from './people.repo.ts'
import * as pushes from './pushes.repo.ts'
import type { OpenBatch, Push, PushKind } from './pushes.repo.ts'
import { closingOf } from './steps.ts'

/** Whether a form's quiet hours are now: nobody is woken by a reminder of it. */
export function isAsleep(
  { settings, timeZone }: Pick<FormFacts, 'settings' | 'timeZone'>,
  now: EpochMs,
): boolean {
  const { quietHours } = ladderOf(settings.reminders)
  return quietHours !== null && isQuiet(now, quietHours, timeZone)
}

/** Reminders of a period: they wait for the end of the form's quiet hours too, and are nothing any more once it has closed. */
const reminders: readonly PushKind[] = [
  'remind-members',
  'remind-again',
  'remind-sms',
  'remind-mail',
  'remind-heads',
  'remind-admins',
]
/** What else can wait. Not a send, nor what an admin sends by hand: those are asked for now. */
const news: readonly PushKind[] = ['export-ready', 'export-mail', 'export-stopped', 'export-failed']

/** When somebody's own quiet hours end, if they are now. */
export async function ownQuietUntil(
  scope: OrgScope,
  memberId: string,
  { timeZone }: Pick<FormFacts, 'timeZone'>,
  now: EpochMs,
): Promise<EpochMs | null> {
  const quietHours = [(await ownQuietHours(scope, [memberId])).get(memberId) ?? null]
  const placed = placeRung(now, { quietHours, closesAt: null, zone: timeZone })
  return 'at' in placed && placed.isMoved ? placed.at : null
}

/**
 * Batches of a push that are due, without those who have asked not to be woken now: they are set aside until their own
 * quiet hours end. Asked right before sending, so that hours changed meanwhile count.
 */
export async function dueBatches(
  scope: OrgScope,
  push: Push,
  form: FormFacts,
  page: { readonly now: EpochMs; readonly limit: number },
): Promise<readonly OpenBatch[]> {
  if (await canWait(scope, push, form)) await holdSleepers(scope, push, form, page)
  return pushes.openBatches(scope, push, page)
}

async function canWait(scope: OrgScope, push: Push, { templateId }: FormFacts): Promise<boolean> {
  if (push.kind !== 'abnormal') return reminders.includes(push.kind) || news.includes(push.kind)
  // A template's alerts never wait (Z-38), nor does one that names a single urgent rule.
  if (templateId !== null) return false
  const { memberId, rules: numbers } = readAlertSubject(push.subject)
  const facts = await abnormalFacts(scope, push, memberId)
  const rules = facts?.rules.filter(({ number }) => numbers?.includes(number) ?? true) ?? []
  return !rules.some((rule) => alertsOf(rule).isUrgent)
}

async function holdSleepers(
  scope: OrgScope,
  push: Push,
  form: FormFacts,
  { now, limit }: { readonly now: EpochMs; readonly limit: number },
): Promise<void> {
  const page = await pushes.dueMembers(scope, push.id, { now, limit })
  const hours = await ownQuietHours(
    scope,
    page.flatMap(({ memberIds }) => memberIds),
  )
  const isReminder = reminders.includes(push.kind)
  const when = {
    closesAt: isReminder ? closingOf(form, push.plannedAt) : null,
    zone: form.timeZone,
  }
  const formsOwn = isReminder ? ladderOf(form.settings.reminders).quietHours : null
  const groups = new Map<EpochMs | null, string[]>()
  for (const [memberId, own] of hours) {
    const until = heldUntil(now, own, formsOwn, when)
    if (until !== now) groups.set(until, [...(groups.get(until) ?? []), memberId])
  }
  const batches = page.map(({ batch }) => batch)
  for (const [until, memberIds] of groups) await setAside(scope, push.id, { batches, memberIds, until, now })
}

/** Until when somebody is left in peace: now, when he is awake; null, when it would come to nothing any more. */
function heldUntil(
  now: EpochMs,
  own: QuietHours,
  formsOwn: QuietHours | null,
  when: { readonly closesAt: EpochMs | null; readonly zone: string },
): EpochMs | null {
  if (!isQuiet(now, own, when.zone)) return now
  const placed = placeRung(now, { ...when, quietHours: [own, formsOwn] })
  return 'at' in placed ? placed.at : null
}
