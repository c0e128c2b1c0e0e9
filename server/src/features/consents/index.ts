import type { Feature } from '../index.ts'
import { consentRoutes } from './consents.routes.ts'

export {
  insertDecisions,
  listOwn as listOwnDecisions,
  newestDecisions,
  type OwnDecision,
} from './consents.repo.ts'
export {
  consentProblem,
  consentsNeeded,
  fillingConsent,
  followRefusals,
  guardianPlace,
  noticeTo,
  purposesNeeded,
  subjectOf,
  type ConsentsNeeded,
} from './consents.service.ts'
export { writeTold, type ToldDecisions } from './told-decisions.service.ts'

export const consents: Feature = { routes: consentRoutes }
