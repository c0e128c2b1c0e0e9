import type { Feature } from '../index.ts'
import { caseRoutes } from './cases.routes.ts'

export { casesAbout } from './own-cases.ts'

export const cases: Feature = { routes: caseRoutes }
