import type { Feature } from '../index.ts'
import { caseRoutes } from './cases.routes.ts'

export { casesAbout } from './own-cases.repo.ts'

export const cases: Feature = { routes: caseRoutes }
