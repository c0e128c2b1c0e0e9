import type { Locale } from '@kangbao/shared/locale.ts'
import { dayText } from '@kangbao/kit/i18n/time.ts'

/** A period in words when it is a day; empty for months, years and what is filled once. */
export function civilDayText(period: string, locale: Locale): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(period) ? dayText(period, locale) : ''
}
