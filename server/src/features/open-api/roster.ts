import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { OrgScope } from '../../db/database.ts'
import { noteEventOfEach } from '../../db/org-events.repo.ts'

type Follow = (scope: OrgScope, memberIds: readonly string[], at: EpochMs) => Promise<void>

/** Who joins and who leaves is told to the systems of the organisation. */
export const noteRoster: { readonly joined: Follow; readonly left: Follow } = {
  joined: (scope, memberIds, at) => noteEventOfEach(scope, { type: 'member.joined', at, memberIds }),
  left: (scope, memberIds, at) => noteEventOfEach(scope, { type: 'member.left', at, memberIds }),
}
