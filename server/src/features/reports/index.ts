import type { Feature } from '../index.ts'
import { beginDailyRuns, reportRange } from './daily-run.jobs.ts'
import { deliverReports } from './delivery.jobs.ts'
import { reportRoutes } from './reports.routes.ts'

export { beginDailyRun, repeatDailyRun } from './daily-run.jobs.ts'
export { currentPause, pause, resume } from './pauses.system.ts'
export { programmeDay, programmeZone } from './reports.policy.ts'
export type { ReportCounts } from './reports.repo.ts'
export { wireReport } from './wire.ts'

export const reports: Feature = {
  routes: reportRoutes,
  jobs: [deliverReports, reportRange],
  ticks: [beginDailyRuns],
}
