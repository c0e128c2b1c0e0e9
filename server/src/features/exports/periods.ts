import { daysBetween, parseCivilDate } from '@kangbao/shared/calendar/civil-day.ts'
import { periodOf, periodStart, type PeriodKind } from '@kangbao/shared/calendar/period.ts'
import { longestExportDays, type ExportRequest } from '@kangbao/shared/contracts/exports.ts'
import { AppError } from '../../errors.ts'

/**
 * Days as the periods they lie in; none for a form that is filled once.
 * @throws AppError `export.range`
 */
export function inPeriods({ from, to, ...request }: ExportRequest, kind: PeriodKind): ExportRequest {
  if (kind === 'once') return request
  const first = parseCivilDate(from ?? '')
  const last = parseCivilDate(to ?? '')
  if (first === null || last === null || last < first || daysBetween(first, last) >= longestExportDays)
    throw new AppError('export.range', { longestDays: longestExportDays })
  return { ...request, from: periodStart(periodOf(kind, first)), to: last }
}
