import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { OrgScope } from '../../db/database.ts'

type Follow = (scope: OrgScope, memberIds: readonly string[], now: EpochMs) => Promise<void>

/** Who has to follow when people join, move or leave; told in the transaction of the change. */
export interface RosterFollower {
  readonly joined: Follow
  readonly moved: Follow
  readonly left: Follow
}

const followers: Partial<RosterFollower>[] = []

/**
 * Named once where the features are put together: others read the directory, so the directory may not import them.
 */
export function followRoster(follower: Partial<RosterFollower>): void {
  followers.push(follower)
}

export async function tellFollowers(
  scope: OrgScope,
  change: Readonly<Partial<Record<keyof RosterFollower, readonly string[]>>>,
  now: EpochMs,
): Promise<void> {
  for (const follower of followers) {
    for (const kind of ['joined', 'moved', 'left'] as const) {
      const memberIds = change[kind] ?? []
      if (memberIds.length > 0) await follower[kind]?.(scope, memberIds, now)
    }
  }
}
