import type { Feature } from '../index.ts'
import { submissionRoutes } from './submissions.routes.ts'

export const submissions: Feature = { routes: submissionRoutes }
