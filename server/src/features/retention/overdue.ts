import { addDays, civilDayOf, type EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { PeriodKind } from '@kangbao/shared/calendar/period.ts'
import { retentionDaysOf } from '../forms/index.ts'
import type { FormToSweep, Overdue } from './sweep.repo.ts'

const dayMs = 86_400_000
/** Days until the longest period of a kind is over. */
const lasts: Readonly<Record<PeriodKind, number>> = { once: 0, day: 1, month: 31, year: 366 }

/** What of a form is past its days at a moment: counted from the end of the period, or from the last filing. */
export function overdueOf(form: FormToSweep, at: EpochMs, zone: string): Overdue {
  const days = retentionDaysOf(form)
  return {
    formId: form.id,
    isOnce: form.periodKind === 'once',
    lastDay: addDays(civilDayOf(at, zone), -(days + lasts[form.periodKind])),
    before: at - days * dayMs,
  }
}
