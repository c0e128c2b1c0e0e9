import { RetryLater } from '../../jobs/retry-later.ts'

/** Calls to one endpoint under way at once, in one process. */
const mostLanes = 4
/** Who has no answer for so long does not hold up those behind him here: they come back. */
const impatientMs = 1_000
const comeBackMs = 2_000
/** The more were sent away, the later the next comes back. */
const eachLaterMs = 250
const mostCounted = 120

interface Lanes {
  /** When each call under way began. */
  readonly since: Set<{ readonly at: number }>
  readonly waiting: Set<() => void>
  turnedAway: number
}

/**
 * So many calls to each endpoint at once and no more, so that one that is silent keeps no worker from the others. By
 * the machine's steady time: our own clock may be moved.
 */
export function endpointLanes(now: () => number = () => performance.now()) {
  const all = new Map<string, Lanes>()

  function lanesOf(id: string): Lanes {
    const known = all.get(id) ?? { since: new Set(), waiting: new Set(), turnedAway: 0 }
    all.set(id, known)
    return known
  }

  /** Until a lane may be free, or the oldest call has taken too long. */
  function change(lanes: Lanes, withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        lanes.waiting.delete(done)
        resolve()
      }
      const timer = setTimeout(done, withinMs)
      lanes.waiting.add(done)
    })
  }

  return {
    /**
     * Takes a lane; call what it returns when the call is over.
     * @throws RetryLater when all are taken by calls that get no answer.
     */
    async enter(id: string): Promise<() => void> {
      const lanes = lanesOf(id)
      while (lanes.since.size >= mostLanes) {
        const oldest = Math.min(...[...lanes.since].map(({ at }) => at))
        const patienceMs = oldest + impatientMs - now()
        if (patienceMs <= 0) {
          lanes.turnedAway += 1
          const laterMs = comeBackMs + Math.min(lanes.turnedAway, mostCounted) * eachLaterMs
          throw new RetryLater(laterMs, 'all lanes of the endpoint wait for answers')
        }
        await change(lanes, patienceMs)
      }
      const call = { at: now() }
      lanes.since.add(call)
      lanes.turnedAway = 0
      return () => {
        lanes.since.delete(call)
        lanes.waiting.values().next().value?.()
      }
    },
  }
}
