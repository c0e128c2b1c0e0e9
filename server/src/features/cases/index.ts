import type { Feature } from '../index.ts'
import { caseRoutes } from './cases.routes.ts'

export const cases: Feature = { routes: caseRoutes }
