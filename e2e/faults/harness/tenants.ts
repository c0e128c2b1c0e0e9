import { gapsOf, revisionKeys, storedRevisions, threeCounts } from '../../support/ledgers.ts'
import type { OwnStack } from '../../support/own-stack.ts'
import { foundOrg, outlineOf, type WorkingOrg } from '../../support/working-org.ts'
import { differencesOf, setFull } from './checkers.ts'
import { atMost, zero } from './figures.ts'
import type { History } from './history.ts'

/** Orgs at work whose members, all together, are so many phones. */
export async function foundTenants(own: OwnStack, count: number, phones: number): Promise<WorkingOrg[]> {
  const tenants: WorkingOrg[] = []
  for (let n = 0; n < count; n += 1) {
    const size = Math.floor(phones / count) + (n < phones % count ? 1 : 0)
    tenants.push(await foundOrg(own.urls, outlineOf(n + 1, size)))
  }
  return tenants
}

/** Everybody has read the notice and has a token for the next ten minutes: phones of a driver that only files. */
export async function readyToFile(tenants: readonly WorkingOrg[]): Promise<void> {
  for (const { members, forms } of tenants)
    for (let from = 0; from < members.length; from += atOnce)
      await Promise.all(
        members.slice(from, from + atOnce).map(async (member) => {
          await member.renew()
          await member.takeNote(forms.daily)
        }),
      )
}
const atOnce = 8

interface Judged {
  readonly id: string
  readonly history: Pick<History, 'operations'>
  readonly seed: number
  /** Most operations that the faults can have cut off. */
  readonly inFlight: number
}

/** Holds what the phones noted against what is stored, and every roll-up against the answers. */
export async function judgeFilings(
  own: OwnStack,
  tenants: readonly WorkingOrg[],
  day: string,
  { id, history, seed, inFlight }: Judged,
): Promise<void> {
  const stored = new Set<string>()
  let gaps = 0
  const recounted = new Map<string, number>()
  const kept = new Map<string, number>()
  for (const tenant of tenants) {
    const revisions = await storedRevisions(own, tenant, day)
    for (const key of revisionKeys(revisions)) stored.add(key)
    gaps += gapsOf(revisions)
    const { rows, counters, shown } = await threeCounts(own, tenant, await tenant.openAdmin(), day)
    for (const what of ['collected', 'abnormal'] as const) {
      for (const place of ['counters', 'shown'])
        recounted.set(`${tenant.orgId} ${what} ${place}`, rows?.[what] ?? -1)
      kept.set(`${tenant.orgId} ${what} counters`, counters?.[what] ?? 0)
      kept.set(`${tenant.orgId} ${what} shown`, shown[what])
    }
  }
  const uncaught = own.logs().split('"closing after a failure"').length - 1
  const verdict = setFull(history.operations, stored)
  zero({ id: 'R-60', n: verdict.acknowledged, value: uncaught, unit: `uncaught (${id})`, seed })
  zero({ id, n: verdict.acknowledged, value: verdict.lost.length, unit: 'lost', seed })
  zero({ id, n: stored.size, value: gaps, unit: 'duplicates', seed })
  atMost(inFlight, {
    id,
    n: stored.size,
    value: verdict.unacknowledged.length,
    unit: 'stored-never-acknowledged',
    seed,
  })
  zero({
    id: 'R-09',
    n: kept.size,
    value: differencesOf(recounted, kept).length,
    unit: `roll-ups-off (${id})`,
    seed,
  })
}
