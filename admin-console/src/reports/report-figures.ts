import type {
  EmploymentStatus,
  HealthStatus,
  ReportFigure,
  ReportKind,
} from '@kangbao/shared/contracts/reports.ts'

export type ReportStatus =
  ({ readonly kind: 'employment' } & EmploymentStatus) | ({ readonly kind: 'health' } & HealthStatus)

export interface ShownFigure {
  readonly figure: ReportFigure
  readonly value: number
  readonly tone: 'plain' | 'primary' | 'warn' | 'danger'
}

/** The figures whose people can be asked for, by kind (Z-40). */
export const figuresOf: Readonly<Record<ReportKind, readonly ReportFigure[]>> = {
  employment: ['total', 'reported', 'unreported', 'not-registered'],
  health: ['total', 'collected', 'not-collected', 'abnormal'],
}

/** Figures that count those who have not answered: they can be reminded (Z-42). */
export const remindable: readonly ReportFigure[] = ['not-registered', 'not-collected']

/** The four numbers of a report page, in the manual's order. */
export function shownFigures(status: ReportStatus): ShownFigure[] {
  const total: ShownFigure = { figure: 'total', value: status.totalMembers, tone: 'plain' }
  if (status.kind === 'employment')
    return [
      total,
      { figure: 'reported', value: status.reported, tone: 'primary' },
      { figure: 'unreported', value: status.unreported, tone: status.unreported > 0 ? 'warn' : 'plain' },
      {
        figure: 'not-registered',
        value: status.notRegistered,
        tone: status.notRegistered > 0 ? 'warn' : 'plain',
      },
    ]
  return [
    total,
    { figure: 'collected', value: status.collected, tone: 'primary' },
    { figure: 'not-collected', value: status.notCollected, tone: status.notCollected > 0 ? 'warn' : 'plain' },
    { figure: 'abnormal', value: status.abnormal, tone: status.abnormal > 0 ? 'danger' : 'plain' },
  ]
}
