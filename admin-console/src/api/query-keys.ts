/** First parts of every query's key, so that a live event can say what is stale. Lists of people are apart: see `useKeysetList`. */
export const queryKeys = {
  forms: ['forms'],
  form: (formId: string) => ['form', formId],
  templates: ['templates'],
  ownTemplates: ['own-templates'],
  drafts: ['drafts'],
  draft: (draftId: string) => ['draft', draftId],
  completeness: (formId: string) => ['completeness', formId],
  submission: (formId: string) => ['submission', formId],
  exports: (formId: string) => ['exports', formId],
  exportSchedules: (formId: string) => ['exports', formId, 'schedules'],
  reports: ['reports'],
  directory: ['directory'],
  operations: ['operations'],
  security: ['security'],
  audit: ['audit'],
  privacy: ['privacy'],
} as const
