import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { TObject, TString } from 'typebox'
import type { OrgScope } from '../../db/database.ts'
import type { JobDefinition } from '../../jobs/define-job.ts'
import { emit } from '../../jobs/outbox.repo.ts'
import { markOwed } from './syncs.repo.ts'

/** Owes the org a full sync; one that waits already serves both. Asked for during a run, another follows it. */
export async function startSync(
  scope: OrgScope,
  job: JobDefinition<TObject<{ orgId: TString }>>,
  now: EpochMs,
): Promise<void> {
  await markOwed(scope, now)
  await emit(scope, job, { orgId: scope.orgId }, { now, dedupKey: 'full' })
}
