import { AsyncLocalStorage } from 'node:async_hooks'
import type { AuditAction } from '@kangbao/shared/audit/actions.ts'

const trail = new AsyncLocalStorage<Set<AuditAction>>()

/** Tells the request under way, if there is one, that its row of this action is written. */
export function noteAudited(action: AuditAction): void {
  trail.getStore()?.add(action)
}

/** Runs a request; `written` holds the actions it has written rows of so far. */
export function withAuditTrail<T>(work: (written: ReadonlySet<AuditAction>) => Promise<T>): Promise<T> {
  const written = new Set<AuditAction>()
  return trail.run(written, () => work(written))
}
