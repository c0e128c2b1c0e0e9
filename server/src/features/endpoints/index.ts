import type { Feature } from '../index.ts'
import { endpointRoutes } from './endpoints.routes.ts'
import { watchEndpoints } from './watch.jobs.ts'

export {
  callEndpoint,
  isResting,
  liveEndpoint,
  longestAskedPauseMs,
  noteFailure,
  noteSuccess,
  type LiveEndpoint,
} from './calls.ts'
export { isEndpoint, listedEndpoints } from './endpoints.system.ts'
export { troubled } from './owed.system.ts'
export { wholeList } from './whole-list.ts'
export { currentPause, pause, resume } from './pauses.system.ts'

export const endpoints: Feature = {
  routes: endpointRoutes,
  ticks: [watchEndpoints],
}
