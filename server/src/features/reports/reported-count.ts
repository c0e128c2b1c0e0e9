import { LRUCache } from 'lru-cache'
import type { Database, OrgScope } from '../../db/database.ts'
import type { FormPeriod } from '../completeness/index.ts'
import * as registrations from './registrations.repo.ts'

interface Known {
  readonly version: string
  readonly count: registrations.ReportedCount
}

/** Orgs whose count is known; each process counts an org again only after something moved it. */
const knownCounts = new WeakMap<Database, LRUCache<string, Known>>()

function known(database: Database): LRUCache<string, Known> {
  const counts = knownCounts.get(database) ?? new LRUCache<string, Known>({ max: 50_000 })
  knownCounts.set(database, counts)
  return counts
}

/**
 * How many of those registered now a delivered report has carried (Z-40). Every open screen asks after every filing,
 * so what does not change the answer must not cost a count over all members (P20): the count is kept under the version
 * of what it is made of.
 */
export async function countReported(
  database: Database,
  scope: OrgScope,
  period: FormPeriod,
): Promise<number> {
  const cache = known(database)
  const before = cache.get(scope.orgId)
  // Read before counting: a count newer than its version is made again by the next reader, never the other way round.
  const versions = await registrations.versions(scope, period)
  if (before && before.version === versionFor(versions, before.count)) return before.count.reported
  const count = await registrations.countReported(scope, period)
  cache.set(scope.orgId, { version: versionFor(versions, count), count })
  return count.reported
}

/** A filing counts only while somebody whose registration was reported, on an earlier form, has not filed this one. */
function versionFor({ expected, filed }: registrations.Versions, { awaited }: registrations.ReportedCount) {
  return awaited > 0 ? filed : expected
}
