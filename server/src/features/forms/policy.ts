import { noticeOf, programmeOf, programmes, templateById } from '@kangbao/shared/programmes/catalogue.ts'
import type { Programme } from '@kangbao/shared/programmes/programme.ts'
import type { PublishedForm } from './forms.repo.ts'

/** The policy of the programme a form comes from; an org's own form follows the first programme. */
export function policyOf(templateId: string | null): Programme['policy'] {
  const programme = (templateId === null ? null : programmeOf(templateId)) ?? programmes[0]
  if (!programme) throw new Error('no programme ships')
  return programme.policy
}

/** Days of a form that says nothing about it and came from no template. */
const longestDefault = 365

/** Days answers to a form are kept: as its settings say, else as its notice does (S-41). */
export function retentionDaysOf({
  templateId,
  settings,
}: Pick<PublishedForm, 'templateId' | 'settings'>): number {
  return settings.retentionDays ?? noticeDaysOf(templateId)
}

/** Days the notice of a template names; the longest we know for an org's own form. */
export function noticeDaysOf(templateId: string | null): number {
  const template = templateId === null ? null : templateById(templateId)
  return (template && noticeOf(template)?.keptDays) ?? longestDefault
}
