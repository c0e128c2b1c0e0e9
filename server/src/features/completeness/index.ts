import type { OrgScope } from '../../db/database.ts'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { Feature } from '../index.ts'
import { countOnTime, recountPeriod } from './completeness.jobs.ts'
import { completenessRoutes } from './completeness.routes.ts'
import { membersChanged } from './periods.service.ts'
import { preparePeriod } from './preparing.jobs.ts'

export { isVisible } from './board-conditions.repo.ts'
export { submissionsExpected } from './board.repo.ts'
export {
  listColleagues,
  missingColleagues,
  type ColleaguePosition,
  type ColleagueRange,
  type ColleagueRow,
} from './colleagues.repo.ts'
export { countsOf, countsOfForms, noCounts, topmost, type Counts } from './counters.repo.ts'
export { hasAnybody, isMemberAsked, type FormPeriod } from './expectations.repo.ts'
export {
  currentPeriods,
  ensureOpened,
  membersChanged,
  openPeriod,
  settingsChanged,
} from './periods.service.ts'
export { isAnyPreparing, isPreparing, preparingOfForms } from './preparing.repo.ts'
export { refusePreparing, stillPreparing } from './preparing.service.ts'
export { statisticsRange } from './statistics.service.ts'
export type { StatisticsRange } from './statistics.repo.ts'
export { narrow, openForReminders, viewOf, type View } from './completeness.service.ts'

type MembersChange = (scope: OrgScope, memberIds: readonly string[], now: EpochMs) => Promise<void>
/** The directory tells what happened; what follows from it is read off the directory as it is now. */
export const memberJoined: MembersChange = (...args) => membersChanged(...args)
export const memberMoved: MembersChange = (...args) => membersChanged(...args)
export const memberLeft: MembersChange = (...args) => membersChanged(...args)

export const completeness: Feature = {
  routes: completenessRoutes,
  jobs: [preparePeriod, recountPeriod, countOnTime],
}
