import type { Feature } from '../index.ts'
import { nightlyReconciliation, reconcileDay } from './reconciliation.jobs.ts'
import { reconciliationRoutes } from './reconciliation.routes.ts'

export { comparisonOf } from './reconciliations.system.ts'

export const reconciliation: Feature = {
  routes: reconciliationRoutes,
  jobs: [reconcileDay],
  ticks: [nightlyReconciliation],
}
