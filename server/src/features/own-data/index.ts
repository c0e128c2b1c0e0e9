import type { Feature } from '../index.ts'
import { ownDataRoutes } from './own-data.routes.ts'

/** What a person may do about what is held on him: see it, take a copy, withdraw (PIPL, articles 44 to 47). */
export const ownData: Feature = { routes: ownDataRoutes }
