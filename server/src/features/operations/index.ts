import type { Feature } from '../index.ts'
import { keepHouse } from './housekeeping.jobs.ts'
import { operationRoutes } from './operations.routes.ts'

export { productVersion } from './operations.service.ts'

export const operations: Feature = { routes: operationRoutes, ticks: [keepHouse] }
