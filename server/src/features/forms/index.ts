import type { Feature } from '../index.ts'
import { formRoutes } from './forms.routes.ts'

export { formFacts, forgetForm, type FormFacts } from './form-cache.ts'
export { formByLink } from './form-links.system.ts'
export { formLink } from './form-links.ts'
export { formWindow, isExpectedOn, windowView } from './form-window.ts'
export {
  definitionOf,
  formById,
  formOrg,
  isSharedViewer,
  listPublished,
  publishedByTemplate,
  type FormOrg,
  type PublishedForm,
} from './forms.repo.ts'
export { policyOf } from './policy.ts'
export { letsViewersIn } from './shared-viewers.ts'

export const forms: Feature = { routes: formRoutes }
