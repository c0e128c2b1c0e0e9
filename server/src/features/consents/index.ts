import type { Feature } from '../index.ts'
import { forgetOldChanges } from './consents.jobs.ts'
import { consentRoutes } from './consents.routes.ts'

export { consentMemory } from './consent-memory.ts'
export {
  insertDecisions,
  listOwn as listOwnDecisions,
  newestDecisions,
  type OwnDecision,
} from './consents.repo.ts'
export {
  fillingConsent,
  followRefusals,
  guardianPlace,
  requireConsents,
  requirePurposes,
  subjectOf,
} from './consents.service.ts'

export const consents: Feature = { routes: consentRoutes, ticks: [forgetOldChanges] }
