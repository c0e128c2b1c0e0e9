import { findingFacet } from '@kangbao/shared/forms/facets.ts'
import { civilDayOf, type CivilDate, type EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { periodOf, periodStart } from '@kangbao/shared/calendar/period.ts'
import type { ReportKind } from '@kangbao/shared/contracts/reports.ts'
import { programmes, templateById } from '@kangbao/shared/programmes/catalogue.ts'
import type { Programme } from '@kangbao/shared/programmes/programme.ts'

export const reportKinds: readonly ReportKind[] = ['employment', 'health']

/** What a kind of report counts, by the programme's data. */
export interface ReportSource {
  readonly kind: ReportKind
  readonly templateId: string
  readonly policy: Programme['policy']
  /** Each day has numbers of its own; else a later run carries what an earlier one missed. */
  readonly isPerDay: boolean
  /** Facet of the finding "fever", 0 when the form has none. */
  readonly feverFacet: number
  periodStart(day: CivilDate): CivilDate
}

export function sourceOf(kind: ReportKind): ReportSource {
  for (const { reports, policy } of programmes) {
    const report = reports.find((each) => each.kind === kind)
    const template = report && templateById(report.formId)
    if (!template) continue
    const fever = template.findings.find(({ id }) => id === 'fever')
    return {
      kind,
      templateId: template.id,
      policy,
      isPerDay: template.period !== 'once',
      feverFacet: fever ? findingFacet(fever) : 0,
      periodStart: (day) => periodStart(periodOf(template.period, day)),
    }
  }
  throw new Error(`no programme has a ${kind} report`)
}

/** The zone whose clock starts the daily run; a programme's area lies in one. */
export const programmeZone = 'Asia/Shanghai'

export function programmeDay(now: EpochMs): CivilDate {
  return civilDayOf(now, programmeZone)
}
