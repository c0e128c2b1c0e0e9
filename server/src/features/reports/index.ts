import type { Feature } from '../index.ts'
import { beginDailyRuns, reportRange } from './daily-run.jobs.ts'
import { deliverReports } from './delivery.jobs.ts'
import { askAboutParked, askForParked } from './parked.jobs.ts'
import { reportRoutes } from './reports.routes.ts'

export { beginDailyRun, repeatDailyRun } from './daily-run.jobs.ts'
export { programmeDay, programmeZone } from './reports.policy.ts'
export type { ReportCounts } from './reports.repo.ts'
export { wireReport } from './wire.ts'

export const reports: Feature = {
  routes: reportRoutes,
  jobs: [deliverReports, reportRange, askAboutParked],
  ticks: [beginDailyRuns, askForParked],
}
