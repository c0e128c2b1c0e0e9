import type { Feature } from '../index.ts'
import { sweep, sweepTick } from './retention.jobs.ts'
import { retentionRoutes } from './retention.routes.ts'

export { openHolds } from './holds.repo.ts'

/** How long answers are kept, what goes next, what went, and what may not go (X-04, S-41). */
export const retention: Feature = { routes: retentionRoutes, jobs: [sweep], ticks: [sweepTick] }
