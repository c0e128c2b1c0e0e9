import type { Feature } from '../index.ts'
import { statisticsRoutes } from './statistics.routes.ts'

export const statistics: Feature = { routes: statisticsRoutes }
