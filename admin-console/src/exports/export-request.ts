import { addDays, parseCivilDate } from '@kangbao/shared/calendar/civil-day.ts'
import { periodStart } from '@kangbao/shared/calendar/period.ts'
import type { ExportFormat, ExportRequest, ExportShape } from '@kangbao/shared/contracts/exports.ts'
import type { Form } from '@kangbao/shared/contracts/forms.ts'
import type { Locale } from '@kangbao/shared/locale.ts'

/** What the dialogue asks for. */
export interface ExportDraft {
  shape: ExportShape
  format: ExportFormat
  days: [string, string] | null
  abnormalOnly: boolean
  fields: string[]
  /** Of a matrix: a question; empty for whether somebody filed. */
  cell: string
  isInDepartment: boolean
  tells: boolean
}

/** The period on the page, for a month or a year all of it. */
export function draftFor(form: Form, period: string): ExportDraft {
  return {
    shape: 'table',
    format: 'xlsx',
    days: form.period === 'once' ? null : [periodStart(period), lastDay(form, period)],
    abnormalOnly: false,
    fields: [],
    cell: '',
    isInDepartment: false,
    tells: false,
  }
}

function lastDay({ period: kind }: Form, period: string): string {
  const first = periodStart(period)
  if (kind === 'day') return first
  const [year = 0, month = 1] = first.split('-').map(Number)
  const next =
    kind === 'year' || month === 12 ? `${year + 1}-01-01` : `${year}-${String(month + 1).padStart(2, '0')}-01`
  const begin = parseCivilDate(next)
  return begin === null ? first : addDays(begin, -1)
}

/** The request of a draft; nothing in it that does not belong to its shape. */
export function requestOf(
  draft: ExportDraft,
  { locale, departmentId }: { readonly locale: Locale; readonly departmentId: number | undefined },
): ExportRequest {
  const { shape, format, days, fields, cell } = draft
  const isMatrix = shape === 'matrix'
  return {
    shape,
    format,
    locale,
    ...(days === null ? {} : { from: days[0], to: days[1] }),
    ...(draft.isInDepartment && departmentId !== undefined ? { departmentId } : {}),
    ...(draft.abnormalOnly && !isMatrix ? { abnormalOnly: true } : {}),
    ...(fields.length > 0 && !isMatrix ? { fields } : {}),
    ...(cell !== '' && isMatrix ? { cell } : {}),
    ...(draft.tells ? { tells: true } : {}),
  }
}
