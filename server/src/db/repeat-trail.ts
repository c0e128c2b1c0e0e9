import { AsyncLocalStorage } from 'node:async_hooks'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { AppError } from '../errors.ts'
import type { OrgScope } from './database.ts'
import { markDone, type Claim } from './repeats.repo.ts'

const trail = new AsyncLocalStorage<Claim>()

/** Runs an act that is to be done once: its change notes itself, see `noteDone()`. */
export function underClaim<T>(claim: Claim, work: () => Promise<T>): Promise<T> {
  return trail.run(claim, work)
}

/**
 * Every change writes its row of the audit log in its own transaction; there the act under way, if it came with a key,
 * is noted as done. So change and note are kept together or not at all, whenever the process dies.
 * @throws AppError `idempotency-key.busy` when another took the act over meanwhile: this change is rolled back.
 */
export async function noteDone(scope: OrgScope, now: EpochMs): Promise<void> {
  const claim = trail.getStore()
  if (claim?.orgId !== scope.orgId) return
  if (!(await markDone(scope, claim, now))) throw new AppError('idempotency-key.busy', { retryAfterS: 2 })
}
