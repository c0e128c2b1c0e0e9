import type { Feature } from '../index.ts'
import { numberTick } from './events.jobs.ts'
import { tellDisabled } from './disabling.jobs.ts'
import { openApiRoutes } from './open-api.routes.ts'
import { deliverWebhooks, sendOnce } from './webhooks.jobs.ts'

export { forgetEvents } from './events.service.ts'
export { noteRoster } from './roster.ts'

/** What systems of an organisation build on: its events, tokens and webhooks. */
export const openApi: Feature = {
  routes: openApiRoutes,
  jobs: [deliverWebhooks, sendOnce, tellDisabled],
  ticks: [numberTick],
}
