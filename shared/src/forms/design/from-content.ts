import type { Notice } from '../../consents/notice.ts'
import type { FormDefinition } from '../definition.ts'
import { blankContent, type FormContent } from './content.ts'
import { numbered, withEnglish } from './numbering.ts'
import { noticeOfOwn, ownNoticeOf } from './own-notice.ts'

/**
 * The form a draft becomes.
 * @param earlier versions of the same form, oldest first.
 */
export function definitionOf(
  content: FormContent,
  formId: string,
  earlier: readonly FormDefinition[],
): FormDefinition {
  const { notice: own, ...rest } = withEnglish(numbered(content, earlier))
  const before: Notice | null = earlier.at(-1)?.notice ?? null
  return {
    id: `own/${formId}`,
    version: earlier.length + 1,
    ...rest,
    period: earlier[0]?.period ?? rest.period,
    category: 'own',
    locked: false,
    notice: noticeOfOwn(own, rest, before),
  }
}

/**
 * What to go on designing a form from.
 * @param notice what people are told before they fill it.
 */
export function contentOf(
  { title, description, period, fields, findings }: FormDefinition,
  notice: Notice | null,
): FormContent {
  const own = ownNoticeOf({ fields, ...(notice ? { notice } : {}) }) ?? blankContent().notice
  return { title, description, period, fields, findings, notice: own }
}
