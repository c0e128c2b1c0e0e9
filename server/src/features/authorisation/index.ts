import type { Feature } from '../index.ts'
import { activateSuite, refreshAuthorisation, sweepTick } from './authorisation.jobs.ts'
import { authorisationRoutes } from './authorisation.routes.ts'

export { activeApps, installationOf, requireInstalled, type Installation } from './installations.repo.ts'
export { ticketStore } from './tickets.system.ts'
export { noteSystem } from '../../db/system-audit.system.ts'

export const authorisation: Feature = {
  routes: authorisationRoutes,
  jobs: [refreshAuthorisation, activateSuite],
  ticks: [sweepTick],
}
