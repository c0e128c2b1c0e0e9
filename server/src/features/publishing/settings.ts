import { civilDayOf, parseCivilDate, type EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { climbs, ladderOf, usualQuietHours } from '@kangbao/shared/calendar/reminder-ladder.ts'
import { nextSendAt } from '@kangbao/shared/calendar/schedule.ts'
import type { FormSettings } from '@kangbao/shared/contracts/forms.ts'
import type { FormDefinition } from '@kangbao/shared/forms/definition.ts'
import { policyOf } from '../forms/index.ts'

/** Why publish settings do not fit together; clients show the matching text beside the control. */
export type SettingsProblem =
  | 'ends-on.unreal'
  | 'ends-on.past'
  | 'repeat.never'
  | 'reminders.order'
  | 'department.unknown'
  | 'person.unknown'

/** What can be judged without the directory: null when the settings fit together (Z-31). */
export function settingsProblem(
  { endsOn, repeat, reminders }: FormSettings,
  now: EpochMs,
  zone: string,
): SettingsProblem | null {
  const lastDay = endsOn === null ? null : parseCivilDate(endsOn)
  if (endsOn !== null && lastDay === null) return 'ends-on.unreal'
  if (lastDay !== null && lastDay < civilDayOf(now, zone)) return 'ends-on.past'
  if (repeat !== null && nextSendAt(repeat, now, zone, lastDay) === null) return 'repeat.never'
  return climbs(ladderOf(reminders)) ? null : 'reminders.order'
}

/** What the publish page starts from (seed 1, 3.2): members only, everyone, daily at 17:00 when it is a daily form. */
export function defaultSettings(templateId: string, isDaily: boolean): FormSettings {
  const { reminders } = policyOf(templateId)
  return {
    whoMayFill: 'org',
    audience: { kind: 'all' },
    sharedViewers: [],
    tellsPublisher: false,
    sendsDing: true,
    repeat: isDaily ? { weekdays: [1, 2, 3, 4, 5, 6, 7], time: '17:00' } : null,
    endsOn: null,
    reminders: {
      ...reminders,
      againAfterMinutes: null,
      adminsAfterMinutes: null,
      quietHours: usualQuietHours,
    },
  }
}

/** Settings that name the days of the form's own notice where they name none; a template's stand in its programme. */
export function withNoticeDays(settings: FormSettings, { notice }: FormDefinition): FormSettings {
  return notice && settings.retentionDays === undefined
    ? { ...settings, retentionDays: notice.keptDays }
    : settings
}
