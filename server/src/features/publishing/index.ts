import type { Feature } from '../index.ts'
import { publishingRoutes } from './publishing.routes.ts'

export { formChanged, publishNew, publishNext } from './own-forms.service.ts'

/** Publishing, changing and ending forms: above `forms`, which knows them, and `completeness`, which counts them. */
export const publishing: Feature = { routes: publishingRoutes }
