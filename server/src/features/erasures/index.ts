import type { Feature } from '../index.ts'
import { eraseRemovedOrg, findRemovedOrgs, finishWithdrawal, runErasure } from './erasures.jobs.ts'
import { erasureRoutes } from './erasures.routes.ts'

export { finishWithdrawal } from './erasures.jobs.ts'

export { replayErasures } from './replay.ts'
export { removeGiven, takeBack } from './take-back.ts'

/** Data taken away for good because a person asked, withdrew, or an organisation left (S-40 to S-42). */
export const erasures: Feature = {
  routes: erasureRoutes,
  jobs: [runErasure, finishWithdrawal, eraseRemovedOrg],
  ticks: [findRemovedOrgs],
}
