import type { Feature } from '../index.ts'
import { colleagueRoutes } from './colleagues.routes.ts'
import { submissionRoutes } from './submissions.routes.ts'

export { ownerOfSubmission } from './answer-files.ts'
export { answersPlace } from './filing.ts'
export { ownAnswers, type OwnAnswers } from './own-answers.repo.ts'
export { stripAnswers } from './strip-answers.repo.ts'

export const submissions: Feature = {
  async routes(app) {
    await submissionRoutes(app)
    await colleagueRoutes(app)
  },
}
