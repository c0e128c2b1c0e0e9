import type { SealingKeys } from '@kangbao/shared/contracts/operations.ts'
import type { Deps } from '../deps.ts'
import { keyRing } from './key-ring.ts'
import { lastRotation, wrappedCounts } from './rotation.system.ts'

/** Which master keys the data needs, and how far the last change of keys is. No key, only names and counts. */
export async function sealingKeys({
  config,
  database,
}: Pick<Deps, 'config' | 'database'>): Promise<SealingKeys> {
  const [keys, last] = await database.inSystem(
    async (system) => [await wrappedCounts(system), await lastRotation(system)] as const,
  )
  const ring = keyRing(config)
  const wraps = ring.first().id
  const instant = (at: number) => new Date(at).toISOString()
  return {
    masterKeys: keys.map(({ id, keys: dataKeys }) => ({ id, dataKeys, isFirst: id === wraps })),
    rotation: last && {
      startedAt: instant(last.startedAt),
      finishedAt: last.finishedAt === null ? null : instant(last.finishedAt),
      orgs: last.orgs,
      orgsDone: last.orgsDone,
      valuesDone: last.valuesDone,
    },
  }
}
