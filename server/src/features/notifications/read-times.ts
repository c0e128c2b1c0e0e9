import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'

const minute = 60_000
/** After the send. The platform keeps a result for a day, so the last comes right before its end. */
const askAfterMs = [10, 30, 120, 480, 1410].map((minutes) => minutes * minute)

/**
 * When to ask next who has opened a message: a few times in the first hours, when it matters to whom to write again, and
 * once before the platform forgets. Null when there is nothing more to hear.
 */
export function nextReadAt(sentAt: EpochMs, now: EpochMs): EpochMs | null {
  const after = askAfterMs.find((ms) => sentAt + ms > now)
  return after === undefined ? null : sentAt + after
}
