import type { ExportSpan, ExportTiming } from '@kangbao/shared/calendar/export-timing.ts'
import type { LinkWay, NewExportSchedule } from '@kangbao/shared/contracts/export-schedules.ts'
import type { ExportFormat, ExportShape } from '@kangbao/shared/contracts/exports.ts'
import type { Form } from '@kangbao/shared/contracts/forms.ts'
import type { Locale } from '@kangbao/shared/locale.ts'

/** Every month has its last day on or before it. */
export const lastOfMonth = 31

/** What the form of a scheduled export asks for. */
export interface ScheduleDraft {
  shape: ExportShape
  format: ExportFormat
  span: ExportSpan
  every: ExportTiming['every']
  weekday: number
  monthDay: number
  time: string
  workingDaysOnly: boolean
  /** How the link comes. */
  by: LinkWay[]
  recipients: string[]
}

/** Yesterday's answers every morning, to whoever sets it. */
export function newSchedule(recipients: readonly string[]): ScheduleDraft {
  return {
    shape: 'table',
    format: 'xlsx',
    span: 'yesterday',
    every: 'day',
    weekday: 1,
    monthDay: 1,
    time: '08:00',
    workingDaysOnly: false,
    by: ['chat'],
    recipients: [...recipients],
  }
}

/** The request of a draft; nothing in it that does not belong to its rhythm. */
export function scheduleOf(draft: ScheduleDraft, form: Form, locale: Locale): NewExportSchedule {
  const { shape, format, span, by, recipients } = draft
  return {
    ...{ shape, format, locale, recipients, by: [...by] },
    timing: timingOf(draft),
    ...(form.period === 'once' ? {} : { span }),
  }
}

function timingOf({ every, weekday, monthDay, time, workingDaysOnly }: ScheduleDraft): ExportTiming {
  const always = { time, ...(workingDaysOnly ? { workingDaysOnly: true as const } : {}) }
  switch (every) {
    case 'day':
      return { every, ...always }
    case 'week':
      return { every, weekday, ...always }
    case 'month':
      return { every, day: monthDay, ...always }
  }
}
