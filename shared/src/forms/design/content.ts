import type { LegalBasis } from '../../consents/notice.ts'
import type { LocalText } from '../../locale.ts'
import type { FormDefinition } from '../definition.ts'

/** What an admin says about his own form so that people can be told what it is for. */
export interface OwnNotice {
  readonly basis: Exclude<LegalBasis, 'public-health-duty'>
  readonly why: LocalText
  /** Days the answers are kept. */
  readonly keptDays: number
  /** Fields he calls sensitive besides those that are by their type. */
  readonly sensitive: readonly string[]
}

/** A form while it is designed. Its numbers and codes are worked out by `numbered`; what it says of them is not listened to. */
export interface FormContent extends Pick<
  FormDefinition,
  'title' | 'description' | 'period' | 'fields' | 'findings'
> {
  readonly notice: OwnNotice
}

/** What a form may have at most; far above what anybody fills on a phone, and within what facets can tell apart. */
export const designLimits = {
  fields: 200,
  findings: 50,
  alerted: 20,
  /** Of one question: a school's classes, a plant's shops. */
  options: 2000,
  /** Of all questions together, which a phone has to load. */
  optionsInAll: 10_000,
  /** Options a condition names. */
  anyOf: 200,
  bands: 50,
  /** Regions a condition names. */
  regions: 100,
  labelLength: 200,
  textLength: 2000,
  answerLength: 4000,
  decimals: 6,
  number: 1_000_000_000,
  days: 36_500,
  depth: 8,
  keptDays: { least: 7, most: 1096 },
} as const

/** An empty form to begin with. */
export function blankContent(): FormContent {
  return {
    title: { 'zh-CN': '', en: '' },
    description: { 'zh-CN': '', en: '' },
    period: 'once',
    fields: [],
    findings: [],
    notice: { basis: 'consent', why: { 'zh-CN': '', en: '' }, keptDays: 180, sensitive: [] },
  }
}
