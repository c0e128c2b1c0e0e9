import { isQuiet, ladderOf } from '@kangbao/shared/calendar/reminder-ladder.ts'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { FormFacts } from './form-facts.repo.ts'

/** Whether a form's quiet hours are now: nobody is woken by a reminder of it. */
export function isAsleep(
  { settings, timeZone }: Pick<FormFacts, 'settings' | 'timeZone'>,
  now: EpochMs,
): boolean {
  const { quietHours } = ladderOf(settings.reminders)
  return quietHours !== null && isQuiet(now, quietHours, timeZone)
}
