import type { Logger } from 'pino'
import { isOutage } from './db/outage.ts'

const lookAgainMs = 500

/**
 * Tries a step of the start until what it needs is there. Anything but an absent database is a fault that waiting does
 * not mend, and ends the start.
 */
export async function whenThere(
  step: () => Promise<void>,
  { log, closing }: { readonly log: Logger; readonly closing: AbortSignal },
): Promise<void> {
  let isTold = false
  for (;;) {
    try {
      return await step()
    } catch (error) {
      if (!isOutage(error)) throw error
      if (!isTold) log.warn({ err: error }, 'the database is not there; waiting for it')
      isTold = true
    }
    if (closing.aborted) return
    await new Promise((done) => setTimeout(done, lookAgainMs))
  }
}
