import type { Feature } from '../index.ts'
import { absencesRoutes } from './absences.routes.ts'

/** Who is away on which days. Above `completeness`, which excuses them. */
export const absences: Feature = { routes: absencesRoutes }
