import type { Locale } from '../locale.ts'
import type { Found, ProblemReason } from './field-checks.ts'

/** What is wrong by rules of ours; a check of the form's own brings its words. */
export type ToldReason = Exclude<ProblemReason, 'check.failed'>
export type ProblemTexts = Readonly<Record<ToldReason, string>>

/**
 * What is wrong with an answer, in a sentence.
 * @param textOf the text of a reason with the values put in.
 */
export function problemInWords(
  { reason, params }: Found,
  locale: Locale,
  textOf: (reason: ToldReason, values?: Found['params']) => string,
): string {
  if (reason !== 'check.failed') return textOf(reason, params)
  // A form that is still being designed may lack its words.
  return String(params?.[locale === 'zh-CN' ? 'zh' : 'en'] ?? '') || textOf('type')
}
