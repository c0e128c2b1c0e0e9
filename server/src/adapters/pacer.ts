import { LRUCache } from 'lru-cache'
import { setTimeout as sleep } from 'node:timers/promises'

/** Whose turn it is not soon enough: better tried again later than held here. */
export class PaceFull extends Error {
  override readonly name = 'PaceFull'
}

export interface Pacer {
  /**
   * Waits for the next free slot of every key.
   * @throws PaceFull when that is further off than `longestWaitMs`.
   */
  turn(keys: readonly PaceKey[]): Promise<void>
  /** The platform said "too fast": nothing of this key for a while. */
  holdBack(key: string, ms: number): void
}

export interface PaceKey {
  readonly key: string
  readonly perSecond: number
}

/** How much further apart than their limit allows calls are, for those that are longer on their way than others. */
const slack = 1.04

/**
 * Spaces calls evenly (a generic cell rate algorithm without burst), so that the platform's per-second windows are
 * never filled wherever they begin. Runs on the machine's steady time: our own clock may be moved.
 */
export function evenPacer(longestWaitMs: number, now: () => number = () => performance.now()): Pacer {
  const freeAt = new LRUCache<string, number>({ max: 50_000 })
  return {
    async turn(keys) {
      const at = now()
      const slot = Math.max(at, ...keys.map(({ key }) => freeAt.get(key) ?? at))
      if (slot - at > longestWaitMs) throw new PaceFull('too many calls are waiting')
      for (const { key, perSecond } of keys) freeAt.set(key, slot + (slack * 1000) / perSecond)
      if (slot > at) await sleep(slot - at)
    },
    holdBack(key, ms) {
      freeAt.set(key, Math.max(freeAt.get(key) ?? 0, now() + ms))
    },
  }
}
