import { programmeOf, programmes } from '@kangbao/shared/programmes/catalogue.ts'
import type { Programme } from '@kangbao/shared/programmes/programme.ts'

/** The policy of the programme a form comes from; an org's own form follows the first programme. */
export function policyOf(templateId: string | null): Programme['policy'] {
  const programme = (templateId === null ? null : programmeOf(templateId)) ?? programmes[0]
  if (!programme) throw new Error('no programme ships')
  return programme.policy
}
