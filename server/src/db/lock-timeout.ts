/**
 * How long what locks whole tables waits for them, in milliseconds. Well below PostgreSQL's deadlock_timeout (1 s): it
 * is never a filing that is made to give way.
 */
export const lockWaitMs = 200

/** Whether a statement gave up waiting for a lock after `lock_timeout`. */
export function isLockTimeout(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return ('code' in error && error.code === '55P03') || isLockTimeout(error.cause)
}
