import type { Feature } from '../index.ts'
import { designingRoutes } from './designing.routes.ts'
import { sendTestCard } from './form-tests.jobs.ts'

/** Forms an org makes itself: drafts, and what becomes of them (Z-37). Above `publishing`, which puts forms out. */
export const designing: Feature = { routes: designingRoutes, jobs: [sendTestCard] }
