import type { Feature } from '../index.ts'
import { expireExport, lookAfterLetter, runExport } from './exports.jobs.ts'
import { runSchedule, shareExport } from './schedules.jobs.ts'
import { exportRoutes } from './exports.routes.ts'

export { dropExports } from './exports.jobs.ts'
export { removeRecipient } from './schedules.repo.ts'
export { wallTime } from './shapes.ts'
export { workbook } from './workbook.ts'
export { zipped } from './zip-stream.ts'

export const exports: Feature = {
  routes: exportRoutes,
  jobs: [runExport, expireExport, lookAfterLetter, runSchedule, shareExport],
}
