import { LRUCache } from 'lru-cache'
import type { Clock } from '../../ports/clock.ts'

export interface Expiring {
  readonly value: string
  readonly lifeMs: number
}

export interface ExpiringCache {
  /** The cached value, or a fresh one; callers at the same moment share one fetch. */
  get(key: string, fetch: () => Promise<Expiring>): Promise<string>
  /** Forgets a value that was refused, unless it has been replaced since. */
  drop(key: string, value: string): void
}

/** Keeps tokens until some minutes before they end by our clock. */
export function expiringCache(clock: Clock, earlyMs: number): ExpiringCache {
  const kept = new LRUCache<string, { value: string; freshUntil: number; from: number }>({ max: 50_000 })
  const inFlight = new Map<string, Promise<string>>()

  async function refresh(key: string, fetch: () => Promise<Expiring>): Promise<string> {
    const from = clock.now()
    const { value, lifeMs } = await fetch()
    kept.set(key, { value, from, freshUntil: from + Math.max(lifeMs - earlyMs, lifeMs / 2) })
    return value
  }

  return {
    async get(key, fetch) {
      const known = kept.get(key)
      const now = clock.now()
      // A clock set back below `from` tells nothing about the true age: fetch anew.
      if (known && known.from <= now && now < known.freshUntil) return known.value
      const running = inFlight.get(key)
      if (running) return running
      const started = refresh(key, fetch).finally(() => inFlight.delete(key))
      inFlight.set(key, started)
      return started
    },
    drop(key, value) {
      if (kept.get(key)?.value === value) kept.delete(key)
    },
  }
}
