export { formFacts, forgetForm } from './form-cache.ts'
export { formByLink } from './form-links.system.ts'
export { formLink, newLinkToken } from './form-links.ts'
export { formWindow, isExpectedOn, windowView } from './form-window.ts'
export { insertVersion, versionsOf } from './versions.repo.ts'
export {
  definitionOf,
  definitionsOf,
  formById,
  formOrg,
  formsOfSubject,
  insertForm,
  isSharedViewer,
  listPage,
  listPublished,
  publishedByTemplate,
  setLink,
  unknownInSettings,
  updateEnded,
  updateSettings,
  type FormFacts,
  type FormOfSubject,
  type FormOrg,
  type PublishedForm,
} from './forms.repo.ts'
export { noticeDaysOf, policyOf, retentionDaysOf } from './policy.ts'
export { formsSharedWith, letsViewersIn } from './shared-viewers.ts'
