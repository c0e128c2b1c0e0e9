import { setTimeout as sleep } from 'node:timers/promises'

/** Waits for a condition; what it last saw is in the error when it never comes. */
export async function until<T>(
  look: () => Promise<T> | T,
  isRight: (seen: T) => boolean,
  timeoutMs = 15_000,
): Promise<T> {
  const end = performance.now() + timeoutMs
  for (;;) {
    const seen = await look()
    if (isRight(seen)) return seen
    if (performance.now() > end) throw new Error(`never came; last seen: ${JSON.stringify(seen)}`)
    await sleep(25)
  }
}
