import type { Feature } from '../index.ts'
import { numberTick } from './events.jobs.ts'
import { openApiRoutes } from './open-api.routes.ts'

export { forgetEvents } from './events.service.ts'
export { noteRoster } from './roster.ts'

/** What systems of an organisation build on: its events. */
export const openApi: Feature = { routes: openApiRoutes, ticks: [numberTick] }
