import { isAnsweredAt } from '../forms/paths.ts'
import type { LocalText } from '../locale.ts'

/** What makes it lawful to ask (PIPL, article 13): the page says which, and what the person may do follows from it. */
export type LegalBasis = 'consent' | 'public-health-duty' | 'hr-management'

/** A group of questions with what they are for. */
export interface NoticeItem {
  readonly label: LocalText
  readonly why: LocalText
  /** Ids of the form's fields; `tracks/companions` is one question in the rows of a group. */
  readonly fields: readonly string[]
  /** Health, whereabouts, identity numbers (PIPL, article 28). */
  readonly isSensitive: boolean
}

/** What is asked beyond the basis, and only with a consent of its own (PIPL, article 29; S-38). */
export interface ConsentPurpose {
  readonly id: string
  readonly label: LocalText
  readonly text: LocalText
  /** What refusing means: never that the rest is refused as well. */
  readonly refusal: LocalText
  readonly isSensitive: boolean
  /** Fields, or `group/column`, that may be answered only with this consent; none of them is required. */
  readonly fields: readonly string[]
}

/**
 * What a person is told before the first filling (PIPL, articles 17 and 30). A new version is shown and answered anew:
 * raise it whenever the meaning changes.
 */
export interface Notice {
  readonly version: number
  readonly basis: LegalBasis
  /** Who ordered it and by which rule, in words of the basis. */
  readonly ground: LocalText
  readonly collects: readonly NoticeItem[]
  readonly seenBy: readonly LocalText[]
  /** Why sensitive answers are needed and what they mean for the person. */
  readonly effect: LocalText
  /** Days answers are kept unless the organisation chose otherwise. */
  readonly keptDays: number
  readonly purposes: readonly ConsentPurpose[]
}

/** Purpose of the decision on the notice itself. */
export const noticePurpose = 'notice'
/** Purpose of a guardian's consent for somebody under 14 (S-44). */
export const guardianPurpose = 'guardian'

/** The newest decision on one purpose. */
export interface Decision {
  readonly purpose: string
  readonly version: number
  readonly decision: 'given' | 'refused' | 'withdrawn'
}

/** Whether a purpose was consented to as it is worded now. */
export function isGiven(notice: Notice, decisions: readonly Decision[], purpose: string): boolean {
  return decisions.some(
    (each) => each.purpose === purpose && each.decision === 'given' && each.version === notice.version,
  )
}

/** Purposes of the notice that were consented to. */
export function grantedPurposes(notice: Notice, decisions: readonly Decision[]): string[] {
  return notice.purposes.map(({ id }) => id).filter((id) => isGiven(notice, decisions, id))
}

/** Fields that may not be answered by this person. */
export function closedFields(notice: Notice, decisions: readonly Decision[]): ReadonlySet<string> {
  const closed = notice.purposes.filter(({ id }) => !isGiven(notice, decisions, id))
  return new Set(closed.flatMap(({ fields }) => fields))
}

/**
 * What has to be given before these answers may be stored (S-38): the notice, the purposes whose fields are answered,
 * and a guardian's consent for a child.
 */
export function neededConsents(
  notice: Notice,
  answers: Readonly<Record<string, unknown>>,
  { isUnder14 }: { readonly isUnder14: boolean },
): string[] {
  const isAnswered = (path: string) => isAnsweredAt(answers, path)
  return [
    noticePurpose,
    ...(isUnder14 ? [guardianPurpose] : []),
    ...notice.purposes.filter(({ fields }) => fields.some(isAnswered)).map(({ id }) => id),
  ]
}
