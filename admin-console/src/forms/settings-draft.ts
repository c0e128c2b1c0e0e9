import { climbs, ladderOf } from '@kangbao/shared/calendar/reminder-ladder.ts'
import type { FormSettings } from '@kangbao/shared/contracts/forms.ts'

/** Minutes an admin may choose between for a reminder. */
export const reminderMinutes = [30, 60, 120, 180, 240, 360, 480] as const
/** Days an admin may choose between for keeping answers. */
export const retentionDays = [30, 60, 90, 180, 365, 730] as const
export const weekdays = [1, 2, 3, 4, 5, 6, 7] as const

/** What the schedule starts from when it is switched on. */
export const everyMorning = { weekdays: [...weekdays], time: '08:00' }

/** A copy that can be edited without touching what is shown elsewhere. */
export function copyOf(settings: FormSettings): FormSettings {
  const { audience, repeat, reminders } = settings
  return {
    ...settings,
    audience:
      audience.kind === 'all'
        ? { kind: 'all' }
        : { kind: 'some', departmentIds: [...audience.departmentIds], userIds: [...audience.userIds] },
    sharedViewers: [...settings.sharedViewers],
    repeat: repeat && { ...repeat, weekdays: [...repeat.weekdays] },
    reminders: { ...reminders },
  }
}

/** Why the settings cannot be published as they are, as a locale key; null when they can. */
export function draftProblem({ audience, repeat, reminders }: FormSettings): string | null {
  if (audience.kind === 'some' && audience.departmentIds.length + audience.userIds.length === 0)
    return 'settings.audience-empty'
  if (repeat && repeat.weekdays.length === 0) return 'settings.weekdays-empty'
  return climbs(ladderOf(reminders)) ? null : 'settings.rung-order'
}
