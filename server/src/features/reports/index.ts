import type { Feature } from '../index.ts'
import { beginDailyRuns, reportRange } from './daily-run.jobs.ts'
import { deliverReports } from './delivery.jobs.ts'
import { reportRoutes } from './reports.routes.ts'

export { beginDailyRun } from './daily-run.jobs.ts'
export { programmeDay } from './reports.policy.ts'

export const reports: Feature = {
  routes: reportRoutes,
  jobs: [deliverReports, reportRange],
  ticks: [beginDailyRuns],
}
