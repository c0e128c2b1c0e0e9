import type { Feature } from '../index.ts'
import { foldReports } from './folding.jobs.ts'
import { rollupRoutes } from './rollups.routes.ts'

export const rollups: Feature = { routes: rollupRoutes, ticks: [foldReports] }
