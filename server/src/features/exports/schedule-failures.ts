import { onceStart } from '@kangbao/shared/calendar/period.ts'
import type { OrgScope } from '../../db/database.ts'
import type { Deps } from '../../deps.ts'
import { planPush } from '../notifications/index.ts'
import * as repo from './schedules.repo.ts'
import type { RunKey } from './schedules.repo.ts'

/** What kept a scheduled export from its recipient; the card has words for each. */
export type ScheduleFailure = 'too-large' | 'broken' | 'busy' | 'no-right' | 'unmailed'

/**
 * Tells the owner of a schedule that something of a run came to nothing: once for a run, however many recipients it
 * concerns, and of somebody who may not see answers only when the run before still reached him.
 */
export async function tellOwner(
  deps: Pick<Deps, 'clock' | 'workplace'>,
  scope: OrgScope,
  run: RunKey,
  failure: ScheduleFailure,
): Promise<void> {
  // Recipients of one run fail side by side: locked, one of them is the first.
  const row = await repo.locked(scope, run.scheduleId)
  if (!row || (await repo.hasOtherFailure(scope, run))) return
  if (failure === 'no-right' && (await repo.outcomeBefore(scope, run)) === 'no-right') return
  await planPush(deps, scope, {
    formId: row.formId,
    periodStart: onceStart,
    kind: 'export-failed',
    plannedAt: run.dueAt,
    subject: `${row.id}/${failure}`,
    recipients: [row.ownerId],
  })
}
