import { addDays, civilDate, instantAt, type CivilDate, type EpochMs } from './civil-day.ts'
import { periodStart, type PeriodKind } from './period.ts'

/** When a period takes answers: `opensAt ≤ now < closesAt`; null stays open until the form is ended. */
export interface AnswerWindow {
  readonly opensAt: EpochMs
  readonly closesAt: EpochMs | null
}

export interface WindowRules {
  readonly kind: PeriodKind
  /** Wall time at which the last day closes; that minute still counts. */
  readonly cutOff: string
  readonly publishedAt: EpochMs
  /** Last civil day on which the form takes answers. */
  readonly endsOn: CivilDate | null
  readonly zone: string
}

/** The window of one named period (Z-35). A period that begins after the form's last day is never open. */
export function windowOf(
  { kind, cutOff, publishedAt, endsOn, zone }: WindowRules,
  period: string,
): AnswerWindow {
  const closing = (day: CivilDate) => instantAt(day, cutOff, zone) + 60_000
  if (kind === 'once') return { opensAt: publishedAt, closesAt: endsOn === null ? null : closing(endsOn) }
  const first = periodStart(period)
  const last = lastDayOf(kind, first)
  return {
    opensAt: instantAt(first, '00:00', zone),
    closesAt: closing(endsOn !== null && endsOn < last ? endsOn : last),
  }
}

export function windowState(
  { opensAt, closesAt }: AnswerWindow,
  now: EpochMs,
): 'not-open' | 'open' | 'closed' {
  if (closesAt !== null && (now >= closesAt || closesAt <= opensAt)) return 'closed'
  return now < opensAt ? 'not-open' : 'open'
}

function lastDayOf(kind: 'day' | 'month' | 'year', first: CivilDate): CivilDate {
  if (kind === 'day') return first
  if (kind === 'year') return civilDate(`${first.slice(0, 4)}-12-31`)
  // The 28th plus four days lies in the next month, whatever the month.
  const inNext = addDays(civilDate(`${first.slice(0, 7)}-28`), 4)
  return addDays(inNext, -Number(inNext.slice(8)))
}
