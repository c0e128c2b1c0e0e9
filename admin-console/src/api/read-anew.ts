import type { EntryKey, useQueryCache } from '@pinia/colada'

/**
 * Reads again what screens show of a key. How that goes stands in the queries: one that fails shows its error, and one
 * that a newer reading overtakes has nothing to say, so that nothing is thrown here.
 */
export async function readAnew(cache: ReturnType<typeof useQueryCache>, key: EntryKey): Promise<void> {
  await cache.invalidateQueries({ key }).catch(() => undefined)
}
