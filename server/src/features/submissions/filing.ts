import type { CivilDate, EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { PeriodKind } from '@kangbao/shared/calendar/period.ts'
import type { FiledAs } from '@kangbao/shared/contracts/submissions.ts'
import type { Answers } from '@kangbao/shared/forms/answers.ts'
import type { ConsentsNeeded } from '../consents/index.ts'
import type { SealedPlace } from '../../ports/vault.ts'

/** Checked answers on their way to the database. */
export interface Filing {
  readonly orgId: string
  readonly formId: string
  readonly periodKind: PeriodKind
  readonly periodStart: CivilDate
  readonly memberId: string
  readonly formVersion: number
  readonly answers: Answers
  readonly carried: readonly string[]
  readonly facets: readonly number[]
  readonly isAbnormal: boolean
  /** Who files: the member, a colleague for him, or an admin who corrects and says why. */
  readonly filedBy: string
  /** How it came about, when not on the member’s own device. */
  readonly way: FiledAs['way'] | null
  readonly reason: string | null
  readonly at: EpochMs
  readonly filedOn: CivilDate
  /** False for guests and others nobody expects: stored, not counted. */
  readonly isExpected: boolean
  readonly tellsPublisher: boolean
  readonly consents: ConsentsNeeded
}

export interface Filed {
  readonly submissionId: string
  readonly number: string
  readonly revision: number
  readonly filedAt: EpochMs
}

/** What the database made of a filing; see `file_submissions()`. */
export type Outcome =
  | { readonly outcome: 'saved'; readonly filed: Filed }
  | { readonly outcome: 'ended' | 'stale' | 'unconsented' | 'unexpected' | 'again' }

/** One answer sheet is one person's, of one period. */
export function sheetKey(filing: Pick<Filing, 'orgId' | 'formId' | 'periodStart' | 'memberId'>): string {
  return `${filing.orgId}/${filing.formId}/${filing.periodStart}/${filing.memberId}`
}

/** Where the answers of one revision stand: sealed for there, they open nowhere else. */
export function answersPlace(
  { orgId, formId, periodStart, memberId }: Pick<Filing, 'orgId' | 'formId' | 'periodStart' | 'memberId'>,
  revision: number,
): SealedPlace {
  const row = `${formId}/${periodStart}/${memberId}/${revision}`
  return { orgId, table: 'submissions', column: 'answers', row }
}
