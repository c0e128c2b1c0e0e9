import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { OrgScope } from '../../db/database.ts'
import type { Feature } from '../index.ts'
import {
  reconcileTick,
  refreshAdmins,
  refreshDepartment,
  refreshMember,
  syncDirectory,
} from './directory.jobs.ts'
import { directoryRoutes } from './directory.routes.ts'
import { startSync as start } from './start-sync.ts'

export {
  adminsOf,
  adminsOver,
  departmentNames,
  headsOf,
  membersByUserIds,
  peopleByIds,
  subtree,
  type Head,
  type Person,
} from './directory.repo.ts'
export { refreshAdmins, refreshDepartment, refreshMember } from './directory.jobs.ts'
export {
  refreshAdmins as readAdminsNow,
  refreshMember as readMemberNow,
  type RefreshContext,
} from './refresh.service.ts'
export { followRoster, type RosterFollower } from './roster.ts'
export { spellingOf } from './pinyin.ts'
export { standingOf } from './standing.repo.ts'
export { cancel as cancelSync } from './syncs.repo.ts'
export { visibleDepartments } from './visibility.ts'

/** Owes the org a full sync (Z-21). */
export function startSync(scope: OrgScope, now: EpochMs): Promise<void> {
  return start(scope, syncDirectory, now)
}

export const directory: Feature = {
  routes: directoryRoutes,
  jobs: [syncDirectory, refreshMember, refreshDepartment, refreshAdmins],
  ticks: [reconcileTick],
}
