import type { Feature } from '../index.ts'
import { colleagueRoutes } from './colleagues.routes.ts'
import { submissionRoutes } from './submissions.routes.ts'

export { ownerOfSubmission } from './answer-files.ts'
export { blankFilling, current as currentPeriod } from './blank-filling.ts'
export { answersPlace } from './filing.ts'
export { fileFirst, storeFirst } from './first-answers.ts'
export { openForms } from './open-forms.ts'
export { givenAt } from './given-at.repo.ts'
export { ownAnswers, type OwnAnswers } from './own-answers.repo.ts'
export { stripAnswers } from './strip-answers.repo.ts'
export { bySheet, profileOf } from './submissions.repo.ts'
export { fillable } from './submissions.service.ts'

export const submissions: Feature = {
  async routes(app) {
    await submissionRoutes(app)
    await colleagueRoutes(app)
  },
}
