import type { SystemStatus } from '@kangbao/shared/contracts/operations.ts'
import type { Tone } from '../kit/ToneTag.vue'

/** An outbox row older than this means the relay stands still. */
const outboxPatienceMs = 2 * 60_000

/** Which parts want a look. */
export function statusChecks({
  now,
  database,
  queue,
  outbox,
  callbacks,
  comparison,
  endpoints,
}: SystemStatus) {
  const waitsMs = outbox.oldestAt ? Date.parse(now) - Date.parse(outbox.oldestAt) : 0
  const tone = (isWell: boolean, otherwise: Tone): Tone => (isWell ? 'ok' : otherwise)
  return {
    database: tone(database, 'danger'),
    queue: tone(queue.failed === 0, 'warn'),
    outbox: tone(waitsMs <= outboxPatienceMs, 'warn'),
    callbacks: tone(callbacks.forgedLastDay === 0, 'warn'),
    endpoints:
      tone(endpoints.overdue === 0, 'danger') === 'ok' ? tone(endpoints.parked === 0, 'warn') : 'danger',
    comparison: tone(comparison.differences === 0, 'danger'),
  }
}
